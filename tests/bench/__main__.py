"""Measure everything: `python -m tests.bench [--quick] [--only PART] [--out build/bench.json]`."""

from __future__ import annotations

import argparse
import json
import statistics
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.bench import pages, report
from tests.bench.report import ROOT, Row, Target, child
from tests.bench.training import Configuration

SPEEDUP = {50: Target(1.3, at_least=True), 100: Target(1.7, at_least=True)}
SHARE = Target(0.6, at_least=True)
MEMORY = {50: Target(0.75), 100: Target(0.6)}
TRACE_MS = {3: Target(40.0)}
START_SECONDS = Target(12.0)
EXPERIMENT_TIMES = Target(1.5)


def main() -> None:
    """Run the parts asked for, print a table as it grows and write the JSON file."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few steps: does it run at all?")
    parser.add_argument("--only", choices=PARTS, help="one part")
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bench.json")
    arguments = parser.parse_args()
    about = report.machine()
    print(", ".join(f"{name} {value}" for name, value in about.items()))
    rows: list[Row] = []
    raw: dict[str, Any] = {}
    for part in [arguments.only] if arguments.only else PARTS:
        print(f"\n{part}", flush=True)
        for row in PARTS[part](arguments.quick, raw):
            rows.append(row)
            print(row, flush=True)
            report.write(arguments.out, about, rows, raw)
    print(f"\nWritten to {arguments.out}.")


def training(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """Images per second and peak memory, ours as ratios of the notebook's formulation."""
    steps = 3 if quick else 15
    raw["training"] = measured = []
    for batch_size, rounds in [(50, 3)] if quick else [(50, 2), (50, 3), (100, 2), (100, 3)]:
        notebook = Configuration("notebook", batch_size, rounds)
        ours = [Configuration("capsnet", batch_size, rounds, g) for g in ("all", "last")]
        if rounds == 3:
            ours.append(Configuration("capsnet", batch_size, rounds, "last", "bfloat16"))
        base: dict[str, Any] = {}
        for configuration in [notebook, *ours]:
            figures = child("training", json.dumps(asdict(configuration)), str(steps))
            measured.append({**asdict(configuration), **figures})
            base = base or figures
            yield from training_rows(configuration, figures, base)


def training_rows(
    configuration: Configuration, figures: dict[str, Any], base: dict[str, Any]
) -> Iterator[Row]:
    """The rows of one configuration; `base` is what the notebook's formulation needs."""
    name = configuration.name
    speed, memory = figures["images_per_second"], figures["peak_memory_mb"]
    above = figures["memory_above_start_mb"]
    spread = f"p10 {figures['p10']:.1f}, p90 {figures['p90']:.1f}, {figures['steps']} steps"
    yield Row(name, speed, "images/s", spread)
    if configuration.formulation == "notebook":
        yield Row(f"{name}: peak memory", memory, "MB", f"{above:.0f} MB of it by training")
        return
    alike = configuration.conv_dtype == "float32"  # what is computed coarser proves no target
    batch_size = configuration.batch_size
    yield Row(
        f"{name}: speed",
        speed / base["images_per_second"],
        "x",
        f"of {base['images_per_second']:.1f} images/s",
        SPEEDUP[batch_size] if alike else None,
    )
    yield Row(
        f"{name}: share of a matrix product's speed",
        figures["share_of_matrix_product"],
        "",
        f"in {configuration.conv_dtype}, way there and back",
        SHARE if alike and configuration.gradient == "last" else None,
    )
    yield Row(
        f"{name}: peak memory",
        memory / base["peak_memory_mb"],
        "x",
        f"{memory:.0f} of {base['peak_memory_mb']:.0f} MB "
        f"(by training: {above:.0f} of {base['memory_above_start_mb']:.0f} MB)",
        MEMORY[batch_size] if alike else None,
    )


def trace(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """One trace of one digit."""
    raw["trace"] = measured = []
    for rounds in (3, 10):
        figures = child("tracing", str(rounds), "5" if quick else "30")
        measured.append({"rounds": rounds, **figures})
        spread = f"p95 {figures['p95_ms']:.1f}, {figures['repetitions']} digits"
        what = f"trace of one digit, {rounds} rounds"
        yield Row(what, figures["median_ms"], "ms", spread, TRACE_MS.get(rounds))


def start(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """From server start to a usable page; the first start may also read from the disk."""
    raw["start"] = measured = [child("startup") for _ in range(1 if quick else 5)]
    for name, what in (
        ("page", "server start to sidebar and Start page visible"),
        ("ready", "server start to all controls ready"),
    ):
        seconds = [run[name] for run in measured]
        spread = f"first {seconds[0]:.1f}, {min(seconds):.1f} to {max(seconds):.1f}"
        yield Row(what, statistics.median(seconds), "s", spread, START_SECONDS)


def experiments(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """Experiments on a split, to what `predict` alone takes for the same passes."""
    raw["experiments"] = figures = child("experiments", "100" if quick else "2000")
    seconds = figures["seconds"]
    for name in ("lengths", "rotate", "parents"):
        yield Row(
            f"experiment {name}, {figures['images']} digits: time to predict's",
            seconds[name] / seconds["predict"],
            "x",
            f"{seconds[name]:.1f} s to {seconds['predict']:.1f} s",
            EXPERIMENT_TIMES,
        )
    more = "above what a tenth of the digits needed"
    yield Row("experiments: memory for ten times the digits", figures["more_memory_mb"], "MB", more)


PARTS = {
    "training": training,
    "trace": trace,
    "start": start,
    "experiments": experiments,
    "draw": pages.draw,
    "browser": pages.browser,
    "way_in": pages.way_in,
    "routing": pages.routing,
    "figures": pages.figures,
    "pose": pages.pose,
    "soak": pages.soak,
}


if __name__ == "__main__":
    main()
