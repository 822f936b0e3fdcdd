"""What the tests of the Training page share: a visitor who opens it, and what it then says."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest

from tests.address import by_history

APP = "../../dashboard/app.py"
PAGE = "views/training.py"


def first_page() -> AppTest:
    """The explorer as a visitor arrives."""
    app = AppTest.from_file(APP, default_timeout=120)
    app.run()
    return app


def opened(app: AppTest) -> AppTest:
    """The Training page."""
    app.switch_page(PAGE).run()
    assert not app.exception
    return app


def arrived(app: AppTest, **link: str) -> AppTest:
    """The Training page, reached by a link."""
    app.query_params.clear()
    for name, value in link.items():
        app.query_params[name] = value
    with by_history():
        return opened(app)


def settings(app: AppTest) -> dict[str, object]:
    """What is in the page's fields."""
    fields = [*app.number_input, *app.selectbox]
    return {field.key.removeprefix("training_"): field.value for field in fields}


def words(app: AppTest) -> str:
    """All sentences on a page."""
    return "\n".join(str(e.value) for e in [*app.markdown, *app.info, *app.warning, *app.error])
