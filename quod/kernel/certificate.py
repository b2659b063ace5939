"""Certificates: a proof as plain JSON, a list of steps (rule, parameters, premises), and their replay without any search."""

from __future__ import annotations

import json
import re
from fractions import Fraction
from typing import Any

from quod.kernel import (  # noqa: F401  (each registers its rules)
    antiderivatives,
    arithmetic,
    axioms,
    boxes,
    calculus,
    decision,
    elementary,
    folds,
    integrals,
    logic,
    monotone,
    rational,
)
from quod.kernel.theorem import RULES, KernelError, Theorem
from quod.lang import serial
from quod.lang.terms import Node, TermError

FORMAT = "quod certificate 1"
MAX_STEPS = 200_000
RATIONAL = re.compile(r"(-?[0-9]{1,4000})/([0-9]{1,4000})")
Step = tuple[str, tuple[Any, ...], tuple[int, ...]]
Memory = dict[tuple[Any, ...], Theorem]
"""What steps gave: by rule, parameters, the parameters' classes (1/1 is not 1), and the very theorems used as premises."""


def _encode(value: Any, terms: dict[Node, int]) -> Any:
    match value:
        case Node():
            return {"t": terms.setdefault(value, len(terms))}
        case Fraction():
            return {"q": f"{value.numerator}/{value.denominator}"}
        case str() | int():
            return value
        case tuple() | list():
            return [_encode(item, terms) for item in value]
        case _:
            raise KernelError(f"a rule's parameter is a term, a string or an exact number, got {value!r} ({type(value).__name__})")


def write(steps: list[Step]) -> str:
    """The certificate of a list of steps; each premise is the index of an earlier step, the last step is the theorem."""
    terms: dict[Node, int] = {}
    rows = [[name, _encode(parameters, terms), list(premises)] for name, parameters, premises in steps]
    table, indices = serial.to_json(list(terms))
    return json.dumps({"format": FORMAT, "terms": table, "roots": indices, "steps": rows}, separators=(",", ":"))


def _decode(value: Any, terms: list[Node]) -> Any:
    if type(value) is list:
        return tuple([_decode(item, terms) for item in value])
    if type(value) is str or type(value) is int:
        return value
    if type(value) is dict and len(value) == 1:
        index, text = value.get("t"), value.get("q")
        if type(index) is int and 0 <= index < len(terms):
            return terms[index]
        if type(text) is str and (found := RATIONAL.fullmatch(text)):
            return Fraction(int(found[1]), int(found[2]))
    raise KernelError(f"a certificate holds an unknown parameter {value!r}")


def _read(text: str) -> tuple[list[Node], list[Any]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise KernelError(f"a certificate is JSON: {error}") from error
    match data:
        case {"format": str(form), "terms": table, "roots": list(roots), "steps": list(steps)} if (
            form == FORMAT and len(steps) <= MAX_STEPS
        ):
            nodes = serial.from_json(table)
            if not serial.indices(roots, len(nodes)):
                raise KernelError("a certificate names a term that it does not hold")
            return [nodes[root] for root in roots], steps
        case _:
            raise KernelError(f"expected {FORMAT!r} with terms, roots and steps")


def _kind(value: Any) -> Any:
    return tuple(map(_kind, value)) if isinstance(value, tuple) else type(value)


def replay(text: str, memory: Memory | None = None) -> Theorem:
    """The theorem that a certificate proves, every step checked anew. Raises KernelError with the step that fails.

    With one `memory` for several certificates, a step that they share is checked once. A rule gives the same theorem for the same
    parameters and premises, and theorems come from rules alone, so whatever a memory holds, what is returned has been proved.
    """
    try:
        terms, steps = _read(text)
    except (TermError, ValueError) as error:
        raise KernelError(f"the certificate's terms are malformed: {error}") from error
    theorems: list[Theorem] = []
    memory = {} if memory is None else memory
    for number, step in enumerate(steps):
        match step:
            case [str(name), list(parameters), list(premises)] if name in RULES:
                if not serial.indices(premises, number):
                    raise KernelError(f"step {number} ({name}) uses a premise that no earlier step gives")
                try:
                    decoded = _decode(parameters, terms)
                    used = tuple([theorems[k] for k in premises])
                    place = (name, decoded, _kind(decoded), used)
                    known = memory.get(place)
                    if not isinstance(known, Theorem):
                        known = memory[place] = RULES[name](*decoded, *used)
                    theorems.append(known)
                except KernelError as error:
                    raise KernelError(f"step {number} ({name}) is refused: {error}") from error
                except (TermError, TypeError, ValueError, AttributeError, ArithmeticError, LookupError, RecursionError) as error:
                    raise KernelError(f"step {number} ({name}) is malformed: {error}") from error
            case _:
                raise KernelError(f"step {number} names no rule: {str(step)[:80]}")
    if not theorems:
        raise KernelError("the certificate has no steps")
    return theorems[-1]
