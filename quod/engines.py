"""What a result depends on besides the claim: the versions of the engines, and this harness's own source text."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path

PACKAGES = {
    "python-flint": "balls and exact polynomials (FLINT, Arb)",
    "z3-solver": "decides polynomial arithmetic over reals and integers (Z3)",
    "highspy": "searches certificates of positivity by linear programming (HiGHS)",
    "clarabel": "searches sums of squares by semidefinite programming",
    "scipy": "sparse matrices for the semidefinite programs",
    "mpmath": "evaluation at high precision",
    "hypothesis": "chooses the points of a fuzz run",
    "numpy": "implementations under test, and fast screening",
}
"""Every library that a verdict may rest on, by the name it is installed under, and what it is for."""

OPTIONAL = {"cvc5": "a second opinion on what rests on the word of Z3"}
"""Libraries without which everything works, by the name of the package, which is that of quod's extra too."""

_NOT_A_VERDICT = ("cli.py", "pytest_plugin.py", "selection.py", "alone.py", "recheck.py", "lock.py", "commands", "report")


def version(package: str) -> str | None:
    """The installed version of a package, None where it is missing."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version(package)
    except PackageNotFoundError:
        return None


@cache
def versions() -> Mapping[str, str]:
    """Python, the engines and the source text of the harness itself (as a digest), as part of the key of every result."""
    found = {package: version(package) or "missing" for package in (*PACKAGES, *OPTIONAL)}
    return {"python": ".".join(map(str, sys.version_info[:3])), "quod": harness(), **found}


@cache
def harness() -> str:
    """Digest of every module of quod that can influence a verdict."""
    root = Path(__file__).parent
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(root.rglob("*.py")):
        place = path.relative_to(root)
        if place.parts[0] not in _NOT_A_VERDICT:
            digest.update(f"{place.as_posix()}|".encode())
            digest.update(hashlib.blake2b(path.read_bytes()).digest())
    return digest.hexdigest()


@cache
def engines() -> str:
    """Digest of `versions`."""
    return hashlib.blake2b(repr(sorted(versions().items())).encode(), digest_size=16).hexdigest()
