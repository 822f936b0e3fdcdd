#!/bin/sh
# Pillow 13.0.0: convert("L") cuts a 16-bit grey picture at 255, it does not scale it.
#
# A PNG of 16 bits opens in mode "I;16" with values up to 65535. convert("L") makes 255 of every value
# above 255, so that a grey ramp becomes white but for its first level. Pictures have to be divided by
# 257 before.
#
# Seen: a ramp of 256 levels from 0 to 65535: mode I;16; after convert("L") levels [0, 255], mean 254.0
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check pillow==13.0.0 numpy==2.4.6
cd "$folder"
venv/bin/python - <<'PY'
import numpy
from PIL import Image

ramp = (numpy.arange(256, dtype=numpy.uint16) * 257).reshape(16, 16)
Image.fromarray(ramp).save("ramp.png")
opened = Image.open("ramp.png")
grey = numpy.asarray(opened.convert("L"))
levels = numpy.unique(grey).tolist()
print(f"mode {opened.mode}; after convert('L') levels {levels}, mean {grey.mean():.1f}")
assert opened.mode == "I;16" and levels == [0, 255]
PY
