"""What the tests of the experiments' pages share: opening one, its figures, results at hand."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from capsnet.analysis.experiments.measure import measure
from capsnet.analysis.experiments.registry import find
from capsnet.analysis.experiments.settings import Subject
from capsnet.data.bundled import load_bundled
from dashboard import state
from tests.address import by_history


def new_app() -> AppTest:
    return AppTest.from_file("../../dashboard/app.py", default_timeout=60)


def open_page(app: AppTest, page: str, **link: str) -> AppTest:
    app.run()
    app.query_params.clear()
    for name, value in link.items():
        app.query_params[name] = value
    with by_history():
        app.switch_page(f"views/{page}.py").run()
    assert not app.exception
    return app


def charts(app: AppTest) -> dict[str, dict[str, Any]]:
    """The figures on the page, by their names."""
    return {one["layout"]["meta"]["name"]: one for one in every_chart(app)}


def every_chart(app: AppTest) -> list[dict[str, Any]]:
    """All figures on the page, also those of one name."""
    told = (json.loads(one.proto.json or "{}") for one in app.main.get("bidi_component"))
    texts = (text for one in told if isinstance(one, dict) for text in one.get("figures", ()))
    return [json.loads(text) for text in texts]


def results_of_few(
    monkeypatch: pytest.MonkeyPatch, model, count: int = 40
) -> dict[str, dict[str, Any]]:
    """Let the pages find results of every experiment, made of the first digits only.

    Returns:
        Them, by the experiments' names, as the page asks for them.
    """
    made: dict[str, dict[str, Any]] = {}

    def result(name: str, given: Mapping[str, Any], network: str | None = None) -> dict[str, Any]:
        key = name + (f"-{given['loss']}" if "loss" in given else "")
        if key not in made:
            made[key] = measure(find(name), Subject(model, load_bundled()[:count]), given)
        return made[key]

    monkeypatch.setattr(state, "experiment_result", result)
    return made
