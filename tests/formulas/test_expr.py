"""Formulas: each operator computes, prints, typesets and compiles to the same thing."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_cli.formulas import expr
from backprop_cli.formulas.arithmetic import FLOAT
from backprop_cli.formulas.expr import ATOM, MINUS, Num, Op, Partial, Ref, as_expr, total
from backprop_cli.formulas.writing import render


class Named:
    def __init__(self, key):
        self.key = self.symbol = self.latex = key


A, B, C = (Ref(Named(key)) for key in "abc")


def leaf(found):
    if isinstance(found, Num):
        text = repr(float(found.value))
        return text, ATOM if found.value >= 0 else MINUS
    return found.name.symbol, ATOM


def text(formula, style="text"):
    return render(formula, leaf, style)


formulas = st.recursive(
    st.sampled_from([A, B, C, Num(2), Num(0), Num(-3)]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] - pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1]),
        st.tuples(inner, inner).map(lambda pair: pair[0] / pair[1]),
        st.tuples(inner, inner, inner).map(lambda three: total(three)),
        st.tuples(inner, inner, inner).map(lambda three: expr.when_positive(*three)),
        st.tuples(inner, inner).map(lambda pair: expr.maximum(*pair)),
        st.tuples(inner, inner).map(lambda pair: expr.softmax(pair[0], *pair)),
        inner.map(lambda x: -x),
        inner.map(lambda x: x**2),
        inner.map(expr.tanh),
        inner.map(expr.softplus),
    ),
    max_leaves=12,
)


@given(formulas, st.tuples(*[st.floats(-3, 3).filter(lambda x: abs(x) > 1e-3)] * 3))
def test_emitted_python_computes_what_the_formula_computes_to_the_last_bit(formula, values):
    known = dict(zip("abc", values, strict=True))
    names = {"exp": math.exp, "tanh": math.tanh, "log1p": math.log1p, "max": max}
    emitted = text(expr.expand(formula), "python")
    try:
        compiled = float(eval(emitted, names | known))
    except (ZeroDivisionError, OverflowError):
        return
    computed = formula.evaluate(known, FLOAT.operations)
    assert compiled == computed or (math.isnan(compiled) and math.isnan(computed))


@given(formulas)
def test_text_and_latex_have_balanced_brackets(formula):
    for style in ("text", "latex"):
        written = text(formula, style)
        assert written.count("(") == written.count(")")
        assert written.count("{") == written.count("}")
        assert written.count(r"\left") == written.count(r"\right")


@pytest.mark.parametrize(
    ("formula", "written", "typeset"),
    [
        (A + B - C, "a + b − c", "a + b - c"),
        (A - (B + C), "a − (b + c)", r"a - \left(b + c\right)"),
        (A * (1 - A), "a·(1.0 − a)", r"a \cdot \left(1.0 - a\right)"),
        (A * B * C, "a·b·c", r"a \cdot b \cdot c"),
        (A * (B / C), "a·(b/c)", r"a \cdot \left(\frac{b}{c}\right)"),
        (1 / (1 + expr.exp(-A)), "1.0/(1.0 + e^(−a))", r"\frac{1.0}{1.0 + e^{-a}}"),
        (-(A * B), "−a·b", r"-a \cdot b"),
        (-(A + B), "−(a + b)", r"-\left(a + b\right)"),
        ((A - B) ** 2, "(a − b)²", r"\left(a - b\right)^{2}"),
        (A**B, "a^b", "a^{b}"),
        (expr.root(A + B), "√(a + b)", r"\sqrt{a + b}"),
        (expr.root(A), "√a", r"\sqrt{a}"),
        (A + Num(-2), "a + (-2.0)", r"a + \left(-2.0\right)"),
        (expr.softmax(A, A, B), "e^a/(e^a + e^b)", r"\frac{e^{a}}{e^{a} + e^{b}}"),
        (expr.softplus(A), "ln(1 + e^a)", r"\ln\left(1 + e^{a}\right)"),
        (expr.ln(A * B), "ln(a·b)", r"\ln\left(a \cdot b\right)"),
        (expr.maximum(0, A), "max(0.0, a)", r"\max\left(0.0, a\right)"),
        (expr.when_positive(A, 1, B), "(1.0 if a > 0 else b)",
         r"\begin{cases}1.0 & \text{if } a > 0\\b & \text{otherwise}\end{cases}"),
        (expr.normal_cdf(A), "Φ(a)", r"\Phi\left(a\right)"),
        (expr.normal_density(A), "φ(a)", r"\varphi\left(a\right)"),
    ],
)  # fmt: skip
def test_a_formula_is_written_as_in_a_book(formula, written, typeset):
    assert text(formula) == written
    assert text(formula, "latex") == typeset


def test_a_sum_is_flat_however_long():
    terms = [A * Num(n) for n in range(5000)]
    summed = total(terms)
    assert len(summed.args) == 5000
    assert summed.evaluate({"a": 1.0}, FLOAT.operations) == sum(range(5000))
    assert len(text(summed).split(" + ")) == 5000


def test_a_sum_of_one_term_is_the_term():
    assert total([A]) is A


def test_a_factor_of_the_chain_rule_is_written_as_a_derivative_and_known_as_a_value():
    factor = Partial(Named("∂net/∂w"), A)
    assert text(B * factor) == "b·∂net/∂w"
    assert (B * factor).evaluate({"a": 2.0, "b": 3.0}, FLOAT.operations) == 6
    assert expr.expand(B * factor) == B * A
    assert [ref.name.key for ref in expr.references(B * factor)] == ["b", "a"]


def test_formulas_are_equal_if_they_are_written_alike():
    assert A + B == A + B
    assert hash(A * B) == hash(A * B)
    assert A + B != B + A
    assert repr(Num(2)) == "Num(2)"


def test_fractions_and_numbers_become_formulas():
    assert as_expr("1/2").evaluate({}, FLOAT.operations) == 0.5
    assert (2 - A).evaluate({"a": 0.5}, FLOAT.operations) == 1.5
    assert (2 + A).evaluate({"a": 0.5}, FLOAT.operations) == 2.5


def test_only_short_operators_stand_for_longer_formulas():
    with pytest.raises(KeyError):
        expr.lowered(Op("+", (A, B)))
    with pytest.raises(TypeError):
        expr.Expr().evaluate({}, {})


def test_a_wrong_python_column_would_be_caught(monkeypatch):
    """The test above, fed an operator that compiles to something else, must fail."""
    monkeypatch.setitem(expr.RULES, "*", expr.RULES["*"]._replace(python=" + "))
    assert eval(text(A * B, "python"), {"a": 2.0, "b": 3.0}) != 6.0


DERIVATIVE_OF = Ref(Named("∂E/∂w"))


def with_derivatives(found):
    written, binds = leaf(found)
    return written, expr.DERIVATIVE if "∂" in written else binds


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (DERIVATIVE_OF / (A + B), "(∂E/∂w)/(a + b)"),
        (A * DERIVATIVE_OF / (A + B), "a·(∂E/∂w)/(a + b)"),
        (A / DERIVATIVE_OF, "a/(∂E/∂w)"),
        ((DERIVATIVE_OF + DERIVATIVE_OF) / Num(2), "(∂E/∂w + ∂E/∂w)/2.0"),
        (A * DERIVATIVE_OF, "a·∂E/∂w"),
        (DERIVATIVE_OF**2, "(∂E/∂w)²"),
        (A - DERIVATIVE_OF, "a − ∂E/∂w"),
        (expr.root(DERIVATIVE_OF), "√(∂E/∂w)"),
    ],
)
def test_a_derivative_beside_a_division_is_not_to_be_mistaken(formula, written):
    assert render(formula, with_derivatives) == written


@pytest.mark.parametrize(
    ("formula", "written"),
    [
        (-(A + B), "−(a + b)"),
        (A * (B + C), "a·(b + c)"),
        (A * -B, "a·(−b)"),
        (A / (B * C), "a/(b·c)"),
        (A / (B / C), "a/(b/c)"),
        (A / B / C, "a/b/c"),
        ((-A) ** 2, "(−a)²"),
        ((A * B) ** 2, "(a·b)²"),
        (A ** Num(3), "a^3.0"),
        (A + (-(B + C)), "a − (b + c)"),
        (expr.exp(A + B), "e^(a + b)"),
        (expr.absolute(A - B), "|a − b|"),
        (expr.sign(A - B), "sgn(a − b)"),
        (A - -B, "a − (−b)"),
        (-A + B, "−a + b"),
    ],
)
def test_a_looser_operation_inside_a_tighter_one_stands_in_parentheses(formula, written):
    assert text(formula) == written


def test_a_largest_of_one_is_itself():
    assert expr.maximum(A) is A


def test_a_softmax_of_one_is_one_however_large():
    assert expr.softmax(A, A).evaluate({"a": 5000.0}, FLOAT.operations) == 1
