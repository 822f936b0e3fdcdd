"""What visitors of each page wait for, as rows of the report."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from typing import Any

from tests.bench.report import Row, Target, child

PEN_UP_MS = {"alone": Target(200.0), "busy": Target(400.0), "together": Target(2000.0)}
UPDATES = Target(3.0, at_least=True)
NO_ERROR = Target(0.0)
ACCURACY = Target(98.0, at_least=True)
PAINTS_PER_SECOND = Target(50, at_least=True)
PAINT_MS = Target(16.0)
USABLE = Target(2.0)
ROUTING_MS = {
    "page_ms": ("first visit of the page, model warm", Target(1500.0)),
    "switch_ms": ("page reached from another one", Target(1500.0)),
    "digit_ms": ("new digit", Target(700.0)),
    "capsule_ms": ("click on a capsule to paint", Target(300.0)),
    "step_ms": ("stepping a round, key to paint", Target(50.0)),
    "frame_ms": ("stepping a round, longest gap between frames", Target(50.0)),
}
ROUTING_MB = Target(3.0)
GROWTH = Target(1.2)
HEAP_GROWTH = Target(1.1)
BROWSER_MS = Target(50.0)
BROWSER_ANSWERS = Target(30.0, at_least=True)
MEMORY_MB = Target(350.0)
READY_SECONDS = Target(3.0)
FIRST_MB, LATER_MB = Target(30.0), Target(0.2)
SAME = Target(1e-3)


def draw(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """From pen-up to the answer, alone and with twenty visitors."""
    from tests.bench.draw import summary

    raw["draw"] = measured = child("draw", *(("4", "2", "2") if quick else ("50", "10", "8")))
    for name, what in (
        ("alone", "pen-up to answer, one visitor in a browser"),
        ("busy", "the same, two other processes computing"),
        ("together", "pen-up to answer, 20 visitors at once"),
    ):
        median, p95 = summary(measured[name]["pen_up"])
        count = len(measured[name]["pen_up"])
        yield Row(f"{what}: median", median, "ms", f"{count} strokes")
        yield Row(f"{what}: p95", p95, "ms", f"{count} strokes", PEN_UP_MS[name])
        if name != "together":
            rate = measured[name]["updates_a_second"]
            yield Row("updates during a long stroke", rate, "per s", name, UPDATES)
    crowd = measured["together"]
    rates = crowd["updates_a_second"]
    spread = f"{min(rates):.1f} to {max(rates):.1f}"
    yield Row("updates for each of 20 visitors", statistics.median(rates), "per s", spread)
    told = "; ".join(sorted(set(crowd["errors"])))[:200]
    yield Row("errors of 20 visitors", len(crowd["errors"]), "", told, NO_ERROR)
    yield Row("server memory grown by 20 visitors", crowd["memory_growth_mb"], "MB", "")


def browser(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """The network in the browser, beside the server with its export and the server with Keras."""
    from tests.bench.browser import p95

    asked = ("4", "2", "4", "50") if quick else ("40", "10", "100", "5000")
    raw["browser"] = measured = child("browser", *asked)
    here, server, keras = (measured[name] for name in ("browser", "server", "keras"))
    names = {"browser": here, "server": server, "keras": keras}
    for name, found in names.items():
        is_here = name == "browser"
        yield Row(
            f"pen-up to painted answer, {name}: p95",
            p95(found["pen_up_ms"]),
            "ms",
            f"median {statistics.median(found['pen_up_ms']):.0f}",
            BROWSER_MS if is_here else None,
        )
        yield Row(
            f"answers during a stroke, {name}",
            found["answers_a_second"],
            "per s",
            "",
            BROWSER_ANSWERS if is_here else None,
        )
        yield Row(
            f"websocket frames while the pen is down, {name}",
            found["frames"],
            "",
            f"{len(found['pen_up_ms']) + 1} strokes",
            NO_ERROR if is_here else None,
        )
        memory = "server memory, Start, Draw and Pose opened"
        yield Row(f"{memory}, {name}", found["memory_mb"], "MB", "", MEMORY_MB if is_here else None)
        yield Row(
            f"server start to all of Draw ready, {name}",
            found["start_seconds"],
            "s",
            "",
            READY_SECONDS if is_here else None,
        )
        for visit, target in (("first", FIRST_MB), ("later", LATER_MB)):
            size = found[f"{visit}_bytes"] / 1e6
            told = f"bytes of a {visit} visit to Draw, {name}"
            yield Row(told, size, "MB", "", target if is_here else None)
    for name in ("browser", "server"):
        crowd = names[name]["together"]
        who = f"{crowd['visitors']} visitors drawing, {name}"
        idle = f"{crowd['idle_cpu']:.2f} when nobody draws"
        yield Row(f"{who}: server CPU", crowd["cpu"], "cores", idle)
        seen = crowd["seen_ms"]
        yield Row(f"{who}: one more in a browser, p95", p95(seen), "ms", f"{len(seen)} strokes")
        if crowd["pen_up_ms"]:
            yield Row(f"{who}: pen-up to answer, p95", p95(crowd["pen_up_ms"]), "ms", "")
        told = "; ".join(sorted(set(crowd["errors"])))[:200]
        yield Row(f"{who}: errors", len(crowd["errors"]), "", told, NO_ERROR)
    parity = measured["parity"]
    count = f"{parity['digits']} digits"
    yield Row("largest difference of a length from Keras", parity["largest_error"], "", count, SAME)
    yield Row("predictions that differ from those of Keras", parity["changed"], "", count, NO_ERROR)


def way_in(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """How well digits are read that were redrawn on the pad."""
    count = 200 if quick else 1000
    raw["way_in"] = measured = child("way_in", str(count))
    for name in ("blurred", "sharp"):
        spread = f"{count} digits; as they are: {100 * measured['as they are']:.1f}"
        what = f"accuracy of digits redrawn on the pad, {name}"
        yield Row(what, 100 * measured[name], "%", spread, ACCURACY)


def pose(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """A hand on a slider: decoded in the browser and, beside it, by the server; then a class."""
    raw["pose"] = measured = []
    for where in ("browser", "server"):
        figures = child("pose", "drag", where, "2" if quick else "10")
        measured.append(figures)
        bound = where == "browser"
        yield Row(
            f"dragging a pose slider, decoded in the {where}",
            figures["paints_per_second"],
            "paints/s",
            f"for {figures['inputs_per_second']:.0f} events/s",
            PAINTS_PER_SECOND if bound else None,
        )
        yield Row(
            f"  from event to painted picture, decoded in the {where}, p95",
            figures["p95_ms"],
            "ms",
            f"p50 {figures['p50_ms']:.1f}, {figures['inputs']} events",
            PAINT_MS if bound else None,
        )
    figures = child("pose", "visits")
    measured.append(figures)
    for visit, seconds in figures.items():
        yield Row(f"Pose page usable on a warm server, {visit} visit", seconds, "s", "", USABLE)
    figures = child("pose", "class", "4" if quick else "50", "2" if quick else "10")
    measured.append(figures)
    yield from class_rows(figures)


def class_rows(figures: dict[str, Any]) -> Iterator[Row]:
    """What it costs the server that a class drags."""
    who = f"{figures['visitors']} visitors dragging at once for {figures['seconds']:g} s"
    before = f"{figures['idle_cpu_seconds']:.2f} s in as long before"
    after = f"{figures['release_cpu_seconds']:.1f} s once they let go"
    yield Row(f"{who}: server CPU", figures["cpu_seconds"], "s", f"{before}; {after}")
    yield Row(f"{who}: errors", figures["errors"], "", "", Target(0))


def figures(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """What figures cost that change in place, to `Plotly.animate` in turns with them."""
    raw["figures"] = found = child("figures", *(("5", "40") if quick else ("40", "1200")))
    for name, took in found["steps"].items():
        here, animated = (statistics.median(took[way]) for way in ("here", "animated"))
        spread = (
            f"p95 {_p95(took['here']):.0f}; by animate {animated:.0f}, {_p95(took['animated']):.0f}"
        )
        yield Row(f"figure {name}: a step, call to paint", here, "ms", spread)
    early, late, gone = (found["memory"][when] for when in ("early", "late", "gone"))
    for when, then in (
        (f"after {found['changes']} changes of data", late),
        ("... come and gone", gone),
    ):
        spread = f"{then['bytes'] / 1e6:.1f} MB; {then['nodes']} nodes, {early['nodes']} early"
        growth = then["bytes"] / early["bytes"]
        yield Row(f"figures: the page's memory {when}", growth, "x", spread, HEAP_GROWTH)


def _p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * (len(values) - 1))]


def routing(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """What a visitor of the routing page waits for, and what it sends."""
    raw["routing"] = found = child("routing", "2" if quick else "20")
    for name, (what, target) in ROUTING_MS.items():
        measured = found[name]
        spread = f"{min(measured):.0f} to {max(measured):.0f}, {len(measured)} times"
        if what.startswith("stepping"):
            yield Row(f"routing: {what}, median", statistics.median(measured), "ms", spread)
            yield Row(f"routing: {what}, p95", _p95(measured), "ms", spread, target)
        else:
            yield Row(f"routing: {what}", statistics.median(measured), "ms", spread, target)
    for name, what in (
        ("opened_bytes", "all data of the opened page"),
        ("most_bytes", "data of ten rounds, two routings"),
    ):
        yield Row(f"routing: {what}", found[name] / 1e6, "MB", "websocket", ROUTING_MB)


def soak(quick: bool, raw: dict[str, Any]) -> Iterator[Row]:
    """The server's memory after an hour with fifty visitors, and after ten minutes of it."""
    raw["soak"] = measured = child("soak", "120" if quick else "3600")
    early, late, seconds = (measured[name] for name in ("early_mb", "late_mb", "seconds"))
    spread = f"{late:.0f} of {early:.0f} MB, after {seconds:.0f} and {seconds / 6:.0f} s"
    yield Row("server memory with 50 visitors, late to early", late / early, "x", spread, GROWTH)
    told = "; ".join(sorted(set(measured["errors"])))[:200]
    yield Row("their errors", len(measured["errors"]), "", told, NO_ERROR)
    yield Row("their visits to all pages", measured["visits"], "", "")
