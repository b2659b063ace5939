"""The benchmarks measure what they say: the independent search, the judgement of answers, the table; and a slice of generated problems."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks import plots, tables, translation
from benchmarks.evaluation import Evaluation, Undefined, digits
from benchmarks.families import FAMILIES, text
from benchmarks.generated import KINDS, Sample, judged, report, run, samples
from benchmarks.hunting import Hunt
from benchmarks.provers import Row, kind_of
from benchmarks.theorems import THEOREMS, problem
from quod.lang.binding import unfold
from quod.lang.smtlib_reader import read_problem

ROOT = Path(__file__).resolve().parent.parent


def sample(goal: str, *hypotheses: str, names: str = "x") -> Sample:
    """A problem as the generator makes them."""
    read = read_problem(text(names.split(), hypotheses, goal), "sample")
    return Sample("random terms", "", read.variables, tuple(unfold(a) for a in read.assertions))


def test_no_answer_on_generated_problems_is_wrong() -> None:
    tally, wrong = run(12, 20261123, 1.0)
    assert not wrong
    assert sum(tally.values()) >= 11
    assert sum(n for (_, verdict), n in tally.items() if verdict in ("proved", "refuted", "touched")) >= 6


@pytest.mark.parametrize(
    ("goal", "hypotheses", "answer", "witness", "verdict"),
    [
        ("(<= (+ 1 x) (exp x))", (), "unsat", None, "proved"),
        ("(<= (+ 1 (/ 1 1000000000) x) (exp x))", (), "unsat", None, "wrong"),
        ("(<= (arctan x) (/ 157 100))", (), "unsat", None, "wrong"),
        ("(<= (+ 1 x) (exp x))", (), "sat", {"x": "1"}, "wrong"),
        ("(< (+ (arctan x) (arctan (/ x 3))) (arctan (/ (* 4 x) (- 3 (* x x)))))", (), "sat", {"x": "1"}, "touched"),
        ("(<= (exp x) 2)", (), "sat", {"x": "1"}, "refuted"),
        ("(<= (exp x) 2)", ("(<= x 0)",), "sat", {"x": "1"}, "wrong"),
        ("(<= (exp x) 2)", (), "sat", {"x": "log 3"}, "unseen"),
        ("(<= (exp x) 2)", (), "unknown", None, "false"),
        ("(<= (log x) x)", (), "unknown", None, "undefined"),
        ("(<= (+ 1 x) (exp x))", (), "unknown", None, "unknown"),
    ],
)
def test_a_planted_answer_is_judged(
    goal: str, hypotheses: tuple[str, ...], answer: str, witness: dict[str, str] | None, verdict: str
) -> None:
    assert judged(sample(goal, *hypotheses), answer, witness, random.Random(3)) == verdict


def test_the_search_uses_definitions_of_variables() -> None:
    made = sample("(<= s 2)", "(<= 0 s)", "(= (^ s 2) x)", names="x s")
    found = Hunt(made.variables, made.assertions).counterexample(random.Random(1))
    assert found is not None and [v.name for v in found] == ["x"] and next(iter(found.values())) > 4


def test_values_are_right_or_undefined() -> None:
    made = sample("(<= (+ (erf x) (arctan x) (cbrt x) (sqrt (+ 3 x))) (ite (< x 0) real.pi (log (- x))))")
    context = digits(30)
    (variable,) = made.variables
    assert Evaluation(context, {variable: context.mpf(-2)}, 0).margin(made.assertions[0]) < 0
    with pytest.raises(Undefined, match="log of -2"):
        Evaluation(context, {variable: context.mpf(2)}, 0).margin(made.assertions[0])


def test_the_same_seed_gives_the_same_problems_of_every_kind() -> None:
    first, second = (list(samples(60, 1)) for _ in range(2))
    assert [s.assertions for s in first] == [s.assertions for s in second]
    assert {s.kind for s in first} == set(KINDS)
    assert len(THEOREMS) >= 40 and all(read_problem(problem(name), name).expected == "unsat" for name in THEOREMS)


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.name)
def test_families_are_problems_with_their_parameter(family: object) -> None:
    assert isinstance(family, type(FAMILIES[0]))
    for parameter in family.parameters:
        read = read_problem(family.problem(parameter), family.name)
        assert read.expected == "unsat"
        if parameter in (3, 10):
            assert Hunt(read.variables, [unfold(a) for a in read.assertions]).counterexample(random.Random(1), 10) is None


def test_kinds() -> None:
    touched = text(["x"], [], "(<= (+ 1 x) (exp x))")
    assert kind_of(touched, "p") == ("one variable, touched", "unsat")
    assert kind_of(text(["x", "y"], [], "(<= (- (sin x) (^ y 2)) (/ 11 10))"), "p") == ("several variables, slack", "unsat")
    assert kind_of(touched.replace("unsat", "sat"), "p") == ("non-theorem", "sat")


def test_other_solvers_get_equations_for_what_they_do_not_know() -> None:
    read = read_problem(text(["x"], ["(< 0 x)"], "(<= (log x) (cbrt x))"), "p")
    written = translation.cvc5().text([unfold(a) for a in read.assertions])
    assert "(log" not in written and "(cbrt" not in written and written.count("aux") >= 4
    with_lemmas = translation.z3(True).text([unfold(a) for a in read.assertions])
    assert "(declare-fun log (Real) Real)" in with_lemmas and len(with_lemmas) > len(translation.z3(False).text([*read.assertions]))
    with pytest.raises(translation.Untranslatable, match="erf"):
        translation.cvc5().text([unfold(a) for a in read_problem(text(["x"], [], "(<= (erf x) 1)"), "p").assertions])


def rows() -> list[Row]:
    """Two solvers, one of them wrong once."""
    kind = "one variable, touched"
    made = [Row("quod", f"p{k}", kind, "unsat", "unsat", 0.5 + k, k / 100, "") for k in range(20)]
    made += [Row("cvc5", "p0", kind, "unsat", "sat", 0.1, 0.1, ""), Row("cvc5", "p1", kind, "unsat", "unknown", 10.0, None, "")]
    return [*made, Row("quod", "p20", kind, "unsat", "unknown", 10.0, None, ""), Row("cvc5", "p20", kind, "unsat", "unsat", 1.0, 1.0, "")]


def test_the_table_counts_what_is_solved_and_what_is_wrong(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Before\n\n{tables.BEGIN}\nstale\n{tables.END}\n\nAfter\n", encoding="utf-8")
    tables.write(rows(), page, 10.0, [("a plot", "benchmarks/slack.svg")])
    said = page.read_text(encoding="utf-8")
    assert "| quod | 20 of 21 | 0.095 s | 0.180 s | 10.000 s | 0 |" in said
    assert "| cvc5 | 1 of 3 | 1.000 s | 1.000 s | 1.000 s | 1 |" in said
    assert "Not solved by quod: p20 (cvc5 does)." in said
    assert "![a plot](benchmarks/slack.svg)" in said
    assert said.startswith("# Before") and said.endswith("After\n") and "stale" not in said


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text("# Nothing here\n", encoding="utf-8")
    with pytest.raises(ValueError, match="expected the marks <!-- provers: begin --> and <!-- provers: end -->"):
        tables.write(rows(), page, 10.0, [])
    assert page.read_text(encoding="utf-8") == "# Nothing here\n"


def test_without_matplotlib_there_are_no_plots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    family = FAMILIES[0]
    row = Row("quod", "f", family.axis, "unsat", "unsat", 0.1, 0.1, "", family.name, 2)
    assert plots.draw([row], tmp_path, 3.0) == []
    assert capsys.readouterr().out == "no plots: matplotlib is not installed; fix: pip install 'quod[benchmarks]'\n"


def test_the_figures_of_generated_problems_are_a_table() -> None:
    from collections import Counter

    said = report(Counter({("random terms", "proved"): 3, ("random terms", "wrong"): 1}), 4, 7, 1.0)
    assert "| random terms | 3 | 0 | 0 | 0 | 0 | 0 | 0 | 1 |" in said and said.endswith("| all | 3 | 0 | 0 | 0 | 0 | 0 | 0 | 1 |")
    assert "4 of 4 problems of seed 7" in said


def test_a_solver_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "problem.smt2"
    file.write_text(text(["x"], [], "(<= (+ 1 x) (exp x))"), encoding="utf-8")
    command = [sys.executable, "-m", "benchmarks.solver", "quod", str(file), "5"]
    found = [subprocess.run([*command, *more], cwd=ROOT, check=True, capture_output=True, text=True) for more in ([], ["warm"])]
    cold, warm = (json.loads(done.stdout) for done in found)
    assert cold["answer"] == warm["answer"] == "unsat"
    assert Fraction(str(warm["seconds"])) < Fraction(str(cold["seconds"]))
