#!/bin/sh
# Python's zipfile (3.11.7): is_zipfile is true of a tar whose last file is an .npz.
#
# It looks for a zip's end record in the last 64 KB of a file, for a zip may follow other bytes. A tar
# that ends with a small zip (an .npz is one) has it there; opened as a zip, it shows the .npz's own
# arrays in place of the tar's files. tarfile.is_tarfile is true of it too. What tells them apart is
# how the file begins.
#
# Seen: is_zipfile True, is_tarfile True; names as zip ['x.npy', 'y.npy'], as tar ['set.npz']
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PY'
import tarfile
import zipfile

import numpy

numpy.savez("set.npz", x=numpy.zeros(3), y=numpy.zeros(3))
with tarfile.open("data.tar", "w") as archive:
    archive.add("set.npz")
as_zip = zipfile.ZipFile("data.tar").namelist()
as_tar = tarfile.open("data.tar").getnames()
is_zip, is_tar = zipfile.is_zipfile("data.tar"), tarfile.is_tarfile("data.tar")
print(f"is_zipfile {is_zip}, is_tarfile {is_tar}; names as zip {as_zip}, as tar {as_tar}")
assert is_zip and is_tar and as_zip == ["x.npy", "y.npy"] and as_tar == ["set.npz"]
PY
