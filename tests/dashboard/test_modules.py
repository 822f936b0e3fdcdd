"""ES modules joined into the one script that a Streamlit component takes."""

from __future__ import annotations

from pathlib import Path

import pytest

import dashboard.components
from dashboard.components.modules import joined

COMPONENTS = Path(dashboard.components.__file__).parent


@pytest.fixture
def write(tmp_path):
    def write(**sources):
        for name, source in sources.items():
            (tmp_path / f"{name}.js").write_text(source)
        return tmp_path / "main.js"

    return write


def entries():
    """The scripts that Streamlit calls."""
    return [p for p in COMPONENTS.rglob("*.js") if "export default" in p.read_text()]


@pytest.mark.parametrize("entry", entries(), ids=lambda path: path.parent.name)
def test_every_component_is_one_module_without_imports(entry):
    script = joined(entry)
    assert "\nimport " not in script
    assert script.count("\nexport ") == 1
    assert "export default function" in script


def test_every_script_belongs_to_a_component():
    used = {p.resolve() for p in entries()}
    while True:
        more = {
            (path.parent / line.split('"')[1]).resolve()
            for path in used
            for line in path.read_text().splitlines()
            if line.startswith("import ") and '"' in line
        }
        if more <= used:
            break
        used |= more
    assert used == {p.resolve() for p in COMPONENTS.rglob("*.js")}


def test_a_module_stands_once_and_before_all_that_import_it(write):
    main = write(
        main='import { a } from "./a.js";\nimport { b } from "./b.js";\nexport default a + b;\n',
        a='import { b } from "./b.js";\nexport const a = b + 1;\nconst own = 1;\n',
        b="export const b = 1;\nconst own = 2;\n",
    )
    script = joined(main)
    assert script.count("const b = 1;") == 1
    places = [script.index(part) for part in ("const b = 1;", "const a = b + 1;", "export default")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"main": 'import { a } from "./a.js";\n', "a": "const a = 1;\n"}, "to export {'a'}"),
        (
            {"main": 'import { a } from "./a.js";\n', "a": 'import { b } from "./main.js";\n'},
            "no circle",
        ),
        ({"main": 'import a from "./a.js";\n'}, "Expected named imports"),
        (
            {"main": 'import { a } from "./a.js";\n', "a": "const a = 1;\nexport { a };\n"},
            "Expected named exports",
        ),
    ],
)
def test_what_cannot_be_joined_is_told(write, sources, said):
    with pytest.raises(ValueError, match=said):
        joined(write(**sources))
