"""Statements decided by calculation: in one real variable by a replayed certificate of the decision procedure."""

from __future__ import annotations

import json

from quod.kernel.theorem import KernelError, Theorem, derive, rule
from quod.kernel.tower import CertificateError, check
from quod.lang import terms as t
from quod.lang.binding import fresh, instantiate
from quod.lang.sorts import REAL


@rule
def one_variable(statement: t.Node, certificate: str) -> Theorem:
    """⊢ ∀x ∈ ℝ. p ⇒ q ⇒ … ⇒ goal (or the same without x), by a certificate that `quod.kernel.tower` replays without search."""
    body = statement
    if isinstance(statement, t.ForAll) and statement.body.domain == REAL:
        body = instantiate(statement.body, fresh("x", REAL, statement.variables))
    hypotheses: list[t.Node] = []
    while isinstance(body, t.Implies):
        hypotheses.append(body.hypothesis)
        body = body.conclusion
    try:
        trusts = check(json.loads(certificate), hypotheses, body)
    except (CertificateError, ValueError, RecursionError) as error:
        raise KernelError(f"one_variable: {error}") from error
    if statement.variables:
        raise KernelError(f"one_variable: the statement has free variables {sorted(v.name for v in statement.variables)}")
    return derive(statement, trusts=trusts)
