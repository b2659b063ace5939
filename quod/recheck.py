"""Rechecking: the stored certificate of every claim, replayed by the kernel alone and compared with what spec/ states now.

Nothing is searched for. The verdicts in the ledger are taken as somebody's word, and each is held against what its certificate proves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from quod.catalogue import Entry
from quod.ledger import Stored
from quod.project import Problem, Project
from quod.rows import Exit

SECONDS = 60.0
"""How long reading spec/ may take."""
PAYS = 1.5
"""Seconds of replay from which a second process is worth its start."""
OUTCOMES = {
    "checked": Exit.GREEN,
    "not required": Exit.GREEN,
    "missing": Exit.WEAK,
    "changed": Exit.WEAK,
    "unknown": Exit.WEAK,
    "error": Exit.INPUT,
    "conflict": Exit.CONFLICT,
}
"""How the recheck of a claim can end, and the exit code that this asks for."""


class Certificates(Protocol):
    """Where the certificates of a claim are, the latest first."""

    def proofs(self, claim: str) -> Iterable[Stored]: ...


@dataclass(frozen=True, slots=True)
class Stated:
    """A project's claims as spec/ states them now, their statements as JSON by id, and what is wrong with the files."""

    entries: Mapping[str, Entry]
    statements: Mapping[str, list[Any] | None]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """How the recheck of one claim ended, one of OUTCOMES, and why; `answer` is what the replay said, `proof` what the ledger holds."""

    entry: Entry
    outcome: str
    reason: str
    proof: Stored | None = None
    answer: Mapping[str, Any] | None = None

    def row(self) -> dict[str, Any]:
        """The finding as plain JSON data."""
        answer = self.answer or {}
        steps = answer.get("steps", {})
        return {
            "id": self.entry.id,
            "place": self.entry.place,
            "digest": self.entry.digest,
            "outcome": self.outcome,
            "reason": self.reason,
            "recorded": str(self.proof.record.get("verdict")) if self.proof else None,
            "trusts": answer.get("trusts", []),
            "assumes": answer.get("assumes", []),
            "steps": sum(steps.values()),
            "decided": steps.get("one_variable", 0),
            "bytes": len(self.proof.certificate) if self.proof else 0,
            "seconds": round(float(answer.get("seconds", 0.0)), 4),
            "searched": _seconds(self.proof, "search_seconds") if self.proof else 0.0,
            "loaded": answer.get("loaded", []),
        }


def read_statements(project: Project) -> Stated:
    """The claims as spec/ states them, read in a process where no solver can be imported."""
    from quod.processes import Finished, Limits, run

    outcome = run("quod.alone:statements", str(project.root), limits=Limits(SECONDS))
    if not isinstance(outcome, Finished) or not isinstance(outcome.value, dict):
        reason = getattr(outcome, "reason", "it gave no answer")
        return Stated(
            {}, {}, (Problem(str(project.folder("spec")), 1, f"reading spec/ ended the process: {reason}", "correct the module that does"),)
        )
    entries = {
        id: Entry(**{**claim["entry"], "definitions": tuple(claim["entry"]["definitions"])})
        for id, claim in outcome.value["claims"].items()
    }
    statements = {id: claim["statement"] for id, claim in outcome.value["claims"].items()}
    return Stated(entries, statements, tuple(Problem(*problem) for problem in outcome.value["problems"]))


def choose(claim: Entry, store: Certificates | None) -> Stored | None:
    """The certificate that counts: the latest that was recorded for the claim as it stands, else the latest of all."""
    found = list(store.proofs(claim.id)) if store is not None else []
    return next((proof for proof in found if proof.record.get("digest") == claim.digest), found[0] if found else None)


def recheck(
    claims: Sequence[Entry],
    stated: Stated,
    store: Certificates | None,
    limits: tuple[float, int],
    jobs: int,
    report: Callable[[Finding], None],
) -> int:
    """Rechecks the claims, handing each finding to `report` as it comes, and returns how many processes replayed.

    `limits` are seconds and bytes for one certificate; `jobs` processes are used, or fewer where more would not pay.
    """
    from quod.processes import Limits, Pool, Task

    due: list[tuple[Entry, Stored]] = []
    for claim in claims:
        proof = choose(claim, store)
        early = _without_replay(claim, proof)
        if early is not None:
            report(early)
        elif proof is not None:
            due.append((claim, proof))
    if not due:
        return 0
    due.sort(key=lambda pair: -_seconds(pair[1], "replay_seconds"))
    wanted = min(jobs, len(due)) if sum(_seconds(proof, "replay_seconds") for _, proof in due) > PAYS else 1
    tasks = [
        Task("quod.alone:replay", (proof.certificate, stated.statements[claim.id]), key=number) for number, (claim, proof) in enumerate(due)
    ]
    with Pool(wanted, Limits(*limits)) as pool:
        for task, outcome in pool.run(tasks):
            if isinstance(task.key, int):
                report(_judge(*due[task.key], outcome))
    return wanted


def _seconds(proof: Stored, name: str) -> float:
    """A figure of the recorded proof in seconds; what is no number counts as 0."""
    figures = proof.record.get("figures")
    value = figures.get(name) if isinstance(figures, dict) else None
    return float(value) if isinstance(value, int | float) else 0.0


def _names(proof: Stored, key: str) -> list[str]:
    """What the ledger says that the proof trusts or assumes; what is no list says nothing."""
    value = proof.record.get(key)
    return sorted(map(str, value)) if isinstance(value, list) else []


def _without_replay(claim: Entry, proof: Stored | None) -> Finding | None:
    if claim.error is not None:
        return Finding(claim, "error", f"the claim cannot be read: {claim.error}", proof)
    if proof is not None:
        return None
    if claim.expect != "PROVED":
        return Finding(claim, "not required", f"no certificate stored; the claim expects no more than {claim.expect}")
    return Finding(claim, "missing", f"no certificate stored; {_fix(claim, ' --again')}")


def _judge(claim: Entry, proof: Stored, outcome: Any) -> Finding:
    """What the end of a replay says about a claim."""
    from quod.processes import Finished

    if not isinstance(outcome, Finished):
        return Finding(claim, "unknown", f"the replay gave no answer: {outcome.reason}", proof)
    answer = outcome.value
    if not isinstance(answer, dict):
        return Finding(claim, "unknown", "the replay gave no answer", proof)
    if "refused" in answer:
        return Finding(claim, "conflict", f"certificate does not check: {answer['refused']}", proof, answer)
    if not answer["proves"]:
        return _another(claim, proof, answer)
    recorded = {name: _names(proof, name) for name in ("trusts", "assumes")}
    if recorded == {name: answer[name] for name in recorded}:
        return Finding(claim, "checked", "", proof, answer)
    unsaid = sorted(set(answer["trusts"]) - set(recorded["trusts"]))
    if unsaid:
        return Finding(claim, "conflict", f"certificate trusts {', '.join(unsaid)}, which the ledger does not say", proof, answer)
    said = "; ".join(f"{name} {', '.join(names) or 'nothing'}" for name, names in recorded.items())
    return Finding(claim, "changed", f"the ledger says more than the certificate needs ({said}); {_fix(claim, ' --again')}", proof, answer)


def _another(claim: Entry, proof: Stored, answer: dict[str, Any]) -> Finding:
    """A certificate that is sound and proves something else: of an earlier claim, or of none that this one ever was."""
    proved = f"{answer['theorem']}" + (f", assuming {'; '.join(answer['assumes'])}" if answer["assumes"] else "")
    if answer["states"]:
        return Finding(claim, "changed", f"it does not prove all that definedness needs now; {_fix(claim, ' --again')}", proof, answer)
    if proof.record.get("digest") == claim.digest:
        return Finding(claim, "conflict", f"certificate proves another statement: {proved}", proof, answer)
    names = answer["definitions"]
    what = f"definition{'s' if len(names) > 1 else ''} changed ({', '.join(names)})" if names else "claim changed"
    return Finding(claim, "changed", f"{what}; {_fix(claim)}", proof, answer)


def _fix(claim: Entry, flags: str = "") -> str:
    return f"fix: run `quod verify {claim.id}{flags}`"
