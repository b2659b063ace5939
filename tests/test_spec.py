"""The claims of spec/ can be read, are complete, and cover every question of the assignment."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from quod.lang.claim import Claim
from quod.lang.defined import obligations
from quod.lang.text import to_text
from quod.project import Loaded, Project, load

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "spec").glob("*.py"))
QUESTIONS = ("1a", "1b", "1c", "1d", "1e", "2a", "2b", "2c", "2d", "3a", "3b", "4a", "4b", "4c", "4d", "5a", "5b")


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(Project(ROOT))


@pytest.fixture(scope="module")
def claims(loaded: Loaded) -> list[Claim]:
    return list(loaded.claims.values())


def test_every_module_loads_and_no_id_is_declared_twice(loaded: Loaded) -> None:
    assert loaded.problems == ()


def test_every_topic_has_claims(claims: list[Claim]) -> None:
    assert {path.stem for path in MODULES} - {claim.topic for claim in claims} == {"__init__", "sources"}


def test_no_claim_has_an_error(claims: list[Claim]) -> None:
    assert {claim.id: claim.error for claim in claims if claim.error is not None} == {}


def test_every_claim_is_to_be_proved(claims: list[Claim]) -> None:
    assert {claim.id for claim in claims if claim.expect != "PROVED"} == set()


def test_no_two_claims_state_the_same(claims: list[Claim]) -> None:
    twice = [statement for statement, count in Counter(claim.statement for claim in claims).items() if count > 1]
    assert [claim.id for claim in claims if claim.statement in twice] == []


def test_sentences_are_sentences(claims: list[Claim]) -> None:
    assert [claim.id for claim in claims if not re.fullmatch(r"\S.{10,180}[.…]", claim.sentence)] == []


def test_sources_are_named(claims: list[Claim]) -> None:
    assert [claim.id for claim in claims if len(claim.source.citation) < 10] == []


def test_every_question_of_the_assignment_is_covered(claims: list[Claim]) -> None:
    places = " ".join(claim.source.place for claim in claims if claim.source.citation.startswith("IFT6135"))
    assert [question for question in QUESTIONS if question not in places] == []


def test_tight_points_name_every_parameter(claims: list[Claim]) -> None:
    partial = [claim.id for claim in claims for point in claim.tight if set(point) != {parameter.name for parameter in claim.parameters}]
    assert partial == []


def test_every_claim_can_be_read_and_yields_its_definedness(claims: list[Claim]) -> None:
    for claim in claims:
        assert "…" not in to_text(claim.statement)
        assert all(condition.variables == frozenset() for condition in obligations(claim.statement)), claim.id


def test_every_definition_says_what_it_is(loaded: Loaded) -> None:
    assert [item.id for item in loaded.definitions.values() if not item.sentence.endswith(".")] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_stay_short(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 200
    assert [number for number, line in enumerate(lines, 1) if len(line) > 140] == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_spec_sees_nothing_but_the_language(path: Path) -> None:
    imported = re.findall(r"^(?:from|import) (\S+)", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert {name for name in imported if name != "quod" and not name.startswith("spec.")} == set()
