#!/usr/bin/env bash
# Plotly 7.1.0 (plotly.js 4.1.1): a Sankey's links of zero or less are left out, without a word.
#
# Python accepts the values, and the drawn figure lacks the links: no error, no warning, no title. A
# picture of what each part adds to a sum is then wrong where a part takes something away. Votes that
# oppose a capsule are such parts. They need another form, such as bars below zero.
#
# Needs a Chrome or Chromium for kaleido: its place in BROWSER_PATH where it is not found.
#
# Seen (2026-11-30, Python 3.11, kaleido 1.5.0, Chromium 156):
#   [3, 2, 1]: 3 links drawn
#   [3, -2, 1]: 2 links drawn
#   [3, 0, 1]: 2 links drawn
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q plotly==7.1.0 kaleido==1.5.0
cat >"$folder/draw.py" <<'PYTHON'
import plotly.graph_objects as go

for values in ([3, 2, 1], [3, -2, 1], [3, 0, 1]):
    link = {"source": [0, 0, 0], "target": [1, 2, 3], "value": values}
    figure = go.Figure(go.Sankey(node={"label": ["whole", "a", "b", "c"]}, link=link))
    drawn = figure.to_image("svg").decode().count('class="sankey-link"')
    print(f"{values}: {drawn} links drawn")
PYTHON
"$folder/venv/bin/python" -W error "$folder/draw.py" | tee "$folder/out"
printf '%s\n' "[3, 2, 1]: 3 links drawn" "[3, -2, 1]: 2 links drawn" "[3, 0, 1]: 2 links drawn" |
  diff - "$folder/out"
