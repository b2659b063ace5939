"""Mutation testing of the kernel: which small changes of its code does no test notice?

    python -m tests.assurance.mutate [-k PATTERN] [--files logic.py,folds.py] [--tests FILE,…]

The kernel and its tests run from a copy in a temporary folder; nothing in the checkout changes. Each mutant is tried in a process of its
own, forked from one in which everything but the kernel has been imported. A mutant is killed by a failing test, by a module that does not
load, or by running beyond its limits. What survives has to be explained in `survivors.txt`, one line each: the mutant's name (with * for
any text), " : ", and why it is no loss.
Prints the figures, every survivor without an explanation, and every explanation without a survivor;
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
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FunctionType, ModuleType
from typing import Any

from tests.assurance.mutants import Mutant, mutants

Codes = dict[str, tuple[Path, CodeType]]
"""File and code of each module of the kernel, by the module's name."""

ROOT = Path(__file__).resolve().parents[2]
SURVIVORS = Path(__file__).with_name("survivors.txt")
CPU_SECONDS, MEMORY = 60, 6 << 30

FILES = (
    *("logic.py", "folds.py", "calculus.py", "integrals.py", "arithmetic.py", "normal.py", "connectives.py", "polynomial.py", "ranges.py"),
    *("forms.py", "theorem.py", "certificate.py", "decision.py", "verdict.py", "axioms.py"),
)
RULES = ("tests/kernel/test_side_conditions.py", "tests/kernel/test_analysis_conditions.py", "tests/kernel/test_integral_conditions.py",
         "tests/kernel/test_rules.py", "tests/kernel/test_adversary.py")
ANALYSIS = (*RULES[1:3], RULES[0], *RULES[3:])
NORMAL_FORM = ("tests/kernel/test_normal_cases.py", *RULES, "tests/kernel/test_reference.py",
               "tests/kernel/test_normal.py")
SEVERAL = ("tests/kernel/test_several_variables.py", "tests/kernel/test_antiderivatives.py", *RULES)
REPLAYS = "tests/assurance/test_corruption.py::test_corrupted_certificates_prove_nothing_false"
TOWER = ("tests/kernel/test_tower_claims.py", "tests/kernel/test_tower_cells.py", "tests/kernel/test_tower_covers.py",
         "tests/provers/test_tower_checker.py", "tests/kernel/test_adversary.py", REPLAYS)
SELECTIONS = {
    **dict.fromkeys(("calculus.py", "integrals.py", "arithmetic.py", "axioms.py"), ANALYSIS),
    **dict.fromkeys(("antiderivatives.py", "monotone.py", "rational.py", "boxes.py", "elementary.py"), SEVERAL),
    **dict.fromkeys(("normal.py", "connectives.py", "polynomial.py", "ranges.py", "forms.py"), NORMAL_FORM),
    **dict.fromkeys(("theorem.py", "certificate.py", "decision.py", "verdict.py"), (*RULES, REPLAYS)),
}
"""Which tests are run against a mutant of which file, and in which order: the first failure ends the trial."""


def selection(file: str) -> list[str]:
    """The files of tests for mutants of `file`."""
    tests = TOWER if file.startswith("tower/") else SELECTIONS.get(file, RULES)
    return [test for test in tests if Path(test.partition("::")[0]).exists()]


class Kernel(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads the modules of the kernel from code objects, one of them a mutant's."""

    def __init__(self, codes: Codes) -> None:
        self.codes = codes

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The module's specification, if it is one of the kernel's."""
        if fullname not in self.codes:
            return None
        file = self.codes[fullname][0]
        inside = [str(file.parent)] if file.name == "__init__.py" else None
        return importlib.util.spec_from_file_location(fullname, file, loader=self, submodule_search_locations=inside)

    def exec_module(self, module: ModuleType) -> None:
        """Runs the module's code."""
        exec(self.codes[module.__name__][1], module.__dict__)  # noqa: S102  (the kernel's own code)


def module_name(file: str) -> str:
    """The module that a file of the kernel is."""
    inner = file.removesuffix(".py").replace("/", ".").removesuffix("__init__").strip(".")
    return f"quod.kernel.{inner}".strip(".")


def _pieces(code: CodeType, prefix: str = "") -> Iterator[tuple[str, CodeType]]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant.co_qualname, constant
            yield from _pieces(constant)


def _live(mutant: Mutant) -> tuple[FunctionType, str] | None:
    """The innermost loaded function, not nested in another, that contains the mutant's change, and its name."""
    found: Any = sys.modules[module_name(mutant.file)]
    place = []
    for name in mutant.function.split("."):
        found = vars(found).get(name) if not isinstance(found, FunctionType) else None
        place.append(name)
        inner = getattr(found, "fget", None) or getattr(found, "__func__", None) or getattr(found, "__wrapped__", None) or found
        if isinstance(inner, FunctionType):
            return inner, ".".join(place)
        if found is None:
            return None
    return None


def put_in_place(mutant: Mutant, path: str) -> bool:
    """Exchanges the code of the function that the mutant changes; False where the change is outside of functions."""
    found = _live(mutant)
    if found is None:
        return False
    function, name = found
    code = dict(_pieces(mutant.compiled(path))).get(name)
    if code is None or code == function.__code__ or code.co_freevars != function.__code__.co_freevars:
        return False
    function.__code__ = code
    return True


NOT_IN_PLACE, SURVIVED, KILLED = 4, 0, 1


class First:
    """A plugin of pytest that notes the first failure."""

    def __init__(self) -> None:
        self.failed = ""

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Notes the first failure."""
        if report.failed and not self.failed:
            self.failed = str(report.nodeid)


class Trials(First):
    """A plugin of pytest that, instead of running the tests once, runs them for each mutant in a process, up to the first failure."""

    def __init__(self, codes: Codes, chosen: Sequence[Mutant], jobs: int, pipe: int) -> None:
        super().__init__()
        self.codes, self.waiting, self.jobs, self.pipe = codes, [None, *chosen], jobs, pipe
        self.running: dict[int, tuple[Mutant | None, int]] = {}

    def pytest_runtestloop(self, session: Any) -> bool:
        """Tries every mutant; first the kernel as it is."""
        while self.waiting or self.running:
            while self.waiting and len(self.running) < self.jobs:
                self._start(session, self.waiting.pop(0))
            process, status, usage = os.wait3(0)
            mutant, pipe = self.running.pop(process)
            with os.fdopen(pipe, "rb") as words:
                by = words.read().decode(errors="replace")
            code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
            name = None if mutant is None else mutant.name
            os.write(self.pipe, (json.dumps([name, code, by, usage.ru_utime]) + "\n").encode())
        return True

    def _start(self, session: Any, mutant: Mutant | None) -> None:
        read, write = os.pipe()
        child = os.fork()
        if child:
            os.close(write)
            self.running[child] = mutant, read
            return
        code = 3
        try:
            code = self._child(session, mutant, write)
        finally:
            os._exit(code)

    def _child(self, session: Any, mutant: Mutant | None, write: int) -> int:
        limit()
        try:
            if mutant is not None and not put_in_place(mutant, str(self.codes[module_name(mutant.file)][0])):
                return NOT_IN_PLACE
        except SyntaxError:
            os.write(write, b"does not compile")
            return KILLED
        for number, item in enumerate(session.items):
            following = session.items[number + 1] if number + 1 < len(session.items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.failed:
                os.write(write, self.failed.encode())
                return KILLED
        return SURVIVED


def limit() -> None:
    """Limits for one trial; its output goes nowhere."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 5))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    os.dup2(nothing, 2)


def apart(work: Callable[[int], int]) -> Iterator[str]:
    """The lines that `work` writes in a forked process, and last its exit code (negative: a signal) as a line."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        code = 3
        try:
            code = work(write)
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read, "r", errors="replace") as pipe:
        yield from (line.rstrip("\n") for line in pipe)
    _, status = os.waitpid(child, 0)
    yield str(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))


def _pytest(codes: Codes, tests: Sequence[str], plugin: object) -> int:
    import pytest
    from hypothesis import settings

    sys.meta_path.insert(0, Kernel(codes))
    settings.register_profile("mutants", derandomize=True, database=None, deadline=None)
    settings.load_profile("mutants")
    # with its own rewriting of assertions, pytest would load the modules of a package with a plugin itself, past the mutant
    result = int(pytest.main(["-x", "-q", "--assert=plain", "-p", "no:cacheprovider", *tests], plugins=[plugin]))
    strangers = [n for n, m in sys.modules.items() if n.startswith("quod.kernel") and not isinstance(m.__loader__, Kernel)]
    return 9 if strangers else result


def fast(codes: Codes, chosen: Sequence[Mutant], tests: Sequence[str], jobs: int) -> dict[str | None, tuple[int, str]]:
    """(exit code, first failure) of each mutant that could be put in place, and of None, the kernel as it is."""
    def work(pipe: int) -> int:
        nothing = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nothing, 1)
        return _pytest(codes, tests, Trials(codes, chosen, jobs, pipe))

    found: dict[str | None, tuple[int, str]] = {}
    for line in apart(work):
        if line.startswith("["):
            name, status, by, _ = json.loads(line)
            found[name] = status, by
            if len(found) % 20 == 0:
                print(f"  {len(found)} of {len(chosen)} tried", file=sys.stderr, flush=True)
        elif line != "0":
            raise SystemExit(f"the tests could not be collected: pytest ended with {line}")
    return found


def slow(codes: Codes, mutant: Mutant, tests: Sequence[str]) -> tuple[int, str]:
    """The same for a mutant outside of functions: the whole kernel is loaded with it."""
    def work(pipe: int) -> int:
        limit()
        path = codes[module_name(mutant.file)][0]
        first = First()
        changed = {**codes, module_name(mutant.file): (path, mutant.compiled(str(path)))}
        result = _pytest(changed, tests, first)
        os.write(pipe, f"{first.failed or 'it does not load'}\n".encode())
        return SURVIVED if result == 0 else KILLED

    *lines, code = apart(work)
    return int(code), lines[0] if lines else ""


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
    known, used, left = explanations(), Counter[str](), list[str]()
    counts: Counter[str] = Counter()
    for file in wanted:
        chosen = [m for m in mutants(file, files[file].read_text("utf-8")) if fnmatch.fnmatchcase(m.name, f"*{arguments.k}*")]
        if not chosen:
            continue
        tests = arguments.tests.split(",") if arguments.tests else selection(file)
        found = fast(codes, chosen, tests, arguments.jobs)
        if found[None][0] != SURVIVED:
            print(f"the tests fail without any mutant: {found[None][1]}")
            return 2
        local: Counter[str] = Counter()
        for mutant in chosen:
            code, _ = found[mutant.name]
            if code == NOT_IN_PLACE:
                code, _ = slow(codes, mutant, tests)
            pattern = explained(mutant.name, known) if code == SURVIVED else None
            used[pattern or ""] += 1
            local["killed" if code else known[pattern].partition(":")[0] if pattern else "OPEN"] += 1
            if not code and pattern is None:
                left.append(mutant.name)
                print(f"  line {mutant.line}: {mutant.name}", flush=True)
        counts += local
        print(f"{file}: {dict(local)}", flush=True)
    total = sum(counts.values())
    print(f"{total} mutants, {counts['killed']} killed ({100 * counts['killed'] / max(total, 1):.1f} %): {dict(counts)}")
    if not total:
        return 2
    for pattern in known:
        if not used[pattern] and not arguments.k and pattern.partition(" ")[0] in wanted:
            print(f"no such survivor any more: {pattern}")
    return 1 if left else 0


def main() -> int:
    """Copies what is needed, and works there in a new process."""
    parser = argparse.ArgumentParser(description="Mutation testing of quod/kernel")
    parser.add_argument("-k", default="", help="only mutants whose name contains this (* for any text)")
    parser.add_argument("--files", default="", help="only these files of the kernel, with commas between")
    parser.add_argument("--tests", default="", help="these tests in place of those that are chosen by the file")
    parser.add_argument("--jobs", type=int, default=2, help="trials at a time")
    parser.add_argument("--here", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.here:
        return work(arguments)
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        for name in ("quod", "spec", "impl", "proofs", "tests", "benchmarks"):
            shutil.copytree(ROOT / name, Path(folder, name), ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        command = [sys.executable, "-m", "tests.assurance.mutate", "--here", "-k", arguments.k, "--files", arguments.files]
        command += ["--tests", arguments.tests, "--jobs", str(arguments.jobs)]
        done = subprocess.run(command, cwd=folder, env={**os.environ, "PYTHONPATH": folder}, check=False)
    print(f"{time.monotonic() - started:.0f} s")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
