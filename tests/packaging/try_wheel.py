"""Build the wheel, install it in an empty environment, and use it on a small project that knows nothing of this checkout.

Run by `tox -e package`; needs the package `build`. Says what it does; ends with exit code 1 and the output of the first command that
did not do what a user may expect.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import venv
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NEEDED = {"quod/py.typed", "quod/report/schema.json", "quod/cli.py", "quod/pytest_plugin.py"}

CLAIMS = '''\
"""What a stranger might claim."""

from quod import Q, Real, claim, definition


@definition
def hump(x: Real):
    """A hump at 0."""
    return 1 / (1 + x**2)


@claim(source="calculus")
def hump_is_at_most_one(x: Real):
    """The hump is never higher than 1."""
    return hump(x) <= 1


@claim(source="calculus")
def product_is_at_most_a_quarter(x: Real):
    """No number times its complement to 1 exceeds 1/4."""
    return x * (1 - x) <= Q(1, 4)
'''

CODE = '''\
"""The hump in floating point."""

import numpy as np

from quod import implements
from spec import humps


@implements(humps.hump)
def hump(x):
    """The hump for a number or an array."""
    return 1 / (1 + np.square(x, dtype=float))
'''

FALSE_CLAIM = '''

@claim(source="nobody")
def hump_is_at_most_a_half(x: Real):
    """The hump is never higher than 1/2."""
    return hump(x) <= Q(1, 2)
'''

PROBLEM = """\
(set-logic QF_NRA)
(set-info :status unsat)
(declare-fun x () Real)
(assert (< (* x x) 0))
(check-sat)
"""


class Failure(Exception):
    """The package does not do what a user may expect of it."""


def call(*command: str | Path, cwd: Path, code: int = 0) -> str:
    """The output of a command that must end with the exit code `code`. Raises Failure."""
    print("$", *command, flush=True)
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV"}}
    done = subprocess.run(command, cwd=cwd, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    if done.returncode != code:
        raise Failure(f"expected exit code {code}, got {done.returncode} from {' '.join(map(str, command))}:\n{done.stdout}")
    return done.stdout


def expect(condition: object, message: str) -> None:
    """Raises Failure with the message unless the condition holds."""
    if not condition:
        raise Failure(message)


def build(folder: Path) -> Path:
    """The wheel, built by way of the source distribution, after a look at what it holds."""
    call(sys.executable, "-m", "build", "--outdir", folder, ROOT, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    strange = {name for name in names if not name.startswith("quod/") and ".dist-info/" not in name}
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "quod").rglob("*.py")}
    expect(not strange, f"expected nothing but quod in the wheel, got {sorted(strange)}")
    expect(NEEDED | modules <= names, f"missing in the wheel: {sorted((NEEDED | modules) - names)}")
    expect(any(name.endswith("LICENSE") for name in names), "the licence is missing in the wheel")
    return wheel


def use(commands: Path, project: Path) -> None:
    """What a user does with the installed package in `project`, by the programs in the folder `commands`."""
    quod, python = commands / "quod", commands / "python"
    (project / "spec").mkdir()
    (project / "spec" / "humps.py").write_text(CLAIMS)
    (project / "impl").mkdir()
    (project / "impl" / "humps.py").write_text(CODE)
    (project / "problem.smt2").write_text(PROBLEM)
    expect("site-packages" in call(python, "-c", "import quod; print(quod.__file__)", cwd=project), "quod comes from elsewhere")
    call(python, "-c", "import spec.activations", cwd=project, code=1)
    expect("2 claims" in call(quod, "list", cwd=project), "expected 2 claims in the list")
    call(quod, "doctor", cwd=project)
    call(quod, "verify", "--json", "rows.json", cwd=project)
    rows = json.loads((project / "rows.json").read_text())
    expect([row["verdict"] for row in rows] == ["PROVED", "PROVED"], f"expected two proofs, got {rows}")
    expect(rows[0]["impl"]["verdict"] == "SAMPLED", f"expected the implementation to be checked, got {rows[0]['impl']}")
    call(quod, "badge", cwd=project)
    expect("unsat" in call(quod, "prove", "problem.smt2", cwd=project), "expected unsat")
    expect("passed" in call(commands / "pytest", "spec", "-q", cwd=project), "expected items that pass")
    with (project / "spec" / "humps.py").open("a") as claims:
        claims.write(FALSE_CLAIM)
    expect("x = 0" in call(quod, "verify", cwd=project, code=1), "expected the witness x = 0")
    call(quod, "verify", "no.such.claim", cwd=project, code=2)


def main() -> int:
    """The exit code of the whole trial."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        try:
            (folder / "dist").mkdir()
            wheel = build(folder / "dist")
            venv.create(folder / "environment", with_pip=True)
            commands = folder / "environment" / "bin"
            call(commands / "python", "-m", "pip", "install", "--quiet", wheel, cwd=folder)
            (folder / "project").mkdir()
            use(commands, folder / "project")
        except Failure as failure:
            print(f"FAILED: {failure}", file=sys.stderr)
            return 1
    print("the wheel works in an empty environment")
    return 0


if __name__ == "__main__":
    sys.exit(main())
