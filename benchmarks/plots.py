"""Plots of how the cost grows, as SVG files; matplotlib is the optional extra `benchmarks`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.families import DEPTH, FAMILIES, SLACK, VARIABLES, Family

if TYPE_CHECKING:
    from benchmarks.provers import Row

COLOURS = {"quod": "#1b6ca8", "cvc5": "#c0392b", "z3": "#7f8c8d", "z3+lemmas": "#2c3e50", "dreal": "#8e44ad"}
FILES = {SLACK: "slack.svg", VARIABLES: "variables.svg", DEPTH: "depth.svg"}
NO_SLACK = 45
"""Where slack 0 is drawn on an axis that ends at 10⁻⁴⁰."""


def draw(rows: Sequence[Row], folder: Path, limit: float) -> list[tuple[str, str]]:
    """(title, link) of each plot written; nothing without rows of families, or without matplotlib."""
    if not any(row.family for row in rows):
        return []
    try:
        import matplotlib
    except ImportError:
        print("no plots: matplotlib is not installed; fix: pip install 'quod[benchmarks]'")
        return []
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "quod"
    folder.mkdir(parents=True, exist_ok=True)
    figures = []
    for axis, name in FILES.items():
        families = [family for family in FAMILIES if family.axis == axis]
        _figure(rows, families, axis, folder / name, limit)
        figures.append((f"CPU seconds against the {axis}", f"{folder.name}/{name}"))
    return figures


def _figure(rows: Sequence[Row], families: Sequence[Family], axis: str, file: Path, limit: float) -> None:
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(families), figsize=(4 * len(families), 3.2), sharey=True, squeeze=False)
    for panel, family in zip(panels[0], families, strict=True):
        for solver in dict.fromkeys(row.solver for row in rows):
            _line(panel, [row for row in rows if row.solver == solver and row.family == family.name], solver, limit)
        panel.set_title(family.title, fontsize=9)
        panel.set_xlabel(axis, fontsize=8)
        panel.set_yscale("log")
        panel.axhline(limit, color="#bbbbbb", linewidth=0.8)
        panel.tick_params(labelsize=7)
        if axis == SLACK:
            panel.set_xticks([10, 20, 30, 40, NO_SLACK], ["10", "20", "30", "40", "∞"])
    panels[0][0].set_ylabel("CPU seconds, warm (hollow: unsolved)", fontsize=8)
    handles, labels = panels[0][-1].get_legend_handles_labels()
    figure.legend(handles, labels, loc="lower center", ncol=len(labels), fontsize=8, frameon=False)
    figure.tight_layout(rect=(0, 0.08, 1, 1))
    figure.savefig(file, metadata={"Date": None})
    pyplot.close(figure)


def _line(panel: Any, rows: Sequence[Row], solver: str, limit: float) -> None:
    places = [((row.parameter or NO_SLACK) if row.kind == SLACK else row.parameter, row) for row in rows]
    points = sorted(places, key=lambda entry: entry[0])
    solved = [(x, row.warm) for x, row in points if row.solved and row.warm is not None]
    open_ones = [(x, limit) for x, row in points if not row.solved]
    colour = COLOURS.get(solver, "#000000")
    panel.plot([x for x, _ in solved], [y for _, y in solved], marker="o", markersize=3, linewidth=1, color=colour, label=solver)
    panel.plot([x for x, _ in open_ones], [y for _, y in open_ones], linestyle="", marker="o", markersize=4, fillstyle="none", color=colour)
