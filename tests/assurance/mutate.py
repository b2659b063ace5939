"""Mutation testing of the kernel: which small changes of its code does no test notice?

    python -m tests.assurance.mutate [-k PATTERN] [--files logic.py,folds.py] [--save FILE]

The kernel and its tests run from a copy in a temporary folder; nothing in the checkout changes. Each mutant is tried in a process of its
own, forked from one in which everything but the kernel has been imported. A mutant is killed by a failing test, by a module that does not
load, or by running beyond its limits. What survives has to be explained in `survivors.txt`, one line each: the mutant's name (with * for any
text), " : ", and why it is no loss. Prints the figures, every survivor without an explanation, and every explanation without a survivor;
the exit code is 1 if there is one of the former.
"""

from __future__ import annotations

import argparse
import fnmatch
import importlib.abc
import importlib.util
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, ModuleType

from tests.assurance.mutants import Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
SURVIVORS = Path(__file__).with_name("survivors.txt")
CPU_SECONDS, MEMORY = 60, 6 << 30

FILES = (
    *("logic.py", "folds.py", "calculus.py", "integrals.py", "arithmetic.py", "normal.py", "connectives.py", "polynomial.py", "ranges.py"),
    *("forms.py", "theorem.py", "certificate.py", "decision.py", "verdict.py", "axioms.py"),
)
RULES = ("tests/kernel/test_side_conditions.py", "tests/kernel/test_analysis_conditions.py", "tests/kernel/test_rules.py",
         "tests/kernel/test_adversary.py", "tests/assurance/test_corruption.py")
ANALYSIS = (RULES[1], RULES[0], *RULES[2:])
NORMAL_FORM = ("tests/kernel/test_rules.py", "tests/kernel/test_normal_cases.py", *RULES[:2], *RULES[3:], "tests/kernel/test_normal.py")
TOWER = ("tests/kernel/test_tower_conditions.py", "tests/provers/test_tower_checker.py", "tests/kernel/test_adversary.py",
         "tests/assurance/test_corruption.py")
SELECTIONS = {
    **dict.fromkeys(("calculus.py", "integrals.py", "arithmetic.py", "axioms.py", "antiderivatives.py", "monotone.py", "rational.py"), ANALYSIS),
    **dict.fromkeys(("normal.py", "connectives.py", "polynomial.py", "ranges.py", "forms.py"), NORMAL_FORM),
}
"""Which tests are run against a mutant of which file, and in which order: the first failure ends the trial."""


def selection(file: str) -> list[str]:
    """The files of tests for mutants of `file`."""
    tests = TOWER if file.startswith("tower/") else SELECTIONS.get(file, RULES)
    return [test for test in tests if Path(test).exists()]


class Kernel(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the modules of the kernel from code objects, one of them a mutant's."""

    def __init__(self, codes: dict[str, tuple[Path, CodeType]]) -> None:
        self.codes = codes

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        if fullname not in self.codes:
            return None
        file = self.codes[fullname][0]
        inside = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, file, loader=self, submodule_search_locations=inside)

    def exec_module(self, module: ModuleType) -> None:
        exec(self.codes[module.__name__][1], module.__dict__)  # noqa: S102  (the kernel's own code)


def module_name(file: str) -> str:
    """The module that a file of the kernel is."""
    return "quod.kernel." + file.removesuffix(".py").removesuffix("__init__").replace("/", ".").strip(".") if file != "__init__.py" else "quod.kernel"


class First:
    """A plugin that notes the first test that failed."""

    def __init__(self) -> None:
        self.failed = ""

    def pytest_runtest_logreport(self, report: object) -> None:
        if getattr(report, "failed", False) and not self.failed:
            self.failed = str(getattr(report, "nodeid", ""))


def trial(codes: dict[str, tuple[Path, CodeType]], mutant: Mutant | None, tests: Sequence[str]) -> tuple[bool, str, float]:
    """(killed, by what, seconds of CPU time) of a mutant, or of the kernel itself for None."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = 3
        try:
            code = _in_child(codes, mutant, tests, write)
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        words = pipe.read().decode(errors="replace")
    _, status, usage = os.wait4(child, 0)
    if os.WIFSIGNALED(status):
        return True, f"signal {os.WTERMSIG(status)}", usage.ru_utime
    return os.WEXITSTATUS(status) != 0, words or f"exit code {os.WEXITSTATUS(status)}", usage.ru_utime


def _in_child(codes: dict[str, tuple[Path, CodeType]], mutant: Mutant | None, tests: Sequence[str], pipe: int) -> int:
    import pytest
    from hypothesis import settings

    used = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime)
    resource.setrlimit(resource.RLIMIT_CPU, (used + CPU_SECONDS, used + CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)
    if mutant is not None:
        path = codes[module_name(mutant.file)][0]
        try:
            codes = {**codes, module_name(mutant.file): (path, mutant.compiled(str(path)))}
        except SyntaxError:
            os.write(pipe, b"does not compile")
            return 1
    sys.meta_path.insert(0, Kernel(codes))
    settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    settings.load_profile("mutants")
    first = First()
    result = pytest.main(["-x", "-q", "-p", "no:cacheprovider", *tests], plugins=[first])
    os.write(pipe, (first.failed or ("" if result == 0 else f"pytest ended with {int(result)}")).encode())
    return 0 if result == 0 else 1


def explained(name: str, explanations: dict[str, str]) -> str | None:
    """The pattern that explains a mutant."""
    return next((pattern for pattern in explanations if fnmatch.fnmatchcase(name.replace("[", "("), pattern.replace("[", "("))), None)


def explanations() -> dict[str, str]:
    """Why each pattern of mutants may survive."""
    lines = SURVIVORS.read_text(encoding="utf-8").splitlines() if SURVIVORS.exists() else []
    pairs = (line.rpartition(" : ") for line in lines if line and not line.startswith("#"))
    return {name.strip(): reason.strip() for name, _, reason in pairs}


def preload() -> None:
    """Imports what the tests need and is not the kernel, so that no child has to."""
    import flint, hypothesis, hypothesis.strategies, mpmath, numpy, pytest  # noqa: E401, F401, I001  (shared by all children)
    import quod  # noqa: F401
    from quod.lang import balls, defined, exact, floats, latex, precise, serial, text  # noqa: F401

    loaded = [name for name in sys.modules if name.startswith("quod.kernel")]
    if loaded:
        raise SystemExit(f"the language imports the kernel: {loaded}")


def work(arguments: argparse.Namespace) -> int:
    """Tries the mutants; runs inside the copy."""
    preload()
    kernel = Path("quod/kernel").resolve()
    files = {path.relative_to(kernel).as_posix(): path for path in kernel.rglob("*.py")}
    codes = {module_name(file): (path, compile(path.read_text("utf-8"), str(path), "exec")) for file, path in files.items()}
    wanted = [file for file in (*FILES, *sorted(set(files) - set(FILES))) if not arguments.files or file in arguments.files.split(",")]
    known, used, open_ones = explanations(), Counter[str](), []
    counts: Counter[str] = Counter()
    for tests in dict.fromkeys(tuple(selection(file)) for file in wanted):
        failed, by, seconds = trial(codes, None, tests)
        if failed:
            print(f"the tests fail without any mutant: {by}")
            return 2
        print(f"{len(tests)} files of tests take {seconds:.1f} s of CPU time", flush=True)
    killers: Counter[str] = Counter()
    for file in wanted:
        tests = selection(file)
        local: Counter[str] = Counter()
        for mutant in mutants(file, files[file].read_text("utf-8")):
            if arguments.k and not fnmatch.fnmatchcase(mutant.name, f"*{arguments.k}*"):
                continue
            killed, by, _ = trial(codes, mutant, tests)
            killers[by.partition("::")[0]] += killed
            pattern = None if killed else explained(mutant.name, known)
            used[pattern or ""] += 1
            local["killed" if killed else known[pattern].partition(":")[0].partition(",")[0] if pattern else "OPEN"] += 1
            if not killed and pattern is None:
                open_ones.append(mutant.name)
                print(f"  line {mutant.line}: {mutant.name}", flush=True)
        counts += local
        print(f"{file}: {dict(local)}", flush=True)
    total = sum(counts.values())
    print(f"{total} mutants, {counts['killed']} killed ({100 * counts['killed'] / max(total, 1):.1f} %): {dict(counts)}; by {dict(killers.most_common(8))}")
    for pattern in known:
        if not used[pattern] and not arguments.k and (not arguments.files or pattern.partition(" ")[0] in arguments.files):
            print(f"no such survivor any more: {pattern}")
    if arguments.save:
        Path(arguments.save).write_text(json.dumps({"counts": counts, "open": open_ones}, indent=1), encoding="utf-8")
    return 1 if open_ones else 0


def main() -> int:
    """Copies what is needed, and works there in a new process."""
    parser = argparse.ArgumentParser(description="Mutation testing of quod/kernel")
    parser.add_argument("-k", default="", help="only mutants whose name contains this (* for any text)")
    parser.add_argument("--files", default="", help="only these files of the kernel, with commas between")
    parser.add_argument("--save", default="", help="write the figures and the open survivors to this file, as JSON")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        return work(arguments)
    if arguments.save:
        arguments.save = str(Path(arguments.save).resolve())
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("quod", "spec", "impl", "proofs", "tests", "benchmarks"):
            shutil.copytree(ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        command = [sys.executable, "-m", "tests.assurance.mutate", "--here", "-k", arguments.k, "--files", arguments.files, "--save", arguments.save]
        done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": folder}, check=False)
    print(f"{time.monotonic() - started:.0f} s")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
