"""The browser's half of a component: ES modules that Streamlit serves as they are.

Streamlit takes a component's script as text, and such a script has no address from which it could
import anything. So the text only imports the component's module from `app/static/`, where
Streamlit's static serving (`dashboard/.streamlit/config.toml`) offers `dashboard/static/`.

Modules have the same addresses in every version of the explorer, and Streamlit (1.67) sends them
with no word on how long they may be kept: browsers then guess. So the text knows a version, a hash
of all modules, and sees to it that no page runs modules of two versions:

- Where this browser has not yet seen the version, its HTTP cache is refreshed before the import.
- Where the page has modules of another version in memory, because the server was replaced while the
  page was open, the page is loaded anew.
- Where a module did not arrive, because the line was cut meanwhile, it is imported again as soon as
  it does. Some browsers keep a failed import as long as the page is open: there the page is loaded
  anew, at most once a minute.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from pathlib import Path
from typing import Any, Protocol

import streamlit as st

STATIC = Path(__file__).resolve().parents[1] / "static"
VENDOR = "vendor"
"""Foreign libraries: they have a version in their path, and so need none of ours."""

_NAMED = (
    re.compile(r'^(?:import|export)\b[^;]*?from "(?P<address>[^"]+)";$', re.MULTILINE),
    re.compile(r'new URL\("(?P<address>[^"]+\.js)", (?:import\.meta\.url|self\.location\.href)\)'),
)
"""How a module names another: by an import, or as the address of a worker or what that imports."""

_SCRIPT = """\
const { module, modules, version } = SETTINGS;
const addressOf = (path) => new URL(`app/static/${path}`, document.baseURI).href;
const kept = `capsnet-modules ${module}`;
const seen = () => { try { return localStorage.getItem(kept); } catch { return null; } };
const remember = () => { try { localStorage.setItem(kept, version); } catch { /* ask again */ } };

if ((globalThis.capsnetVersion ??= version) !== version) {
  location.reload();
  await new Promise(() => {});
}
if (seen() !== version) {
  const refresh = (path) => fetch(addressOf(path), { cache: "no-cache" });
  await Promise.all(modules.map(refresh)).then(remember, () => {});
}
export default await imported();

async function imported() {
  const ask = (path) => fetch(addressOf(path), { cache: "reload" }).catch(() => null);
  for (;;) {
    try {
      return (await import(addressOf(module))).default;
    } catch (error) {
      const answers = await Promise.all(modules.map(ask));
      if (answers.some((answer) => answer && !answer.ok)) throw error;
      if (answers.every(Boolean)) return await importedAgain();
      await new Promise((next) => setTimeout(next, 1000));
    }
  }
}

async function importedAgain() {
  try {
    return (await import(addressOf(module))).default;
  } catch (error) {
    const last = "capsnet-loaded-anew";
    if (Date.now() - Number(sessionStorage.getItem(last)) < 60_000) throw error;
    sessionStorage.setItem(last, Date.now());
    location.reload();
    return new Promise(() => {});
  }
}
"""


class Component(Protocol):
    """What mounts a component; see `st.components.v2.component`."""

    def __call__(self, *, key: str, data: Any = None, **calls: Any) -> Any:
        """Mount it."""


def mounted(
    name: str,
    module: str,
    *,
    html: str | None = None,
    styles: tuple[str, ...] = (),
    is_isolated: bool = False,
) -> Component:
    """Register a component with Streamlit.

    Args:
        name: of the component, the only one of this name.
        module: path under `dashboard/static/` of the ES module whose default export is called.
        html: what it begins with: HTML, or the path of a file under `dashboard/static/`.
        styles: paths of CSS files there.
        is_isolated: in a shadow root, which no style of the page reaches and to which no page
            can be scrolled.

    Raises:
        OSError: if one of the files cannot be read.
    """
    return st.components.v2.component(
        name,
        html=text_of(html) if html and html.endswith(".html") else html,
        css="\n".join(map(text_of, styles)) or None,
        js=script(module),
        isolate_styles=is_isolated,
    )


def script(module: str) -> str:
    """The text that Streamlit takes for a component's script: it imports `module`.

    Raises:
        FileNotFoundError: if there is no such module.
    """
    path = STATIC / module
    if not path.is_file():
        raise FileNotFoundError(f"Expected an ES module under {STATIC}. Received: {module}")
    near = sorted(each for each in needed(path) if VENDOR not in each.relative_to(STATIC).parts)
    settings = {
        "module": module,
        "modules": [each.relative_to(STATIC).as_posix() for each in near],
        "version": version(),
    }
    return _SCRIPT.replace("SETTINGS", json.dumps(settings), 1)


def needed(module: Path) -> set[Path]:
    """A module and all that it imports or starts as a worker, and so on."""
    found, new = set(), {module}
    while new:
        found |= new
        new = {(each.parent / address).resolve() for each in new for address in imported(each)}
        new -= found
    return found


def imported(module: Path) -> list[str]:
    """The addresses of the modules that a module names, as they stand there."""
    text = module.read_text(encoding="utf-8")
    return [found["address"] for pattern in _NAMED for found in pattern.finditer(text)]


@functools.cache
def version() -> str:
    """What changes when any of our modules does."""
    found = hashlib.sha256()
    for path in sorted(STATIC.rglob("*.js")):
        name = path.relative_to(STATIC)
        if name.parts[0] != VENDOR:
            found.update(f"{name.as_posix()}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()[:16]


def text_of(path: str) -> str:
    """The text of a file under `dashboard/static/`."""
    return (STATIC / path).read_text(encoding="utf-8")
