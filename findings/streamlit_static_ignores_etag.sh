#!/usr/bin/env bash
# Streamlit 1.67.0 serves an app's static files (server.enableStaticServing) with an ETag, but sends a
# file whole, status 200, to a browser that asks with that ETag in If-None-Match (a 304 was expected),
# and sends no Cache-Control: a browser guesses from Last-Modified how long it may keep an ES module.
#
# Output seen:
#   etag: yes, cache-control: none
#   asked again with If-None-Match: 200, 16 bytes
set -euo pipefail
folder=$(mktemp -d)
trap 'kill "${server:-}" 2>/dev/null || true; rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check streamlit==1.67.0
mkdir "$folder/static"
echo 'export default 1' | tr -d '\n' > "$folder/static/module.js"
echo 'import streamlit' > "$folder/app.py"
cd "$folder"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
HOME="$folder" venv/bin/streamlit run app.py --server.port "$port" --server.address 127.0.0.1 \
    --server.headless true --server.enableStaticServing true --browser.gatherUsageStats false \
    > log.txt 2>&1 &
server=$!
python3 - "http://127.0.0.1:$port/app/static/module.js" <<'PROGRAM' | tee seen.txt
import sys
import time
import urllib.error
import urllib.request

address = sys.argv[1]
for _ in range(240):
    try:
        first = urllib.request.urlopen(address, timeout=5)
        break
    except OSError:
        time.sleep(0.5)
etag = first.headers["etag"]
print(f"etag: {'yes' if etag else 'none'}, cache-control: {first.headers['cache-control'] or 'none'}")
again = urllib.request.Request(address, headers={"If-None-Match": etag or ""})
try:
    answer = urllib.request.urlopen(again, timeout=5)
    print(f"asked again with If-None-Match: {answer.status}, {len(answer.read())} bytes")
except urllib.error.HTTPError as error:
    print(f"asked again with If-None-Match: {error.code}")
PROGRAM
diff seen.txt - <<'SEEN'
etag: yes, cache-control: none
asked again with If-None-Match: 200, 16 bytes
SEEN
