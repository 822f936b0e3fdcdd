#!/bin/sh
# pandas 3.1.1: a CSV without a header, read and written once, has a header that looks like data.
#
# read_csv takes the first row for names and makes repeated ones unique by appending .1, .2, ...; to_csv
# writes those names back. The first picture of a dataset is then gone, and its place is held by
# numbers such as 0.1 and 0.2, which a reader that looks for text does not take for a header.
#
# Seen: first row before 5,0,0,0,255,255   after 5,0,0.1,0.2,255,255.1   rows of data 2 -> 1
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pandas==3.1.1
"$folder/venv/bin/python" - <<'PY'
import io

import pandas

text = "5,0,0,0,255,255\n3,1,2,3,4,5\n"
table = pandas.read_csv(io.StringIO(text))
after = table.to_csv(index=False).splitlines()
print("first row before", text.splitlines()[0], "  after", after[0], "  rows of data 2 ->", len(table))
assert after[0] == "5,0,0.1,0.2,255,255.1" and len(table) == 1
PY
