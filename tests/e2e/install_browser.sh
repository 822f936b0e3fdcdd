#!/usr/bin/env bash
# See to it that there is a browser for the end-to-end tests: the one named by CHROMIUM, one on
# PATH, Debian's, or Playwright's own, in this order. Silent unless something is installed.
#
#   tests/e2e/install_browser.sh [PYTHON with playwright]
set -euo pipefail
python=${1:-python3}

on_path() {
    local name
    for name in chromium chromium-browser google-chrome google-chrome-stable; do
        # Ubuntu's chromium-browser may be a stub that only names the snap: ask it.
        if command -v "$name" >/dev/null && "$name" --version >/dev/null 2>&1; then return; fi
    done
    return 1
}

playwrights_own() {
    "$python" - 2>/dev/null <<'PYTHON'
import os, sys
from playwright.sync_api import sync_playwright

with sync_playwright() as p:
    sys.exit(not os.path.exists(p.chromium.executable_path))
PYTHON
}

apt_install() {
    command -v apt-get >/dev/null || return 1
    local as_root=()
    if [ "$(id -u)" != 0 ]; then
        sudo -n true 2>/dev/null || return 1
        as_root=(sudo -n)
    fi
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300)
    "${apt[@]}" update && "${apt[@]}" install -y --no-install-recommends chromium
}

if [ -n "${CHROMIUM:-}" ]; then
    "$CHROMIUM" --version >/dev/null 2>&1 && exit
    echo "CHROMIUM=$CHROMIUM: expected the path of a Chromium or Chrome that starts." >&2
    exit 1
fi
if on_path || playwrights_own; then exit; fi
log=$(mktemp)
trap 'rm -f "$log"' EXIT
echo "Installing a browser for the tests ..." >&2
if apt_install >>"$log" 2>&1 && on_path; then exit; fi
if "$python" -m playwright install chromium >>"$log" 2>&1; then exit; fi
tail -n 20 "$log" >&2
echo "No browser for the tests: install Chromium or Chrome, or set CHROMIUM to its path." >&2
exit 1
