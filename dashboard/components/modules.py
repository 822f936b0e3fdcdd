"""Joins ES modules into the one script that a Streamlit component takes.

Each `.js` file beside a component says what it imports and what it exports, as in any browser;
which files belong to a component follows from its entry alone.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]*)";$', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class) (?P<name>\w+))", re.MULTILINE)


def joined(entry: Path) -> str:
    """A module and all that it imports, as one module without imports.

    Each imported module becomes a scope of its own that hands out what it exports, ahead of those
    that import it.

    Args:
        entry: path of the module whose default export Streamlit calls.

    Raises:
        ValueError: if something is imported that is not exported there, if modules import each
            other in a circle, or if an import or export is in another form than
            `import { a, b } from "./c.js";` and `export function`, `const` or `class`.
        OSError: if a module cannot be read.
    """
    scopes: dict[Path, tuple[str, set[str]]] = {}  # what stands for a module, and its exports
    parts: list[str] = []

    def body(path: Path, importers: tuple[Path, ...]) -> str:
        def fetched(found: re.Match[str]) -> str:
            source = (path.parent / found[2]).resolve()
            names = [name.strip() for name in found[1].split(",") if name.strip()]
            if source in importers:
                raise ValueError(f"Expected no circle of imports. {path} imports {source}.")
            if source not in scopes:
                add(source, importers)
            scope, exported = scopes[source]
            if missing := set(names) - exported:
                raise ValueError(f"Expected {source} to export {missing}, imported by {path}.")
            return f"const {{ {', '.join(names)} }} = {scope};"

        importers = (*importers, path)
        text = _IMPORT.sub(fetched, path.read_text(encoding="utf-8"))
        if left := re.search(r"^import\b.*$", text, re.MULTILINE):
            raise ValueError(f"Expected named imports. {path}: {left[0]}")
        return text

    def add(path: Path, importers: tuple[Path, ...]) -> None:
        text = body(path, importers)
        names = _EXPORT.findall(text)
        text = _EXPORT.sub("", text)
        if left := re.search(r"^export\b.*$", text, re.MULTILINE):
            raise ValueError(f"Expected named exports. {path}: {left[0]}")
        scopes[path] = f"module{len(scopes)}", set(names)
        handed = ", ".join(names)
        parts.append(f"const {scopes[path][0]} = (() => {{\n{text}\nreturn {{ {handed} }};\n}})();")

    main = body(entry.resolve(), ())
    return "\n".join([*parts, main])
