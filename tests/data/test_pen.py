import numpy as np

from capsnet.data.pen import curve, written


def test_a_level_stroke_has_its_width_and_fills_the_box():
    stroke = [np.array([[0.0, 0.0], [0.0, 1.0]])]
    ink = written([stroke], np.array([3.0]))[0]
    rows, columns = np.nonzero(ink > 0.5)
    assert np.ptp(rows) + 1 in (2, 3, 4)
    assert np.ptp(columns) + 1 in (19, 20, 21)
    np.testing.assert_allclose(ink.sum(), 3 * 17 + np.pi * 1.5**2, rtol=0.06)


def test_the_unit_of_the_points_does_not_matter():
    stroke = np.array([[0.0, 0.0], [2.0, 1.0], [1.0, 3.0]])
    small, large = ([stroke * unit + 5] for unit in (1, 40))
    a, b = written([small, large], np.array([2.0, 2.0]))
    np.testing.assert_allclose(a, b, atol=1e-4)


def test_the_centre_of_mass_is_in_the_middle_where_it_fits():
    stroke = [np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])]
    ink = written([stroke], np.array([2.0]))[0]
    places = np.mgrid[:28, :28]
    centre = (places * ink).sum((1, 2)) / ink.sum()
    np.testing.assert_allclose(centre, 13.5, atol=0.5)


def test_no_ink_is_cut_off_by_the_edge():
    far = [np.array([[0.0, 0.0], [1.0, 0.0]]), np.full((40, 2), [1.0, 1.0])]  # all mass in a corner
    ink = written([far], np.array([3.0]), np.array([26.0]))[0]
    np.testing.assert_allclose(ink.sum(), 3 * 23 + 2 * np.pi * 1.5**2, rtol=0.03)  # and the dot


def test_a_dot_is_as_wide_as_the_pen():
    ink = written([[np.zeros((1, 2))]], np.array([4.0]))[0]
    np.testing.assert_allclose(ink.sum(), np.pi * 4, rtol=0.05)


def test_a_curve_goes_through_its_points_and_bends_between():
    points = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 0.0]])
    drawn = curve(points)
    assert len(drawn) == 13
    np.testing.assert_allclose(drawn[::4], points, atol=1e-12)
    assert drawn[6, 1] > 1.05  # beyond the straight piece between the middle points
    np.testing.assert_array_equal(curve(points[:2]), points[:2])


def test_no_pictures():
    assert written([], np.zeros(0)).shape == (0, 28, 28)
