"""A worksheet as a page to print: numbers in, HTML out."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from capsnet.analysis.worksheet import Worksheet

STYLE = """
@page { size: A4; margin: 12mm 15mm }
body { font: 10.5pt/1.35 sans-serif; color: #000; background: #fff }
body { max-width: 180mm; margin: 1em auto } @media print { body { margin: 0 } }
h1 { font-size: 17pt; margin: 0 } h2 { font-size: 12pt; margin: .9em 0 .1em }
p { margin: .2em 0 }
header { display: flex; gap: 8mm; align-items: center }
header img { width: 22mm } img { image-rendering: pixelated; border: 1px solid #999 }
.name { border-bottom: 1px solid #000; display: inline-block; width: 60mm }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums }
table { font-size: 10pt; table-layout: fixed }
th, td { border: 1px solid #777; padding: .8mm 1mm; text-align: right } td.blank { height: 7mm }
.row th { font-size: 9pt; padding: 1mm .7mm } .row th:first-child { width: 11mm }
.strip { display: flex; align-items: center; gap: 2mm; margin: 1mm 0; break-inside: avoid }
.strip img { width: 11mm } .strip span { width: 9mm; text-align: right }
.strip i { flex: 1; border-bottom: 1px solid #000; height: 8mm; font-style: normal }
section { break-inside: avoid } .key { break-before: page }
.key td.blank, .key i { font-weight: 700; color: #0b3d91 }
"""


def worksheet_page(sheet: Worksheet, words: Mapping[str, Any], number: str, address: str) -> str:
    """The whole page: the sheet, and its key on a page of its own.

    Args:
        sheet: its numbers.
        words: the `worksheet` texts of a language.
        number: what the digit is called.
        address: where the explorer is.
    """
    title = html.escape(words["title"])
    return (
        f"<!doctype html><html lang='{html.escape(words['code'])}'><head><meta charset='utf-8'>"
        f"<title>{title}</title><style>{STYLE}</style></head><body>"
        f"<header><img src='{_address(sheet.image)}' alt=''><div><h1>{title}</h1>"
        f"<p>{html.escape(words['name'])}: <span class='name'>&nbsp;</span></p>"
        f"<p>{_filled(words['digit'], number=number, answer=sheet.names[sheet.answer])}</p>"
        f"</div></header>{_tasks(sheet, words, address, False)}"
        f"<div class='key'><h1>{title} ({html.escape(words['key'])})</h1>"
        f"<p>{html.escape(words['key_note'])}</p>{_tasks(sheet, words, address, True)}</div>"
        "</body></html>"
    )


def _tasks(sheet: Worksheet, words: Mapping[str, Any], address: str, is_key: bool) -> str:
    m, row, column = sheet.capsule
    name = sheet.names[sheet.answer]
    told = _filled(words["row"], map=m, row=row, column=column, round=sheet.round)
    most = _filled(words["most"], name=sheet.names[sheet.gains_most]) if is_key else ""
    needs = _filled(words["needs"], map=sheet.needed_most) if is_key else ""
    return (
        f"<section><h2>{html.escape(words['row_title'])}</h2><p>{told}</p>"
        f"{_row_table(sheet, words, is_key)}</section>"
        f"<section><h2>{html.escape(words['agreement_title'])}</h2>"
        f"<p>{html.escape(words['agreement'])} <b>{most}</b></p>"
        f"{_next_table(sheet, words, is_key)}</section>"
        f"<section><h2>{html.escape(words['dimensions_title'])}</h2>"
        f"<p>{html.escape(words['dimensions'])}</p>{_strips(sheet, words, is_key)}</section>"
        f"<section><h2>{html.escape(words['silence_title'])}</h2>"
        f"<p>{_filled(words['silence'], address=address, answer=name)} <b>{needs}</b></p>"
        f"{_silence_table(sheet, words, is_key)}</section>"
    )


def _row_table(sheet: Worksheet, words: Mapping[str, Any], is_key: bool) -> str:
    grown = np.exp(sheet.logits.astype(float))
    total = grown.sum()
    rows = [
        _line("j", [*sheet.names, words["row_sum"]], "th"),
        _line("b", [*_numbers(sheet.logits, words), ""]),
        _line("e<sup>b</sup>", _blanks([*grown, total], words, is_key), "td class='blank'"),
        _line("c", _blanks([*sheet.coupling, 1.0], words, is_key), "td class='blank'"),
    ]
    return f"<table class='row'>{''.join(rows)}</table>"


def _next_table(sheet: Worksheet, words: Mapping[str, Any], is_key: bool) -> str:
    after = _blanks(sheet.logits + sheet.agreement, words, is_key)
    rows = [
        _line("j", sheet.names, "th"),
        _line("a", _numbers(sheet.agreement, words)),
        _line("b&nbsp;+&nbsp;a", after, "td class='blank'"),
    ]
    return f"<table class='row'>{''.join(rows)}</table>"


def _strips(sheet: Worksheet, words: Mapping[str, Any], is_key: bool) -> str:
    effects = words["effects"]
    lines = []
    for dimension, pictures, effect in zip(
        sheet.dimensions, sheet.bent, sheet.effects, strict=True
    ):
        shown = "".join(f"<img src='{_address(one)}' alt=''>" for one in pictures)
        said = effects.get(effect, effect) or words["nothing"]
        lines.append(
            f"<div class='strip'><span>{dimension}</span>{shown}"
            f"<i>{html.escape(said) if is_key else ''}</i></div>"
        )
    return "".join(lines)


def _silence_table(sheet: Worksheet, words: Mapping[str, Any], is_key: bool) -> str:
    label = _filled(words["silence_length"], answer=sheet.names[sheet.answer])
    values = _blanks([sheet.length, *sheet.lengths], words, is_key)
    head = _line(html.escape(words["silence_map"]), [words["without"], *map(str, sheet.maps)], "th")
    return f"<table>{head}{_line(label, values, 'td class=' + repr('blank'))}</table>"


def _line(label: str, values: Sequence[str], kind: str = "td") -> str:
    closing = kind.split()[0]
    cells = "".join(f"<{kind}>{html.escape(str(value))}</{closing}>" for value in values)
    return f"<tr><th>{label}</th>{cells}</tr>"


def _blanks(values: Any, words: Mapping[str, Any], is_key: bool) -> list[str]:
    return _numbers(values, words) if is_key else ["" for _ in values]


def _numbers(values: Any, words: Mapping[str, Any]) -> list[str]:
    """Three decimals each, as the language writes them; no zero has a sign."""
    told = [f"{round(float(value), 3) + 0.0:.3f}".replace("-", "−") for value in values]
    return [one.replace(".", ",") for one in told] if words["code"] == "de" else told


def _filled(words: str, **values: Any) -> str:
    return html.escape(words.format(**values))


def _address(image: np.ndarray) -> str:
    levels = np.rint(255 * (1 - np.clip(image[..., 0], 0, 1))).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(levels).save(buffer, "PNG")
    return f"data:image/png;base64,{base64.b64encode(buffer.getvalue()).decode('ascii')}"
