"""The proof of a claim: its script, or else the automatic engines; then definedness; then the kernel replays the certificate."""

from __future__ import annotations

from collections import Counter
from typing import Any

from quod.kernel import certificate
from quod.kernel.theorem import KernelError
from quod.kernel.verdict import Verdict, goal_of, proved, unknown
from quod.lang import terms as t
from quod.lang.claim import Claim
from quod.lang.text import to_text
from quod.provers import clock, definedness, explanation
from quod.provers import script as scripts
from quod.provers.automation import Automation
from quod.provers.second_opinion import Disagreement
from quod.provers.session import Fact, OutOfTime, Session

_remembered: dict[tuple[bytes, object], tuple[list[certificate.Step], frozenset[str]]] = {}
"""The steps by which this process proved a statement with a script, and the engines that it used: a lemma is searched for once."""


class _Lemmas:
    """Proved claims for use in other proofs: each is proved in the session at hand, so that the certificate holds all of it."""

    def __init__(self, session: Session, engines: set[str]) -> None:
        self.session = session
        self.engines = engines
        self.done: dict[str, Fact] = {}
        self.shown: dict[str, tuple[Fact, ...]] = {}
        self.open: list[str] = []

    def __call__(self, claim: Claim) -> Fact:
        if claim.id in self.open:
            raise scripts.StepFailed(f"the proofs of {' → '.join([*self.open, claim.id])} use each other")
        if claim.id not in self.done:
            self.done[claim.id] = self._again(claim) or self._anew(claim)
        return self.done[claim.id]

    def _again(self, claim: Claim) -> Fact | None:
        """The lemma by the steps that proved it in an earlier session of this process; the claim at hand itself is always proved anew."""
        known = _remembered.get(_key(claim)) if self.open else None
        if known is None:
            return None
        self.engines |= known[1]
        return self.session.repeat(known[0])

    def _anew(self, claim: Claim) -> Fact:
        self.open.append(claim.id)
        fact = self.prove(claim)
        self.open.pop()
        _remembered[_key(claim)] = self.session.steps_of(fact), frozenset(self.engines)
        return fact

    def prove(self, claim: Claim) -> Fact:
        """The claim's statement as a fact. Raises StepFailed."""
        if claim.error is not None:
            raise scripts.StepFailed(f"the claim {claim.id} cannot be read: {claim.error}")
        given = scripts.SCRIPTS.get(claim.id)
        if given is not None:
            statement, self.shown[claim.id] = scripts.run(self.session, claim, given, self, self.engines)
            return statement
        automation = Automation(self.session)
        found = automation.statement(claim.statement)
        if found is None:
            automation = Automation(self.session, last_resort=True)
            found = automation.statement(claim.statement)
        if found is None:
            said = explanation.of_statement(claim.statement, self.session.reasons)
            raise scripts.StepFailed(f"no engine proved {claim.id}: {to_text(claim.conclusion)}; {said}it may need a proof script")
        self.engines |= automation.engines
        return found


def _key(claim: Claim) -> tuple[bytes, object]:
    script = scripts.SCRIPTS.get(claim.id)
    return claim.statement.key, script and script.function


def prove(claim: Claim, deadline: float) -> tuple[Verdict, str | None]:
    """(verdict, certificate or None). `deadline` is in seconds of time.monotonic(). PROVED comes from the kernel's replay alone."""
    started = clock.now()
    session = Session(clock.before(deadline))
    engines: set[str] = set()
    try:
        lemmas = _Lemmas(session, engines)
        statement = lemmas(claim)
        shown = lemmas.shown.get(claim.id, ())
        theorem = session.apply(
            "conjunction", statement, *(_defined(session, claim, part, shown) for part in goal_of(claim.statement).args[1:])
        )
        text = session.certificate(theorem)
        found = clock.now()
        checked = certificate.replay(text)
        figures: dict[str, Any] = {
            "steps": text.count('],["') + 1,
            "bytes": len(text),
            "search_seconds": round(found - started, 4),
            "replay_seconds": round(clock.now() - found, 4),
        }
        if session.opinions:
            figures["second opinion"] = "cvc5: " + ", ".join(
                f"{count} × {said}" for said, count in sorted(Counter(session.opinions).items())
            )
        method = "script" if claim.id in scripts.SCRIPTS else " + ".join(sorted(engines)) or "normal form"
        return proved(claim.statement, checked, method, figures), text
    except Disagreement as conflict:
        return Verdict("CONFLICT", reason=str(conflict), method="z3 and cvc5"), None
    except OutOfTime as reason:
        return unknown(f"out of time after {clock.now() - started:.1f} s: {reason}"), None
    except (scripts.StepFailed, KernelError, t.TermError) as reason:
        return unknown(str(reason)), None


def _defined(session: Session, claim: Claim, obligation: t.Node, shown: tuple[Fact, ...]) -> Fact:
    found = definedness.show(session, claim, obligation, shown)
    if found is None:
        raise scripts.StepFailed(f"not shown to be defined everywhere: {to_text(obligation)}")
    return found
