"""`quod prove`: the provers on SMT-LIB 2 problems, one process and one time limit per file."""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from quod.lang.claim import printable
from quod.project import ProjectError
from quod.records import clean
from quod.rows import Exit, point

MAX_BYTES = 64 << 20
GRACE = 2.0
"""Seconds beyond the time limit in which a prover may still say why it gave up."""

_STATUS = re.compile(r"\(\s*set-info\s+:status\s+(sat|unsat|unknown)\s*\)")
_COMMENT = re.compile(r";[^\n]*")
_ANSWERS = ("unsat", "sat", "unknown")
_BLANK: Mapping[str, Any] = {"method": "", "trusts": [], "reason": "", "witness": None}


def run(options: argparse.Namespace) -> int:
    """Decides each file, prints the answers as they come, and compares them with what the files expect."""
    from quod.processes import Limits, Pool, Task

    texts: dict[str, str] = {}
    results: dict[str, dict[str, Any]] = {}
    files = [str(file) for file in _files(options.files)]
    for name in files:
        try:
            texts[name] = _text(Path(name))
        except ProjectError as error:
            known = {"file": printable(name), "expected": None, "seconds": 0.0}
            results[name] = {**_BLANK, **known, "answer": "error", "reason": printable(str(error))}
            _print(results[name])
    limits = Limits(options.timeout + GRACE, options.memory << 20)
    interrupted = False
    with Pool(options.jobs, limits, preload=("quod.provers.problems",)) as pool:
        tasks = [Task("quod.commands.prove:attempt", (text, name, options.timeout), key=name) for name, text in texts.items()]
        try:
            for task, outcome in pool.run(tasks):
                name = str(task.key)
                results[name] = _result(name, texts[name], outcome)
                _print(results[name])
        except KeyboardInterrupt:
            interrupted = True
    rows = [results[name] for name in files if name in results]
    if options.json:
        _write(Path(options.json), rows)
    print(_summary(rows))
    if interrupted:
        print(f"quod: interrupted; {len(files) - len(rows)} of {len(files)} files are not decided", file=sys.stderr)
    return Exit.INTERRUPTED if interrupted else _exit_code(rows)


def attempt(text: str, name: str, timeout: float) -> dict[str, Any]:
    """The answer of the provers to one problem; runs in a worker. Text that cannot be read is the answer "error"."""
    from quod.lang.smtlib_reader import SmtError
    from quod.provers.problems import decide

    try:
        return dict(decide(text, name, time.monotonic() + timeout))
    except SmtError as error:
        return {"answer": "error", "reason": str(error)}


def _files(names: Iterable[str]) -> list[Path]:
    """The files that are meant, each once; a folder stands for the .smt2 files below it."""
    found: dict[Path, None] = {}
    for name in names:
        path = Path(name)
        inside = sorted(file for file in path.rglob("*.smt2") if file.is_file() or not file.exists()) if path.is_dir() else [path]
        if not inside:
            raise ProjectError(f"{path}: expected .smt2 files in this folder, got none; fix: name a file, or another folder")
        found |= dict.fromkeys(inside)
    return list(found)


def _text(file: Path) -> str:
    """The text of a problem. Raises ProjectError where it is none."""
    try:
        with file.open("rb") as opened:  # not by its size: a device or a pipe has none
            content = opened.read(MAX_BYTES + 1)
        if len(content) > MAX_BYTES:
            raise ProjectError(f"{file}:1: expected at most {MAX_BYTES >> 20} MB, got more; fix: split the problem")
        return content.decode()
    except FileNotFoundError:
        raise ProjectError(f"{file}: no such file; fix: check the name") from None
    except UnicodeDecodeError as error:
        raise ProjectError(
            f"{file}: expected UTF-8 text, got byte {error.object[error.start]:#04x} at offset {error.start}; fix: save it as UTF-8"
        ) from None
    except OSError as error:
        raise ProjectError(f"{file}: cannot be read ({error.strerror}); fix: make it readable") from None


def _result(name: str, text: str, outcome: Any) -> dict[str, Any]:
    """What `--json` says about a file; however the worker ended."""
    from quod.processes import Finished

    status = _STATUS.search(_COMMENT.sub("", text))
    known = {"file": printable(name), "expected": status.group(1) if status else None}
    if not isinstance(outcome, Finished):
        return {**known, **_BLANK, "answer": "unknown", "seconds": round(getattr(outcome, "seconds", 0.0), 3), "reason": outcome.reason}
    value = outcome.value if isinstance(outcome.value, dict) else {}
    if value.get("answer") not in (*_ANSWERS, "error"):
        value = {"answer": "unknown", "reason": f"the prover gave no answer, got {value!r}"}
    chosen = {key: clean(value[key]) for key in ("answer", *_BLANK) if key in value}
    return {**known, **_BLANK, **chosen, "seconds": round(outcome.seconds, 3)}


def _is_wrong(row: dict[str, Any]) -> bool:
    return {row["expected"], row["answer"]} == {"sat", "unsat"}


def _print(row: dict[str, Any]) -> None:
    if row["answer"] == "error":
        print(printable(f"quod: {row['reason']}"), file=sys.stderr, flush=True)
        return
    note = f"  WRONG: the file expects {row['expected']}" if _is_wrong(row) else ""
    how = " ".join(part for part in (str(row["method"]), f"[trusts {', '.join(row['trusts'])}]" if row["trusts"] else "") if part)
    detail = {"unsat": how, "sat": f"{how}  {point(row['witness'])}".strip(), "unknown": str(row["reason"])}[row["answer"]]
    print(printable(f"{row['file']}: {row['answer']:<7} {row['seconds']:7.2f} s  {detail}{note}"), flush=True)


def _summary(rows: list[dict[str, Any]]) -> str:
    counts = Counter("WRONG" if _is_wrong(row) else str(row["answer"]) for row in rows)
    parts = [f"{counts[answer]} {answer}" for answer in (*_ANSWERS, "WRONG") if counts[answer]]
    parts += [f"{counts['error']} not readable"] if counts["error"] else []
    return f"{len(rows)} file{'s' if len(rows) != 1 else ''}: {', '.join(parts) or 'none decided'}"


def _exit_code(rows: list[dict[str, Any]]) -> Exit:
    if any(map(_is_wrong, rows)):
        return Exit.CONFLICT
    answers = {row["answer"] for row in rows}
    return Exit.INPUT if "error" in answers else Exit.WEAK if "unknown" in answers else Exit.GREEN


def _write(file: Path, rows: list[dict[str, Any]]) -> None:
    from quod.project import replace

    keys = ("file", "expected", "answer", "seconds", "method", "trusts", "reason", "witness")
    try:
        replace(file, json.dumps([{key: row[key] for key in keys} for row in rows], ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise ProjectError(f"{file}: cannot be written ({error.strerror}); fix: name a file in a folder that exists") from None
