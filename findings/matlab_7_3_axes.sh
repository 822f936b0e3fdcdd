#!/bin/sh
# SciPy 1.17.1 and h5py 3.14.0: the same array of a .mat file has another shape by its version.
#
# MATLAB saves version 5 by default, which scipy.io.loadmat reads, and version 7.3, which is HDF5, if
# told to or for arrays above 2 GB. loadmat refuses 7.3; h5py reads it with all axes reversed, for
# MATLAB counts rows fastest and HDF5 columns. Pictures (N, rows, columns) come out as (columns, rows,
# N): transposed. In version 5, a vector of N labels comes out as (1, N).
#
# Seen: version 5 X (2, 3, 4), y (1, 3); version 7.3 loadmat NotImplementedError, h5py X (4, 3, 2)
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    scipy==1.17.1 h5py==3.14.0 hdf5storage==0.2.2
cd "$folder"
venv/bin/python - <<'PY'
import h5py
import hdf5storage
import numpy
import scipy.io

arrays = {"X": numpy.arange(24.0).reshape(2, 3, 4), "y": numpy.arange(3)}
scipy.io.savemat("five.mat", arrays)
hdf5storage.savemat("seven.mat", arrays, format="7.3")
five = scipy.io.loadmat("five.mat")
try:
    scipy.io.loadmat("seven.mat")
    refused = "nothing"
except NotImplementedError:
    refused = "NotImplementedError"
seven = h5py.File("seven.mat")["X"].shape
x, y = five["X"].shape, five["y"].shape
print(f"version 5 X {x}, y {y}; version 7.3 loadmat {refused}, h5py X {seven}")
assert (x, y, refused, seven) == ((2, 3, 4), (1, 3), "NotImplementedError", (4, 3, 2))
PY
