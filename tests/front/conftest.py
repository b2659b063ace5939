"""Small projects in temporary folders, and engines that answer what a test tells them to."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import quod.processes
from quod import _rooms
from quod._worker import resolve
from quod.processes import Crashed, Finished, Limits, Outcome, Task
from quod.rows import blank

GOOD: Mapping[str, dict[str, Any]] = {
    "statement": blank("SAMPLED", "") | {"figures": {"points": 1}},
    "proof": blank("PROVED", "") | {"method": "algebra", "trusts": ["exp_positive"]},
    "fuzz": blank("SAMPLED", "") | {"figures": {"points": 200, "digits": 50}, "seed": 0},
    "impl": blank("SAMPLED", "") | {"figures": {"max_ulp": 1.5}},
    "attack": blank("SAMPLED", "")
    | {
        "figures": {"twins": 2, "twin refuted": 1, "twin undecided": 1},
        "findings": [
            {"kind": "twin", "subject": "≤ → <", "outcome": "refuted", "detail": "false at x = 0", "witness": {"x": "0"}},
            {"kind": "twin", "subject": "1/4 → 1/3", "outcome": "undecided", "detail": "nothing found", "witness": None},
        ],
    },
}

ACTIVATIONS = '''\
"""Claims about activations."""

from quod import D, Q, Real, claim, definition, exp


@definition
def sigmoid(x: Real):
    """The logistic function."""
    return 1 / (1 + exp(-x))


@claim(source="IFT6135, 1c", tight={"x": 0})
def slope_is_at_most_a_quarter(x: Real):
    """The sigmoid's slope never exceeds 1/4."""
    return D(sigmoid)(x) <= Q(1, 4)


@claim(source="IFT6135, 1c")
def slope_is_positive(x: Real):
    """The sigmoid's slope is positive."""
    return D(sigmoid)(x) > 0
'''
ELEMENTARY = '''\
"""The fact that everything leans on."""

from quod import Real, claim, exp


@claim(source="calculus")
def exp_is_above_its_tangent(x: Real):
    """The exponential lies above its tangent at 0."""
    return exp(x) >= 1 + x
'''

Write = Callable[..., Path]


@pytest.fixture(autouse=True)
def nobody_has_entered_a_project() -> Iterator[None]:
    """What other tests of this process have imported from this repository's own rooms is put aside, and back afterwards."""

    def take() -> dict[str, Any]:
        return {name: sys.modules.pop(name) for name in list(sys.modules) if name.partition(".")[0] in ("spec", "impl", "proofs")}

    aside, folders, path = take(), _rooms._finder.folders, list(sys.path)
    _rooms._finder.folders = {}
    yield
    take()
    sys.modules.update(aside)
    _rooms._finder.folders, sys.path[:] = folders, path


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes the modules of a project, named by their paths with `__` (or `/`, if there is one) between the parts, and goes there."""

    def write(**files: str) -> Path:
        for name, text in files.items():
            path = tmp_path.joinpath(*name.split("/" if "/" in name else "__")).with_suffix(".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        monkeypatch.chdir(tmp_path)
        return tmp_path

    return write


@pytest.fixture
def project(write: Write) -> Path:
    """A project of two topics and three claims."""
    return write(spec__activations=ACTIVATIONS, spec__elementary=ELEMENTARY)


class Engines:
    """What the engines answer, by claim name and check; without an entry, what a green run needs. `asked` lists the tasks in order.

    The survey of impl/ and proofs/ is made in this process, unless `processes` is set.
    """

    def __init__(self) -> None:
        self.answers: dict[tuple[str, str], Outcome | dict[str, Any] | BaseException] = {}
        self.asked: list[tuple[str, str]] = []
        self.settings: list[dict[str, Any]] = []
        self.processes = False

    def answer(self, name: str, check: str, verdict: str | BaseException | Outcome, reason: str = "", **details: Any) -> None:
        """From now on `check` of the claim called `name` gives this record, ends like this, or raises."""
        self.answers[name, check] = blank(verdict, reason) | details if isinstance(verdict, str) else verdict

    def outcome(self, task: Task) -> Outcome:
        """How a task ends."""
        _, claim, check, settings = task.args
        name = str(claim).rpartition(".")[2]
        self.asked.append((name, str(check)))
        self.settings.append(dict(settings))  # type: ignore[call-overload]
        found = self.answers.get((name, str(check)), GOOD[str(check)])
        if isinstance(found, BaseException):
            raise found
        return Finished({"record": found, "certificate": None}, 0.01) if isinstance(found, dict) else found


@pytest.fixture
def engines(monkeypatch: pytest.MonkeyPatch) -> Engines:
    """Engines without processes."""
    made = Engines()
    real = quod.processes.Pool

    class Pool:
        def __init__(self, jobs: int, limits: Limits, *, preload: Any = (), progress: Any = None) -> None:
            self.progress = progress

        def __enter__(self) -> Pool:
            return self

        def __exit__(self, *_: object) -> None:
            return None

        def call(self, function: str, *arguments: object) -> Outcome:
            if not made.processes:
                return Finished(resolve(function)(*arguments), 0.01)
            with real() as pool:
                return pool.call(function, *arguments)

        def run(self, tasks: list[Task]) -> Iterator[tuple[Task, Outcome]]:
            for task in tasks:
                if self.progress is not None:
                    self.progress(task, None)
                yield task, made.outcome(task)

    monkeypatch.setattr(quod.processes, "Pool", Pool)
    return made


@pytest.fixture
def crash() -> Crashed:
    """The end of a worker whose library broke down."""
    return Crashed("was killed by signal 11 (Segmentation fault)", signal=11)
