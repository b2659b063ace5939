"""The files a run leaves: rows as JSON, and checks as JUnit XML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from quod.project import replace
from quod.rows import CHECKS, point, shortfalls

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Row = Mapping[str, Any]


def write_json(file: Path, rows: Sequence[Row]) -> None:
    """Writes the rows, whole or not at all. Raises OSError."""
    replace(file, json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def write_junit(file: Path, rows: Sequence[Row], problems: Sequence[str]) -> None:
    """Writes one test case per claim and check, and one per file problem. Raises OSError."""
    suite = ElementTree.Element("testsuite", name="quod")
    counts = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for problem in problems:
        case = ElementTree.SubElement(suite, "testcase", classname="quod.load", name=_clean(problem.split(": ")[0]), time="0")
        ElementTree.SubElement(case, "error", message=_clean(problem))
        counts["tests"] += 1
        counts["errors"] += 1
    for row in rows:
        asked = {check: row[check] for check in CHECKS if row[check] is not None}
        short = dict(shortfalls(str(row["expect"]), asked))
        for check, record in asked.items():
            _case(suite, row, check, record, check in short, counts)
    for name, count in counts.items():
        suite.set(name, str(count))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    replace(file, ElementTree.tostring(suites, encoding="unicode", xml_declaration=False) + "\n")


def _case(suite: ElementTree.Element, row: Row, check: str, record: Mapping[str, Any], failed: bool, counts: dict[str, int]) -> None:
    name = f"{row['id']}::{check}"
    case = ElementTree.SubElement(suite, "testcase", classname=str(row["topic"]), name=name, time=f"{record['seconds']:.3f}")
    counts["tests"] += 1
    kind = str(record["verdict"])
    message = _clean(f"{kind}: {record['reason']}" if record["reason"] else kind)
    if failed:
        tag = "error" if kind == "ERROR" else "failure"
        counts[f"{tag}s"] += 1
        detail = ElementTree.SubElement(case, tag, message=message, type=kind)
        detail.text = _clean(f"{row['sentence']}\n{point(record['witness'])}" if record["witness"] is not None else str(row["sentence"]))
    elif kind == "UNKNOWN":
        counts["skipped"] += 1
        ElementTree.SubElement(case, "skipped", message=message)


def _clean(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
