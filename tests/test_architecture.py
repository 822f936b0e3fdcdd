"""Dependencies point one way, and what should be light to import is."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DASHBOARD = ROOT / "dashboard"
PACKAGES = (
    ["capsnet"]
    + [
        f"capsnet.{name}"
        for name in (
            "network",
            "routing",
            "data",
            "analysis",
            "storage",
            "training",
            "figures",
            "cli",
        )
    ]
    + ["capsnet.training.callbacks", "capsnet.data.formats", "capsnet.data.drawings"]
    + ["capsnet.analysis.experiments"]
)
ONLY_IN_STATE = {"session_state", "query_params", "cache_data", "cache_resource"}


def test_import_contracts_of_pyproject_hold() -> None:
    """In a process of its own: import-linter sets up logging for the whole process."""
    code = "from importlinter.cli import lint_imports_command as run; run()"
    command = [sys.executable, "-c", code, "--no-logo", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "path",
    [p for p in sorted(DASHBOARD.rglob("*.py")) if p.parent != DASHBOARD / "state"],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_only_state_touches_session_caches_and_link(path: Path) -> None:
    assert not ONLY_IN_STATE & set(_names(path))


def test_config_needs_the_standard_library_only() -> None:
    names = ("config.py", "config_checks.py", "training_config.py", "presets.py")
    imported = {module for name in names for module in _modules(ROOT / "capsnet" / name)}
    ours = ("capsnet.config", "capsnet.training_config")
    others = {name for name in imported if not name.startswith(ours)}
    assert {module.split(".")[0] for module in others} <= sys.stdlib_module_names


@pytest.mark.parametrize(
    "modules",
    [
        "capsnet.config, capsnet.data.datasets, capsnet.data.pictures, capsnet.analysis.pose",
        "capsnet.network.trace, capsnet.training.run_folder, capsnet.training.provenance",
        "capsnet.routing.registry, capsnet.storage.checkpoint_safety, capsnet.training.run_checks",
        "dashboard.state",
    ],
)
def test_import_does_not_load_tensorflow(modules: str) -> None:
    """The page's frame is drawn before the network is there, and `--help` answers at once."""
    code = f"import sys, {modules}; sys.exit('tensorflow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode == 0


def test_the_layers_stand_alone() -> None:
    """A Keras layer drags in nothing that trains, stores, reads data or is a command."""
    rooms = ("training", "storage", "data", "cli", "analysis", "figures")
    code = (
        "import sys, capsnet.network.layers; "
        f"print([m for m in sys.modules if m.startswith(tuple('capsnet.' + r for r in {rooms}))])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("package", PACKAGES)
def test_a_packages_map_names_every_module_once(package: str) -> None:
    assert sorted(_map(package)) == sorted(_files(package))


@pytest.mark.parametrize("package", PACKAGES)
def test_a_module_needs_only_those_above_it_in_the_map(package: str) -> None:
    above: set[str] = set()
    files = _files(package)
    for module in _map(package):
        above.add(module)
        needed = {
            name.removeprefix(f"{package}.").split(".")[0]
            for file in files[module]
            for name in _modules(file)
            if name.startswith(f"{package}.")
        }
        assert needed <= above, module


def _map(package: str) -> list[str]:
    """The modules that a package's docstring lists, in that order."""
    text = ROOT.joinpath(*package.split("."), "__init__.py").read_text()
    listed = (ast.get_docstring(ast.parse(text)) or "").split("Axes")[0]
    return re.findall(r"^ *([a-z_0-9]+)  +\S", listed, flags=re.MULTILINE)


def _files(package: str) -> dict[str, list[Path]]:
    """The files of each module of a package: one, or all of a folder."""
    folder = ROOT.joinpath(*package.split("."))
    found = {path.stem: [path] for path in folder.glob("*.py") if not path.stem.startswith("__")}
    for path in folder.iterdir():
        if (path / "__init__.py").is_file():
            found[path.name] = sorted(path.rglob("*.py"))
    return found


def _names(path: Path) -> Iterator[str]:
    """Every attribute that a file reads and every name that it imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.ImportFrom):
            yield from (alias.name for alias in node.names)


def _modules(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
