"""The files a run leaves: rows as JSON, checks as JUnit XML, and the record of the last run."""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from quod import __version__
from quod.project import ProjectError
from quod.rows import CHECKS, point, shortfalls

RUN = "last-run.json"
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
Row = Mapping[str, Any]


def write_json(file: Path, rows: Sequence[Row]) -> None:
    """Writes the rows, whole or not at all. Raises OSError."""
    replace(file, json.dumps(rows, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def replace(file: Path, text: str) -> None:
    """Puts `text` into `file` at once, so that nobody ever reads half of it. Raises OSError."""
    beside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        beside.write_text(text, encoding="utf-8")
        os.replace(beside, file)
    finally:
        beside.unlink(missing_ok=True)


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


def write_run(folder: Path, rows: Sequence[Row], problems: Sequence[str], checks: Sequence[str], code: int) -> None:
    """Keeps the last run for `quod badge` and `quod report`; a folder that cannot be written costs only these."""
    run = {"quod": __version__, "ended": time.time(), "exit": int(code), "checks": list(checks), "problems": list(problems), "rows": list(rows)}
    try:
        folder.mkdir(exist_ok=True)
        replace(folder / RUN, json.dumps(run, ensure_ascii=False))
    except OSError:
        return


def read_run(folder: Path) -> dict[str, Any]:
    """The last run. Raises ProjectError where there is none or it cannot be read."""
    file = folder / RUN
    try:
        run = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ProjectError(f"{file}: expected the record of a run, got none; fix: run `quod verify` first") from None
    except (OSError, ValueError) as error:
        raise ProjectError(f"{file}: cannot be read ({error}); fix: delete it and run `quod verify`") from None
    if not isinstance(run, dict) or not {"ended", "exit", "checks", "problems", "rows"} <= run.keys():
        raise ProjectError(f"{file}: expected the record of a run, got something else; fix: delete it and run `quod verify`")
    return run
