"""Coverage-guided fuzzing (atheris, libFuzzer) of everything that reads untrusted input: what it reached, and what it found.

    python benchmarks/fuzz_parsers.py [--minutes M] [--corpus FOLDER] [TARGET …]

Needs the optional dependencies `pip install -e '.[fuzzing]'`. Each target of tests/fuzzing/targets.py runs for M minutes in a process of
its own that has at most 20 s and 3 GB for one input; inputs that reached something new are kept in FOLDER and used again by the next
call. Prints each finding with the file of its input, and a table. Exit code 1 if anything was found.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

READ = {
    "smtlib": ("quod.lang.sexpressions", "quod.lang.smtlib_reader", "quod.lang.smtlib_operators"),
    "prove": ("quod.lang.sexpressions", "quod.lang.smtlib_reader", "quod.lang.smtlib_operators", "quod.provers"),
    "terms": ("quod.lang.serial", "quod.lang.terms", "quod.lang.node", "quod.lang.propositions"),
    "certificate": ("quod.kernel", "quod.lang.serial", "quod.lang.binding"),
    "tower": ("quod.kernel.tower",),
    "ledger-rows": ("quod.ledger", "quod._ledger_file"),
    "ledger-file": ("quod.ledger", "quod._ledger_file"),
    "lock": ("quod.lock", "tomllib"),
}
"""The modules whose coverage guides each target."""
SECONDS, MEGABYTES, LONGEST = 20, 3000, 60_000
"""What one input may take, and how many bytes it may have."""
MOST_FINDINGS = 25
LOOKING = 60.0
"""Seconds for running the kept inputs once more, to see which lines they reach."""
_STATISTIC = re.compile(r"stat::(\w+): *(\d+)")
_PROGRESS = re.compile(r"#(\d+)\s+\w+\s+cov: (\d+) ft: (\d+)")


@dataclass
class Figures:
    """What fuzzing one target came to."""

    target: str
    executions: int = 0
    edges: int = 0
    features: int = 0
    kept: int = 0
    cut: int = 0
    findings: dict[str, str] = field(default_factory=dict)
    lines: tuple[int, int] = (0, 0)


def fuzz(target: str, minutes: float, corpus: Path) -> Figures:
    """Runs one target for so long, again after each finding."""
    figures = Figures(target)
    kept, found = corpus / target / "kept", corpus / target / "found"
    for folder in (kept, found):
        folder.mkdir(parents=True, exist_ok=True)
    _write_seeds(target, kept)
    until = time.monotonic() + 60 * minutes
    for attempt in range(MOST_FINDINGS):
        left = int(until - time.monotonic())
        if left < 5 and attempt:
            break
        _run_once(figures, max(1, left), kept, found, attempt)
    figures.kept = len(list(kept.iterdir()))
    figures.lines = _lines(target, kept)
    return figures


def _run_once(figures: Figures, seconds: int, kept: Path, found: Path, attempt: int) -> None:
    limits = (f"-max_total_time={seconds}", f"-timeout={SECONDS}", f"-rss_limit_mb={MEGABYTES}", f"-max_len={LONGEST}")
    flags = (*limits, "-print_final_stats=1", f"-artifact_prefix={found}/", f"-seed={attempt + 1}", "-detect_leaks=0")
    command = [sys.executable, __file__, "--child", figures.target, str(kept), *flags]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace", check=False)
    text = ended.stdout + ended.stderr
    for name, value in _STATISTIC.findall(text):
        if name == "number_of_executed_units":
            figures.executions += int(value)
    progress = _PROGRESS.findall(text)
    if progress:
        figures.edges = max(figures.edges, int(progress[-1][1]))
        figures.features = max(figures.features, int(progress[-1][2]))
    if ended.returncode == 0:
        return
    if figures.target == "prove" and "ALARM: working on the last Unit" in text:
        figures.cut += 1  # the process boundary ends a search that overruns; here the boundary is libFuzzer's
        return
    print(text[-3000:], flush=True)
    figures.findings.setdefault(_signature(text), str(found))


def _signature(text: str) -> str:
    """The last frame of a traceback and the exception, or the fuzzer's own words."""
    frames = re.findall(r'File "[^"]*?(\w+\.py)", line (\d+)', text)
    error = re.findall(r"^(?:\s*=== Uncaught Python exception: ===\n)?(\w*(?:Error|Exception|Interrupt)\b.*)$", text, re.MULTILINE)
    summary = re.findall(r"SUMMARY: (.*)", text)
    place = ":".join(frames[-1]) if frames else "?"
    said = re.sub(r"\d+", "N", error[-1])[:60] if error else ""
    return f"{place} {said} {summary[-1] if summary else ''}".strip()


def _write_seeds(target: str, folder: Path) -> None:
    from tests.fuzzing.seeds import SEEDS

    for number, seed in enumerate(SEEDS[target]()):
        (folder / f"seed-{number}").write_bytes(seed)


def _child(target: str, arguments: list[str]) -> None:
    """Becomes the fuzzer: does not return."""
    import atheris  # type: ignore[import-untyped,unused-ignore]

    with atheris.instrument_imports(include=list(READ[target])):
        from tests.fuzzing.mutation import change
        from tests.fuzzing.targets import TARGETS
    donors = [file.read_bytes() for file in sorted(Path(arguments[0]).glob("seed-*"))]

    def mutate(data: bytes, size: int, seed: int) -> bytes:
        dice = random.Random(seed)
        if dice.random() < 0.15:
            return bytes(atheris.Mutate(data, size))
        return change(data, dice, dice.choice(donors))[:size]

    atheris.Setup([sys.argv[0], *arguments], TARGETS[target], custom_mutator=mutate)
    atheris.Fuzz()


def _lines(target: str, folder: Path) -> tuple[int, int]:
    """(lines reached by the kept inputs, lines that can be) of the modules whose coverage guides the target."""
    from tests.fuzzing.targets import TARGETS

    names = READ[target]
    TARGETS[target](b"[]")
    modules = (module for name, module in list(sys.modules.items()) if _belongs(name, names))
    files = {str(module.__file__) for module in modules if getattr(module, "__file__", None)}
    reached: set[tuple[str, int]] = set()

    def follow(frame: FrameType, event: str, argument: Any) -> Callable[..., Any] | None:
        if frame.f_code.co_filename not in files:
            return None
        reached.add((frame.f_code.co_filename, frame.f_lineno))
        return follow

    inputs = sorted(folder.iterdir(), key=lambda file: file.stat().st_size)[:600]
    until = time.monotonic() + LOOKING
    sys.settrace(follow)
    try:
        for file in inputs:
            if time.monotonic() > until:
                break
            try:
                TARGETS[target](file.read_bytes())
            except Exception as error:  # noqa: BLE001 - a finding, which the fuzzer has reported
                print(f"{target}: {file}: {type(error).__name__}", flush=True)
    finally:
        sys.settrace(None)
    possible = {place for file in files for place in _executable(file)}
    return len(reached & possible), len(possible)


def _belongs(name: str, prefixes: Iterable[str]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


def _executable(file: str) -> set[tuple[str, int]]:
    """The lines inside functions; what runs at import is no matter of the input."""
    stack: list[CodeType] = [compile(Path(file).read_text(encoding="utf-8"), file, "exec")]
    found = set()
    while stack:
        code = stack.pop()
        inner = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
        stack += inner
        if code.co_flags & 0x2:  # a function, not a module or a class body
            found |= {(file, line) for _, _, line in code.co_lines() if line and line != code.co_firstlineno}
    return found


def main() -> int:
    """Fuzzes the targets that the command line names."""
    if sys.argv[1:2] == ["--child"]:
        _child(sys.argv[2], sys.argv[3:])
        return 0
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("targets", nargs="*", choices=[*READ, []], default=list(READ), metavar="TARGET", help=", ".join(READ))
    parser.add_argument("--minutes", type=float, default=10.0, metavar="M", help="minutes for each target (default 10)")
    parser.add_argument("--corpus", type=Path, default=ROOT / "build" / "fuzzing", metavar="FOLDER", help="what is kept between calls")
    options = parser.parse_args()
    heads = f"{'executions':>10} {'edges':>6} {'features':>8} {'inputs':>6} {'lines reached':>15} {'cut':>4} findings"
    print(f"{'target':<12} {heads}", flush=True)
    findings = 0
    for target in options.targets:
        found = fuzz(target, options.minutes, options.corpus)
        lines = f"{found.lines[0]} of {found.lines[1]}"
        counts = f"{found.executions:>10} {found.edges:>6} {found.features:>8} {found.kept:>6} {lines:>15} {found.cut:>4}"
        print(f"{target:<12} {counts} {len(found.findings)}", flush=True)
        for signature, folder in found.findings.items():
            print(f"    {signature}  (inputs in {folder})", flush=True)
        findings += len(found.findings)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
