"""Theorems of textbooks, as (variables, hypotheses, goal) in the words of SMT-LIB: the stock that mutations start from."""

from __future__ import annotations

from benchmarks.families import text

Statement = tuple[str, tuple[str, ...], str]
SIGMOID = "(/ 1 (+ 1 (exp (- x))))"
ENTROPY = "(- (+ (* p (log p)) (* (- 1 p) (log (- 1 p)))))"
KL = "(+ (* p (log (/ p q))) (* (- 1 p) (log (/ (- 1 p) (- 1 q)))))"
UNIT = ("(< 0 p)", "(< p 1)")
SQUARE = (*UNIT, "(< 0 q)", "(< q 1)")

THEOREMS: dict[str, Statement] = {
    # one variable, touched or approached
    "exp above its tangent": ("x", (), "(<= (+ 1 x) (exp x))"),
    "log below its tangent": ("x", ("(< 0 x)",), "(<= (log x) (- x 1))"),
    "log above its hyperbola": ("x", ("(< 0 x)",), "(<= (- 1 (/ 1 x)) (log x))"),
    "log and the arithmetic mean": ("x", ("(< 1 x)",), "(<= (/ (* 2 (- x 1)) (+ x 1)) (log x))"),
    "log and the geometric mean": ("x", ("(<= 1 x)",), "(<= (log x) (/ (- x 1) (sqrt x)))"),
    "slope of the sigmoid": ("x", (), f"(<= (* {SIGMOID} (- 1 {SIGMOID})) (/ 1 4))"),
    "sigmoid below exp": ("x", (), f"(<= {SIGMOID} (exp x))"),
    "tanh below the identity": ("x", ("(<= 0 x)",), "(<= (tanh x) x)"),
    "tanh above its cubic": ("x", ("(<= 0 x)",), "(<= (- x (/ (^ x 3) 3)) (tanh x))"),
    "tanh bounded": ("x", (), "(<= (abs (tanh x)) 1)"),
    "softplus above relu": ("x", (), "(<= (max 0 x) (log (+ 1 (exp x))))"),
    "softplus near relu": ("x", (), "(<= (log (+ 1 (exp x))) (+ (max 0 x) (log 2)))"),
    "binary entropy": ("p", UNIT, f"(<= {ENTROPY} (log 2))"),
    "binary entropy above its parabola": ("p", UNIT, f"(<= (* 4 (log 2) p (- 1 p)) {ENTROPY})"),
    "binary entropy below its root": ("p", UNIT, f"(<= {ENTROPY} (* 2 (log 2) (sqrt (* p (- 1 p)))))"),
    "p log p": ("p", ("(< 0 p)",), "(<= (- (exp (- 1))) (* p (log p)))"),
    "cosh and the Gaussian": ("x", (), "(<= (cosh x) (exp (/ (^ x 2) 2)))"),
    "exp and its parabola": ("x", ("(<= 0 x)",), "(<= (+ 1 x (/ (^ x 2) 2)) (exp x))"),
    "Hoeffding at a half": ("x", (), "(<= (log (/ (+ (exp x) (exp (- x))) 2)) (/ (^ x 2) 2))"),
    "arctan below the identity": ("x", ("(<= 0 x)",), "(<= (arctan x) x)"),
    "arctan, Shafer": ("x", ("(<= 0 x)",), "(<= (/ (* 3 x) (+ 1 (* 2 (sqrt (+ 1 (^ x 2)))))) (arctan x))"),
    "arctan bounded": ("x", (), "(< (arctan x) (/ real.pi 2))"),
    "arctan and its inverse argument": ("x", ("(< 0 x)",), "(= (+ (arctan x) (arctan (/ 1 x))) (/ real.pi 2))"),
    "sin below the identity": ("x", ("(<= 0 x)",), "(<= (sin x) x)"),
    "sin above its cubic": ("x", ("(<= 0 x)",), "(<= (- x (/ (^ x 3) 6)) (sin x))"),
    "Jordan": ("x", ("(<= 0 x)", "(<= x (/ real.pi 2))"), "(<= (/ (* 2 x) real.pi) (sin x))"),
    "cos above its parabola": ("x", (), "(<= (- 1 (/ (^ x 2) 2)) (cos x))"),
    "sin plus cos": ("x", (), "(<= (+ (sin x) (cos x)) (sqrt 2))"),
    "arcsin above the identity": ("x", ("(<= 0 x)", "(<= x 1)"), "(<= x (arcsin x))"),
    "Bernoulli, a root": ("x", ("(<= (- 1) x)",), "(<= (sqrt (+ 1 x)) (+ 1 (/ x 2)))"),
    "a cube root is subadditive": ("x", ("(<= 0 x)",), "(<= (cbrt (+ 1 x)) (+ 1 (cbrt x)))"),
    # one variable, with slack
    "swish": ("x", (), f"(<= (- (/ 557 2000)) (* x {SIGMOID}))"),
    "exp on the unit interval": ("x", ("(<= 0 x)", "(<= x 1)"), "(<= (exp x) (+ 1 x (* (/ 18 25) (^ x 2))))"),
    # several variables
    "binary divergence": ("p q", SQUARE, f"(<= 0 {KL})"),
    "exp is convex": ("x y", (), "(<= (exp (/ (+ x y) 2)) (/ (+ (exp x) (exp y)) 2))"),
    "log is concave": ("x y", ("(< 0 x)", "(< 0 y)"), "(<= (/ (+ (log x) (log y)) 2) (log (/ (+ x y) 2)))"),
    "two means": ("x y", ("(<= 0 x)", "(<= 0 y)"), "(<= (sqrt (* x y)) (/ (+ x y) 2))"),
    "log-sum-exp above max": ("x y", (), "(<= (max x y) (log (+ (exp x) (exp y))))"),
    "log-sum-exp near max": ("x y", (), "(<= (log (+ (exp x) (exp y))) (+ (max x y) (log 2)))"),
    "Young, logarithmic": ("x y", ("(< 0 y)",), "(<= (* x y) (+ (exp x) (- (* y (log y)) y)))"),
    "tangent of exp": ("x y", (), "(<= (* (exp y) (+ 1 (- x y))) (exp x))"),
    "Cauchy": ("a b c d", (), "(<= (^ (+ (* a b) (* c d)) 2) (* (+ (^ a 2) (^ c 2)) (+ (^ b 2) (^ d 2))))"),
    "sum of two exponentials": ("x y", ("(<= 0 x)", "(<= 0 y)"), "(<= (+ 1 x y) (exp (+ x y)))"),
    "Gaussian divergence": ("s m", ("(< 0 s)",), "(<= 0 (- (+ (* s s) (* m m)) (+ 1 (log (* s s)))))"),
}


def problem(name: str) -> str:
    """The theorem's SMT-LIB text."""
    variables, hypotheses, goal = THEOREMS[name]
    return text(variables.split(), hypotheses, goal)
