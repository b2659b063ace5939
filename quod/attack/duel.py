"""A changed claim between the fuzzer's court and the provers: who decides it, and whether they contradict each other."""

from __future__ import annotations

import time
from collections.abc import Callable

from quod.attack.families import Members
from quod.attack.findings import Finding, Kind, Outcome
from quod.attack.proving import node_of, sentence
from quod.attack.strategies import Point
from quod.attack.trial import Arena, Trial
from quod.attack.twins import Twin, changed
from quod.kernel.normal import canonical
from quod.kernel.theorem import KernelError
from quod.kernel.verdict import Verdict
from quod.lang import terms as t
from quod.lang.binding import substitute
from quod.lang.claim import Claim

Prover = Callable[[Claim, float], tuple[Verdict, str | None]]
"""What `quod.provers.portfolio.prove` is."""


class Duel:
    """Decides changed claims of an arena. asked: how many may still be given to the prover, None for any number."""

    def __init__(self, arena: Arena, prover: Prover, seconds: float, asked: int | None) -> None:
        self.arena, self.prover, self.seconds, self.asked = arena, prover, seconds, asked
        self.given = False

    def twin(self, twin: Twin) -> Finding:
        """What became of a twin."""
        trial = self.arena.trial(twin.claim, hopeless=twin.weaker)
        if trial.claim_fails:
            return self._claim_fails(trial)
        if trial.contradicted:
            return _contradicted("twin", twin.subject, trial)
        if trial.undefined:
            where = sentence(trial.witness or {})
            return Finding("twin", twin.subject, "refuted", f"not defined at {where}", trial.witness)
        method = "normal forms, which show that the claim implies it" if twin.weaker else None
        if method is None and trial.witness is None and _same(twin.claim.statement, self.arena.claim.statement):
            return Finding("twin", twin.subject, "equivalent", "it has the normal form of the claim")
        if method is None and not trial.evaluated:
            method = self._proved_twin(twin)
        if trial.witness is not None:
            return self._witnessed("twin", twin.subject, "refuted", trial, method)
        if trial.evaluated and method is None:
            return Finding("twin", twin.subject, "still true", "it has no variables, and is decided in balls")
        if method is not None:
            return Finding("twin", twin.subject, "still true", f"proved by {method}")
        return self._refuted_by_proof(twin, trial) or Finding("twin", twin.subject, "undecided", _nothing(trial, self.given))

    def _proved_twin(self, twin: Twin) -> str | None:
        """How a twin is proved, from the claim or alone."""
        bridge = twin.bridge() if self.asked is None or self.asked > 0 else None
        from_claim = self._proved(bridge) if bridge is not None else None
        return f"{from_claim}, from the claim" if from_claim is not None else self._proved(twin.claim)

    def _refuted_by_proof(self, twin: Twin, trial: Trial) -> Finding | None:
        """A twin that the provers show to fail: where its sides agree as far as balls see, or wherever the claim holds."""
        variables = tuple(p.variable for p in twin.claim.parameters)
        if trial.touched is not None and self._fails_at(trial.touched, twin.claim):
            witness = trial.touched.shown(variables)
            return Finding("twin", twin.subject, "refuted", f"proved to be false at {sentence(witness)}", witness)
        opposite = twin.opposite() if self.asked is None or self.asked > 0 else None
        point = self.arena.inside() if opposite is not None else None
        if point is None or opposite is None:
            return None
        method = self._proved(opposite)
        if method is None:
            return None
        witness = point.shown(self.arena.plan.variables)
        detail = f"proved by {method}: the claim says the opposite, for one at {sentence(witness) or 'every point'}"
        return Finding("twin", twin.subject, "refuted", detail, witness)

    def hypothesis(self, subject: str, weaker: Claim, number: int) -> Finding:
        """Whether the claim needs its hypothesis of that number; `weaker` is the claim without it."""
        trial = self.arena.trial(weaker, dropped=number)
        if trial.claim_fails:
            return self._claim_fails(trial)
        if trial.contradicted:
            return _contradicted("necessity", subject, trial)
        method = None if trial.undefined else self._proved(weaker)
        if trial.undefined and trial.witness is not None:
            where = sentence(trial.witness)
            return Finding("necessity", subject, "needed", f"without it the statement is not defined at {where}", trial.witness)
        if trial.witness is not None:
            return self._witnessed("necessity", subject, "needed", trial, method)
        if method is not None:
            return Finding("necessity", subject, "not needed", f"it is proved without it, by {method}")
        return Finding("necessity", subject, "undecided", _nothing(trial, self.given))

    def _witnessed(self, kind: Kind, subject: str, outcome: Outcome, trial: Trial, method: str | None) -> Finding:
        where = sentence(trial.witness or {}) or "every point"
        if method is not None:
            detail = f"proved by {method}, yet false at {where}, confirmed in balls"
            return Finding(kind, subject, "conflict", detail, trial.witness)
        return Finding(kind, subject, outcome, f"false at {where}, confirmed in balls", trial.witness)

    def _claim_fails(self, trial: Trial) -> Finding:
        """The claim itself was refuted on the way."""
        where = sentence(trial.witness or {}) or "every point"
        return Finding("boundary", "the claim as it stands", "refuted", f"false at {where}, confirmed in balls", trial.witness)

    def _proved(self, changed: Claim) -> str | None:
        """How the prover proves a changed claim; None if it does not, or is not asked."""
        self.given = self.asked is None or self.asked > 0
        if not self.given:
            return None
        if self.asked is not None:
            self.asked -= 1
        now = time.monotonic()
        verdict, _ = self.prover(changed, min(now + self.seconds, max(self.arena.deadline, now)))
        if verdict.kind != "PROVED":
            return None
        trusted = ", trusting z3" if "z3" in verdict.trusts else ""
        return f"{verdict.method or 'the provers'}{trusted}"

    def _fails_at(self, point: Point, claim: Claim) -> bool:
        """Whether the provers show that a changed claim fails at a point where its sides agree as far as balls see."""
        if self.asked is not None and self.asked <= 0:
            return False
        values: dict[t.Variable, t.Node] = {}
        for parameter, value in zip(claim.parameters, point.values, strict=False):
            node = node_of(value) if not callable(value) or isinstance(value, Members) else None
            if node is None:
                return False
            values[parameter.variable] = node
        failing = t.And((*(substitute(h, values) for h in claim.hypotheses), t.Not(substitute(claim.conclusion, values))))
        closed = changed(claim, "at a point", (), failing)
        return not failing.variables and self._proved(closed) is not None


def _contradicted(kind: Kind, subject: str, trial: Trial) -> Finding:
    """Two evaluators disagree."""
    detail = f"two evaluations contradict each other at {sentence(trial.witness or {})}: one in balls, and the second reading"
    return Finding(kind, subject, "conflict", detail, trial.witness)


def _nothing(trial: Trial, given: bool) -> str:
    """Why a changed claim is undecided."""
    tried = f"no counterexample at {trial.tried} point{'s' if trial.tried != 1 else ''}" if trial.tried else "no counterexample"
    return f"{tried}{f' ({trial.reason})' if trial.reason else ''}, {'no proof' if given else 'not given to the provers'}"


def _same(left: t.Node, right: t.Node) -> bool:
    """Whether two statements have one normal form."""
    try:
        return canonical(left) is canonical(right)
    except KernelError:
        return False
