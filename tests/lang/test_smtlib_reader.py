"""SMT-LIB 2 text becomes the term that a mathematician would read in it, or one message that says where and what to do."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from fractions import Fraction

import pytest
import z3
from hypothesis import given, settings
from hypothesis import strategies as st

from quod.lang.smtlib_reader import Problem, SmtError, read_problem
from quod.lang.sorts import INTEGER, REAL
from quod.lang.terms import (
    FALSE,
    TRUE,
    Add,
    And,
    AnyNode,
    Compare,
    Constant,
    Elementary,
    IfThenElse,
    Implies,
    Inverse,
    Mul,
    Not,
    Number,
    Or,
    Power,
    Variable,
    fold,
)

X, Y = Variable("X", REAL), Variable("Y", REAL)
HEAD = "(set-logic QF_NRA)(declare-const X Real)(declare-const Y Real)(declare-const K Int)"
RELATIONS: dict[str, Callable[[float, float], bool]] = {"=": lambda a, b: a == b, "<=": lambda a, b: a <= b, "<": lambda a, b: a < b}


def read(text: str) -> Problem:
    return read_problem(text, "p.smt2")


def proposition(text: str) -> AnyNode:
    (assertion,) = read(f"{HEAD}(assert {text})").assertions
    return assertion  # type: ignore[return-value]


def value(text: str, number: Callable[[Fraction], float] = float, **point: float) -> float:
    """The value of a term in Python's floats (or exactly, with `number=Fraction`), written independently of the other readings."""

    def algebra(node: AnyNode, children: tuple[float, ...]) -> float:
        match node:
            case Number(exact):
                return number(exact)
            case Constant():
                return math.pi
            case Variable(name, _):
                return point[name]
            case Add():
                return sum(children)
            case Mul():
                return math.prod(children)
            case Inverse():
                return 1 / children[0]
            case Power(_, exponent):
                return float(children[0] ** exponent)
            case Elementary("floor", _):
                return math.floor(children[0])
            case Elementary(name, _):
                return float(getattr(math, name)(children[0]))
            case IfThenElse():
                return children[1] if children[0] else children[2]
            case Compare(relation, _, _):
                return RELATIONS[relation](*children)
            case And():
                return all(children)
            case Or():
                return any(children)
            case Not():
                return not children[0]
            case Implies():
                return not children[0] or children[1]
            case _:
                raise AssertionError(node)

    equation = proposition(f"(= 0 {text})")
    assert isinstance(equation, Compare)
    return fold(equation.right, algebra)


def test_a_problem_is_its_variables_assertions_and_status() -> None:
    problem = read(
        """; binary entropy
        (set-info :status unsat)
        (set-logic QF_NRA)
        (declare-const P Real) (declare-fun |odd name| () Int)
        (assert (< 0 P)) (assert (not (>= P 1)))
        (check-sat) (get-model) (exit) never read )"""
    )
    p = Variable("P", REAL)
    assert problem.variables == (p, Variable("odd name", INTEGER))
    assert problem.assertions == (Compare("<", Number(0), p), Not(Compare("<=", Number(1), p)))
    assert (problem.name, problem.expected) == ("p.smt2", "unsat")
    assert read("(check-sat)") == Problem("p.smt2", (), (), None)


def test_literals_are_exact() -> None:
    assert proposition("(= 2.17 (- (/ 19 1000)))") == Compare("=", Number(Fraction(217, 100)), Number(Fraction(-19, 1000)))
    assert proposition("(= #xff #b101)") == Compare("=", Number(255), Number(5))
    assert proposition("(= real.pi pi)") == Compare("=", Constant("pi"), Constant("pi"))


def test_nothing_else_is_simplified() -> None:
    assert proposition("(= (/ X X) (+ 1 2))") == Compare("=", Mul((X, Inverse(X))), Add((Number(1), Number(2))))
    assert proposition("(= (/ 1 0) (^ X 2))") == Compare("=", Mul((Number(1), Inverse(Number(0)))), Power(X, 2))
    assert proposition("(and true false)") == And((TRUE, FALSE))


def test_powers_choose_products_inverses_roots_or_exp_of_log() -> None:
    def right(text: str) -> object:
        equation = proposition(f"(= 0 {text})")
        assert isinstance(equation, Compare)
        return equation.right

    assert right("(pow X 3)") == Power(X, 3)
    assert right("(^ X (- 2))") == Inverse(Power(X, 2))
    assert right("(^ X (/ 3 2))") == Power(Elementary("sqrt", X), 3)
    assert right("(^ X 0.25)") == Elementary("sqrt", Elementary("sqrt", X))
    assert right("(^ X (/ 1 3))") == Elementary("cbrt", Power(Elementary("sqrt", X), 2))
    assert right("(^ X (/ 1 7))") == Elementary("exp", Mul((Number(Fraction(1, 7)), Elementary("log", X))))
    assert right("(^ 2 Y)") == Elementary("exp", Mul((Y, Elementary("log", Number(2)))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(sinh X)", math.sinh(0.7)),
        ("(cosh X)", math.cosh(0.7)),
        ("(tanh (- X))", math.tanh(-0.7)),
        ("(abs (- X 1))", 0.3),
        ("(max X Y (+ X 1))", 1.7),
        ("(min 1 X Y)", -0.2),
        ("(arctan Y)", math.atan(-0.2)),
        ("(* (arcsin X) (arccos X))", math.asin(0.7) * math.acos(0.7)),
        ("(^ X Y)", 0.7**-0.2),
        ("(^ X (- (/ 2 3)))", 0.7 ** (-2 / 3)),
        ("(- X Y 1)", -0.1),
        ("(/ X 2 Y)", 0.7 / 2 / -0.2),
        ("(ite (=> (< X 1) (< X 0) (< Y 0)) 1 2)", 1),
        ("(ite (xor (< X 1) (< Y 0) (< X Y)) 1 2)", 2),
        ("(ite (distinct X Y 1) 1 2)", 1),
        ("(ite (= (< X 1) (< Y 0)) 1 2)", 1),
        ("(ite (< Y X Y) 1 2)", 2),
        ("(ite (ite (< X 0) false (is_int Y)) 1 2)", 2),
        ("(to_int (to_real X))", 0),
    ],
)
def test_what_the_operators_compute(text: str, expected: float) -> None:
    assert value(text, X=0.7, Y=-0.2) == pytest.approx(expected, rel=1e-14)


@given(st.integers(-40, 40), st.integers(-9, 9).filter(bool))
def test_integer_division_rounds_as_z3_does(k: int, divisor: int) -> None:
    for operator in ("div", "mod"):
        meant = z3.simplify(z3.IntVal(k) / divisor if operator == "div" else z3.IntVal(k) % divisor).as_long()
        shown = f"(- {-divisor})" if divisor < 0 else str(divisor)
        assert value(f"({operator} K {shown})", Fraction, K=Fraction(k)) == meant  # type: ignore[arg-type]


def test_definitions_and_let_mean_their_bodies() -> None:
    problem = read(
        """(declare-const X Real)
        (define-fun square ((Y Real)) Real (* Y Y))
        (define-const two Real 2.0)
        (define-fun max ((a Real) (b Real)) Real (square (+ a b)))
        (assert (< (let ((X (square X)) (Z X)) (max (+ X Z) two)) 1))"""
    )
    square = Mul((X, X))
    total = Add((Add((square, X)), Number(2)))
    assert problem.assertions == (Compare("<", Mul((total, total)), Number(1)),)


def test_arguments_are_substituted_all_at_once() -> None:
    problem = read(
        """(declare-const X Real) (declare-const Y Real)
        (define-fun less ((a Real) (b Real)) Bool (< a b))
        (define-fun more ((a Real) (b Real)) Bool (less b a))
        (assert (more X Y))"""
    )
    assert problem.assertions == (Compare("<", Y, X),)


@pytest.mark.parametrize(
    "text",
    [
        "(declare-const X Real)(assert (<= (/ (* (+ 3 (/ (^ X 2) 11)) (sinh X)) (+ (+ 2 (cosh X)) (/ (^ X 2) 11))) X))",
        "(declare-const X Real)(assert (not (>= (/ (log (+ 1 (exp (- X)))) (log 2)) (max 0 (min 1 (- X))))))",
        "(declare-const X Real)(assert (<= (abs (* real.pi (* X (- 1 X)))) 1))(assert (not (<= (arcsin X) (* real.pi X))))",
        "(declare-const X Real)(declare-const Y Real)(assert (= (^ Y 2) (+ (^ X 2) X)))(assert (not (< (log (+ 1 (/ 1 X))) (/ 1 Y))))",
        "(assert (not (< (/ 35 4) (exp (* 2 (log 3))))))",
        "(declare-const X Real)(assert (not (<= (tan (/ X 2)) (sqrt (- 1 (cos X))))))",
        "(declare-const X Real)(assert (not (<= (arctan X) (* (/ real.pi 2) (tanh X)))))(assert (< (cbrt X) 1))",
    ],
)
def test_published_problems_are_read(text: str) -> None:
    problem = read(f"(set-info :status unsat)(set-logic QF_NRA){text}(check-sat)")
    assert problem.expected == "unsat"
    assert {v for assertion in problem.assertions for v in assertion.variables} == set(problem.variables)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(assert\n  (> x 0))", "2:6: expected a declared name, got 'x'; fix: declare it first with declare-const"),
        ("(assert (< 1 -1))", "1:14: expected a declared name, got '-1'; fix: write (- 1) for -1"),
        ("(assert (< 1", "1:13: expected a closing parenthesis, got the end of the text; fix: close what opens at 1:9"),
        (")", "1:1: expected a command, got a closing parenthesis; fix: remove it, or open it before"),
        ("(assert 'a)", '1:9: expected a parenthesis, symbol or number, got "\'"; fix: write it in SMT-LIB 2.6, odd names between |bars|'),
        ("(push 1)", "1:2: expected a supported command, got 'push'; fix: write one problem per file, without push and pop"),
        (
            "(assert (forall ((x Real)) (> x 0)))",
            "1:10: expected a problem without quantifiers, got 'forall'; fix: declare the variables, and assert the body or its negation",
        ),
        ("(assert (+ 1 2))", "1:9: expected an assertion of sort Bool, got a term of sort Int; fix: assert a comparison"),
        (
            "(assert (< 1 true))",
            "1:9: expected numbers as arguments of <, got one of sort Prop; fix: put a number; (ite c 1 0) makes one of a Bool there",
        ),
        ("(assert (not 1 2))", "1:9: expected arguments of not: 1, got 2; fix: give it 1"),
        ("(assert (< (erfc 1) 2))", "1:13: expected an operator or a defined function, got 'erfc'; fix: define it with define-fun"),
        (
            "(declare-const b Bool)",
            "1:18: expected the sort Real or Int, got 'Bool'; fix: encode a Bool variable b as an Int with 0 <= b <= 1 and write (= b 1)",
        ),
        (
            "(declare-const v (Array Int Int))",
            "1:18: expected the sort Real, Int or Bool, got ('Array' …); fix: only reals, integers and Bools are supported",
        ),
        ("(declare-const x Real)(declare-const x Real)", "1:38: expected a new name, got 'x'; fix: rename it: it is declared already"),
        ("(declare-const + Real)", "1:16: expected a name of your own, got '+'; fix: rename it: SMT-LIB gives this one a meaning"),
        (
            "(declare-fun f (Real) Real)",
            "1:16: expected a constant, so (), got ('Real' …); fix: only constants can be declared; define functions with define-fun",
        ),
        (
            "(define-fun f ((x Real)) Int (/ x 2))",
            "1:30: expected a term of sort Int, got one of sort Real; fix: correct the sort or the term",
        ),
        ("(set-info :status maybe)", "1:19: expected sat, unsat or unknown, got 'maybe'; fix: correct the :status"),
        (
            "(check-sat)(assert true)",
            "1:12: expected no assertion after (check-sat), got another assertion; fix: write one problem per file",
        ),
        ("(assert (= 1 (^ 2 20000)))", "1:14: expected an exponent of size at most 10000, got a larger one; fix: split the power"),
        (
            f"(assert (= 1 {'7' * 4000}))",
            "1:14: expected a literal of at most 3000 digits, got 4000 digits; fix: write it as a product of powers",
        ),
        (
            "(assert (= 1 (div 1.5 2)))",
            "1:14: expected integers as arguments of div or mod, got a real; fix: round with to_int, or divide with /",
        ),
    ],
)
def test_malformed_input_gets_one_message(text: str, message: str) -> None:
    with pytest.raises(SmtError) as caught:
        read(text)
    assert str(caught.value) == f"p.smt2:{message}"


def test_deep_text_and_deep_terms_are_refused() -> None:
    with pytest.raises(SmtError, match=r"p.smt2:1:2501: expected at most 2500 nested parentheses, got more; fix: "):
        read("(" * 5000)
    sines = "(sin " * 300 + "X" + ")" * 300
    with pytest.raises(SmtError, match=r"p.smt2:1:\d+: expected terms nested at most 250 levels deep, got deeper nesting; fix: "):
        proposition(f"(= 0 {sines})")
    lets = "".join(f"(let ((a{i} X)) " for i in range(2000))
    assert proposition(f"{lets} (< 0 a7){')' * 2000}") == Compare("<", Number(0), X)


def test_large_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SmtError, match=r"p.smt2:1:1: expected at most 16777216 characters, got 16777217; fix: split the problem"):
        read(" " * ((16 << 20) + 1))
    monkeypatch.setattr("quod.lang.sexpressions.MAX_SYMBOLS", 1000)
    with pytest.raises(SmtError, match="expected at most 1000 symbols, got more; fix: split the problem"):
        read("(assert (and" + " a" * 1000)


BOMBS = {
    "let": "(assert (let ((x0 X)) " + "".join(f"(let ((x{i + 1} (* x{i} x{i}))) " for i in range(200)) + "(> x200 0)" + ")" * 202,
    "macro": "(define-fun f0 ((a Real)) Real (* a a))"
    + "".join(f"(define-fun f{i + 1} ((a Real)) Real (+ (f{i} a) (f{i} a)))" for i in range(200))
    + "(assert (> (f200 X) 0))",
    "literal": "(assert (let ((x0 3)) " + "".join(f"(let ((x{i + 1} (/ x{i} (/ 1 x{i})))) " for i in range(40)) + "(> x40 0)" + ")" * 42,
}


@pytest.mark.parametrize("kind", BOMBS)
def test_shared_terms_stay_shared(kind: str) -> None:
    start = time.perf_counter()
    (assertion,) = read(HEAD + BOMBS[kind]).assertions
    assert fold(assertion, lambda _, children: 1 + max(children, default=0)) == assertion.depth
    assert time.perf_counter() - start < 20


MANY = [f"x{i}" for i in range(2000)]
EXPLOSIONS = {
    "different macro arguments": "(define-fun f0 ((a Real)) Real (* a a))"
    + "".join(f"(define-fun f{i + 1} ((a Real)) Real (+ (f{i} (+ a 1)) (f{i} (+ a 2))))" for i in range(40)),
    "many free variables": "".join(f"(declare-const {x} Real)" for x in MANY)
    + f"(define-const s Real (+ {' '.join(MANY)}))(assert (and {' '.join(f'(< s {i})' for i in range(5000))}))",
}


@pytest.mark.parametrize("kind", EXPLOSIONS)
def test_terms_that_cannot_be_shared_are_refused_in_time(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("quod.lang.smtlib_reader.MAX_WORK", 50_000)
    with pytest.raises(SmtError, match=r"p.smt2:1:\d+: expected a problem of at most 50000 terms, got more; fix: split the problem"):
        read(EXPLOSIONS[kind])


SEEDS = [
    HEAD + "(assert (not (<= (abs (- (log (+ 1 X)) X)) (* 2 (^ X 2)))))(check-sat)",
    "(declare-const X Real)(define-fun f ((a Real) (b Int)) Bool (=> (< a b) (is_int a)))(assert (let ((y (/ 1 X))) (f y 2)))(exit)",
    "(set-info :status sat)(declare-fun |a b| () Int)(assert (distinct |a b| (mod |a b| 3) #x1F 2.50))",
]
PIECES = [
    *'()|";:',
    " ",
    "let",
    "ite",
    "(! X :named n)",
    "forall",
    "0",
    "X",
    "(- 1)",
    "(assert ",
    "#b",
    "(define-fun g () Real 1)",
    "1e5",
    "é",
    "\x00",
]


def check_read_or_refused(text: str) -> None:
    try:
        read(text)
    except SmtError as error:
        assert str(error).startswith("p.smt2:")
        assert "; fix: " in str(error)


@given(st.text(max_size=60) | st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
def test_arbitrary_text_is_read_or_refused(text: str) -> None:
    check_read_or_refused(text)


@settings(max_examples=300)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 200), st.integers(0, 8), st.sampled_from(PIECES)), min_size=1, max_size=4))
def test_damaged_problems_are_read_or_refused(text: str, damage: list[tuple[int, int, str]]) -> None:
    for position, length, piece in damage:
        text = text[:position] + piece + text[position + length :]
    check_read_or_refused(text)


@given(st.data())
def test_swapped_parts_are_read_or_refused(data: st.DataObject) -> None:
    parts = [part for seed in SEEDS for part in seed.replace("(", " ( ").replace(")", " ) ").split()]
    chosen = data.draw(st.lists(st.sampled_from(parts), max_size=25))
    check_read_or_refused(HEAD + "(assert (= 1 " + " ".join(chosen) + "))")
