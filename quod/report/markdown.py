"""The last run for people who read the repository: a Markdown table and a badge."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from quod.rows import Exit

BEGIN = "<!-- quod: begin -->"
END = "<!-- quod: end -->"
_COLORS = {
    Exit.GREEN: "brightgreen",
    Exit.REFUTED: "red",
    Exit.INPUT: "red",
    Exit.CONFLICT: "red",
    Exit.WEAK: "yellow",
    Exit.INTERRUPTED: "lightgrey",
}
_HEX = {"brightgreen": "#4c1", "red": "#e05d44", "yellow": "#dfb317", "lightgrey": "#9f9f9f"}


@cache
def _environment() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("quod.report"),
        autoescape=lambda name: (name or "").endswith(".svg"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def table(run: Mapping[str, Any]) -> str:
    """The rows of a run as Markdown, a table per topic. Nothing in it depends on the day or on how long things took."""
    topics = [(topic, list(rows)) for topic, rows in itertools.groupby(run["rows"], key=lambda row: row["topic"])]
    sources = by_source(run["rows"])
    environment = _environment()
    environment.filters["cell"] = _cell
    environment.filters["attack"] = _attack
    return str(environment.get_template("table.md").render(topics=topics, sources=sources, message=message(run))).strip()


def by_source(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, list[Mapping[str, Any]]]]]]:
    """(source, [(place in it, its claims)]) for every source that is cited at two places or more."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        groups.setdefault(row["source"].partition(", ")[0], []).append(row)
    found = []
    for members in groups.values():
        words = zip(*(row["source"].split(", ") for row in members), strict=False)
        source = ", ".join(column[0] for column in itertools.takewhile(lambda column: len(set(column)) == 1, words))
        places: dict[str, list[Mapping[str, Any]]] = {}
        for row in sorted(members, key=lambda row: str(row["source"])):
            places.setdefault(row["source"].removeprefix(source).removeprefix(", "), []).append(row)
        if source and len(places) > 1:
            found.append((source, list(places.items())))
    return found


def _cell(text: str) -> str:
    """Text that cannot break out of a Markdown table's cell."""
    return " ".join(text.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").split())


def _attack(row: Mapping[str, Any]) -> str:
    """What the attack on a claim showed, in a few words."""
    record = row.get("attack")
    if record is None or "twins" not in record["figures"]:
        return ""
    figures = record["figures"]
    parts = [f"{figures.get('twin refuted', 0)} of {figures['twins']} twins refuted"] if figures["twins"] else []
    named = ("sharpness sharp", "sharpness slack", "necessity needed")
    parts += [f"{figures[name]} {name.partition(' ')[2]}" for name in named if name in figures]
    return ", ".join(parts)


def message(run: Mapping[str, Any]) -> str:
    """What a run showed, in a few words: of how many claims, and what is wrong first."""
    kinds = Counter(str(row["verdict"]) for row in run["rows"])
    total = len(run["rows"])
    match run["exit"]:
        case Exit.INTERRUPTED:
            return "interrupted"
        case Exit.GREEN if kinds["PROVED"] == total:
            return f"{total} proved"
        case Exit.INPUT if run["problems"]:
            return "input errors"
        case _:
            worst_first = ("CONFLICT", "REFUTED", "ERROR", "VACUOUS", "UNKNOWN", "SAMPLED", "PROVED")
            parts = [f"{kinds[kind]} {kind.lower()}" for kind in worst_first if kinds[kind]]
            incomplete = sum(not row["green"] and row["verdict"] == row["expect"] for row in run["rows"])
            return ", ".join([*parts, *([f"{incomplete} of them not fully checked"] if incomplete else [])])


def badge(run: Mapping[str, Any]) -> dict[str, Any]:
    """The run as the JSON that a shields endpoint expects."""
    return {"schemaVersion": 1, "label": "quod", "message": message(run), "color": _COLORS.get(run["exit"], "lightgrey")}


def badge_svg(made: Mapping[str, Any]) -> str:
    """The badge as a picture; widths are those of 11 px Verdana, about 7 px a character."""
    left, right = (7 * len(str(made[key])) + 10 for key in ("label", "message"))
    return str(_environment().get_template("badge.svg").render(made=made, left=left, right=right, fill=_HEX[str(made["color"])]))
