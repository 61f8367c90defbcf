"""The report of a check: what it says first, formulas, numbers as they are there, its forms."""

import json

import pytest
from planted import PROGRAMS

from backprop_cli import check, network
from backprop_cli.arrays.messages import listed, written
from backprop_cli.arrays.mistakes import ARRAY_MISTAKES
from backprop_cli.formulas import Num, Op, Ref
from backprop_cli.formulas.expr import Label
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE

np = pytest.importorskip("numpy", reason="programs of NumPy")

WIDTH = 88


def arrays(hidden=3, rows=False, descent=False, slope=lambda z, a: 1 - a**2):
    """A network of tanh and linear units on four samples, with the arrays of its backward pass."""
    draw = np.random.default_rng(3)
    x, y = draw.normal(size=(2, 4)), draw.normal(size=(1, 4))
    w1, b1 = draw.normal(size=(hidden, 2)), draw.normal(size=(hidden, 1))
    w2, b2 = draw.normal(size=(1, hidden)), draw.normal(size=(1, 1))
    z1 = w1 @ x + b1
    a1 = np.tanh(z1)
    z2 = w2 @ a1 + b2
    d2 = z2 - y
    d1 = w2.T @ d2 * slope(z1, a1)
    sign = -1 if descent else 1
    found = {"net_1": z1, "out_1": a1, "net_2": z2, "delta_2": sign * d2, "delta_1": sign * d1}
    found = {name: value.T if rows else value for name, value in found.items()}
    found |= {"dE_dW2": d2 @ a1.T / 4, "dE_dW1": d1 @ x.T / 4}
    net = network(
        weights=[w1, w2], biases=[b1, b2], inputs=x.T, targets=y.T, samples="rows",
        activations=["tanh", "linear"], convention={"delta": "descent"} if descent else {},
    )  # fmt: skip
    return net, found, x


def of_net(z, a):
    return 1 - z**2


def test_a_right_program_is_said_to_be_so_first():
    net, found, _ = arrays()
    report = check(net, found)
    assert str(report).splitlines()[0] == "All 7 arrays are correct."
    assert list(report.messages()) == []
    del found["delta_1"], found["dE_dW1"], found["dE_dW2"], found["out_1"], found["net_2"]
    del found["delta_2"]
    assert str(check(net, found)).startswith("The array is correct.")


def test_the_report_says_first_where_to_look():
    net, found, _ = arrays(slope=of_net)
    report = check(net, found)
    assert report.summary() == (
        "Look at delta_1 first: slope-of-net. "
        "7 arrays: 5 correct, 1 following from a wrong one, 1 wrong."
    )
    assert str(report).startswith("Look at delta_1 first: slope-of-net.")
    assert repr(report) == f"<Report: {report.summary()}>"


def test_the_formula_that_was_used_stands_above_the_right_one():
    net, found, _ = arrays(slope=of_net)
    found["Z1"], found["A1"] = found.pop("net_1"), found.pop("out_1")
    (one,) = check(net, found).messages()
    assert one.head == "First wrong: delta_1 (δ⁽¹⁾)"
    assert one.said[1:] == (
        "In effect: f′(net⁽¹⁾) = 1 − net⁽¹⁾ ⊙ net⁽¹⁾",
        "Right: f′(net⁽¹⁾) = 1 − out⁽¹⁾ ⊙ out⁽¹⁾",
        "In the program, net⁽¹⁾ is Z1 and out⁽¹⁾ is A1.",
        "It was made in f′(net⁽¹⁾), which is not among the arrays.",
    )


def test_the_words_of_the_catalogue_have_the_formula_of_the_network():
    net, found, _ = arrays(slope=of_net)
    said = str(check(net, found)).replace("\n  ", " ")
    assert "The slope is written in terms of the output: 1 − out⁽¹⁾ ⊙ out⁽¹⁾." in said
    assert "{" not in said


def test_a_multiple_is_said_as_one():
    net, found, _ = arrays()
    found["dE_dW1"] = found["dE_dW1"] / 4
    (one,) = check(net, found).messages()
    assert "In effect: ∂E/∂W⁽¹⁾ is 0.25 times the right one" in one.said
    assert "Right: ∂E/∂W⁽¹⁾ = δ⁽¹⁾·Xᵀ/4" in one.said


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("The division by the number of samples was forgotten.",
         ["In effect: δ⁽²⁾ is 7 times the right one", "Right: δ⁽²⁾ = (out⁽²⁾ − T)/7"]),
        ("dscores has the 1/N in it already.",
         ["In effect: ∂E/∂W⁽²⁾ is 0.142857 times the right one", "Right: ∂E/∂W⁽²⁾ = δ⁽²⁾·out⁽¹⁾ᵀ"]),
        ("The mask comes a line too late for dW1.",
         ["In effect: ∂E/∂W⁽¹⁾ = ∂E/∂out⁽¹⁾·Xᵀ", "Right: ∂E/∂W⁽¹⁾ = δ⁽¹⁾·Xᵀ"]),
        ("A slope, though softmax and cross-entropy have cancelled already.",
         ["In effect: δ⁽²⁾ = (out⁽²⁾ − T) ⊙ out⁽²⁾ ⊙ (1 − out⁽²⁾)/7",
          "Right: δ⁽²⁾ = (out⁽²⁾ − T)/7"]),
    ],
)  # fmt: skip
def test_the_right_formula_has_the_mean_where_the_program_takes_it(what, said):
    """CS231n divides dscores: a gradient that were divided again would be the student's mistake."""
    program = PROGRAMS["cs231n"]
    (bug,) = (bug for bug in program.bugs if bug.what == what)
    arguments, found = program.run(bug)
    one = next(check(network(**arguments), found).messages())
    assert [line for line in one.said if line.startswith(("In effect: ", "Right: "))] == said


@pytest.mark.parametrize("shape", [(3,), (1, 3), (3, 1)])
def test_a_bias_is_shown_the_way_round_that_it_has(shape):
    net, found, _ = arrays()
    found["b1"] = np.arange(3.0).reshape(shape)
    (one,) = check(net, found).messages()
    assert len(one.numbers) == (6 if shape == (3, 1) else 2)


@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize("descent", [False, True])
def test_numbers_are_those_that_the_program_has(rows, descent):
    net, found, _ = arrays(rows=rows, descent=descent, slope=of_net)
    (one,) = check(net, found).messages()
    _, right, _ = arrays(rows=rows, descent=descent)
    wanted = np.vstack([found["delta_1"], right["delta_1"]])
    shown = [line.removeprefix("yours").removeprefix("right").split() for line in one.numbers]
    assert np.array(shown, float) == pytest.approx(wanted, rel=1e-5)
    at = np.unravel_index(
        np.abs(found["delta_1"] - right["delta_1"]).argmax(), right["delta_1"].shape
    )
    mine, true = (f"{value['delta_1'][at]:.6g}" for value in (found, right))
    assert (
        one.farthest == f"Farthest off is the entry [{at[0]}, {at[1]}]: {mine} in place of {true}."
    )


def test_what_is_too_large_or_too_wide_is_told_by_its_worst_entry():
    net, found, _ = arrays(hidden=4, slope=of_net)
    (one,) = check(net, found).messages()
    assert one.numbers == ()
    assert one.in_width(1000) == ([*one.said, one.farthest], [])
    net, found, _ = arrays(slope=of_net)
    (one,) = check(net, found).messages()
    width = max(map(len, one.numbers))
    assert one.in_width(width) == ([*one.said], [*one.numbers])
    assert one.in_width(width - 1) == ([*one.said, one.farthest], [])


def test_nan_is_the_farthest_off():
    net, found, _ = arrays(hidden=4)
    found["out_1"][2, 1] = np.nan
    one = next(check(net, found).messages())
    assert one.farthest.startswith("Farthest off is the entry [2, 1]: nan in place of")


def test_a_wrong_shape_is_told_as_the_program_has_it():
    net, found, _ = arrays(rows=True)
    found["delta_1"] = found["delta_1"][:, :2]
    one = next(check(net, found).messages())
    assert "Its shape is (4, 2), and it should be (4, 3)." in one.said
    assert one.numbers == ()


def test_one_mistake_in_two_arrays_is_told_once():
    net, found, _ = arrays()
    found["dE_dW1"], found["dE_dW2"] = 4 * found["dE_dW1"], 4 * found["dE_dW2"]
    report = check(net, {**found, "W1_new": arrays()[1]["dE_dW1"]})
    together = [one.head for one in report.messages() if "dE_dW2" in one.head]
    assert together == ["First wrong: dE_dW2 and dE_dW1 (∂E/∂W⁽²⁾)"]
    remarks = {row[0]: row[-1] for row in report.records()}
    assert remarks["dE_dW1"] == "as in dE_dW2"


def test_the_text_keeps_to_its_width():
    net, found, _ = arrays(slope=of_net)
    for width in (40, 60, WIDTH):
        text = check(net, found).as_text(width, table=False)
        assert max(map(len, text.splitlines())) <= width
        assert "array " not in text
    assert str(check(net, found)) == check(net, found).as_text(WIDTH)
    assert "array " in str(check(net, found))


def test_what_was_left_out_is_said_with_the_reason():
    net, found, _ = arrays()
    report = check(net, {**found, "X": np.ones((5, 7))})
    assert str(report).splitlines()[-1] == "Left out: X (its shape (5, 7) is not that of X)."


def test_a_notebook_shows_a_table_and_escapes_what_it_shows():
    net, found, _ = arrays(slope=of_net)
    html = check(net, {**found, "<b>": "no array"})._repr_html_()
    assert html.startswith("<p>Look at delta_1 first: slope-of-net.")
    plainly = html.replace(' style="text-align: left"', "")
    assert "<td>delta_1</td><td>δ⁽¹⁾</td><td>(3, 4)</td><td>wrong</td>" in plainly
    assert "<pre>yours " in html
    strange = check(net, {**found, "W<9>": found["dE_dW1"]}, names={"W<9>": "dE_dW1"})
    assert "W&lt;9&gt;" in strange._repr_html_()


def test_the_document_is_json_with_formulas():
    net, found, _ = arrays(slope=of_net)
    data = json.loads(json.dumps(check(net, found).document()))
    assert data["first_wrong"] == "delta_1"
    wrong = next(one for one in data["arrays"] if one["verdict"] == "wrong")
    assert wrong["finding"]["mistake"] == "slope-of-net"
    assert wrong["finding"]["at"] == "dout_dnet_1"
    assert wrong["finding"]["in_effect"] == "f′(net⁽¹⁾) = 1 − net⁽¹⁾ ⊙ net⁽¹⁾"
    assert wrong["finding"]["right"] == "f′(net⁽¹⁾) = 1 − out⁽¹⁾ ⊙ out⁽¹⁾"


def test_names_are_listed_as_in_a_sentence():
    assert [listed(["a", "b", "c"][:count]) for count in range(4)] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_numbers_are_those_of_a_program_whose_deltas_have_the_mean():
    net, found, _ = arrays(rows=True, slope=of_net)
    _, right, _ = arrays(rows=True)
    given = {"hidden_layer": found["out_1"], "scores": found["net_2"],
             "dscores": found["delta_2"] / 4, "dhidden": found["delta_1"] / 4}  # fmt: skip
    (one,) = check(net, given, names="cs231n").messages()
    shown = [line.removeprefix("yours").removeprefix("right").split() for line in one.numbers]
    wanted = np.vstack([found["delta_1"], right["delta_1"]]) / 4
    assert np.array(shown, float) == pytest.approx(wanted, rel=1e-5)


def test_a_mistake_of_arrays_keeps_its_own_words():
    """Also where the catalogue has others under the same id."""
    net, found, _ = arrays()
    found["dE_dW1"] = found["dE_dW1"] / 4
    (one,) = check(net, found).messages()
    row = next(row for row in ARRAY_MISTAKES if row.id == "mean-twice")
    assert row.done != CATALOGUE["mean-twice"].done
    assert one.said[0].startswith(f"mean-twice: {row.done}")


def test_a_factor_that_no_mistake_makes_ends_with_one_full_stop():
    net, found, _ = arrays()
    found["dE_dW1"] = 3.3 * found["dE_dW1"]
    said = check(net, found).summary()
    assert said.startswith("Look at dE_dW1 first: Every entry is the right one times 3.3. 7 arrays")


def test_formulas_are_written_with_few_digits_and_clear_quotients():
    gradient = Ref(Label("∂E/∂w1"))
    assert written(Op("*", (Num(1 / 3), gradient))) == "0.333333·∂E/∂w1"
    assert written(Op("/", (gradient, Num(3)))) == "(∂E/∂w1)/3"
    assert written(Op("of no book", (gradient,))) is None


def test_numbers_that_would_just_not_fit_are_left_out():
    net, found, _ = arrays(slope=of_net)
    (one,) = check(net, found).messages()
    widest = max(map(len, one.numbers)) + 2  # set in by two
    for width, there in ((widest, True), (widest - 1, False)):
        text = check(net, found).as_text(width, table=False)
        assert max(map(len, text.splitlines())) <= width
        assert ("  yours " in text) == there


def test_only_that_is_said_of_the_reading_which_the_arrays_show():
    net, found, _ = arrays()
    last = "compared to 1e-09 of the largest term"
    columns = "a column for each of 4 samples"
    receiving, means = (
        "a row of weights for each receiving unit",
        "gradients are means over the samples",
    )

    def read(*names, **options):
        return list(check(net, {name: found[name] for name in names}, **options).read_as())[1:]

    assert read("net_1") == [columns, last]
    assert read("net_1", "delta_1") == [columns, last]
    assert read("dE_dW1") == [receiving, means, last]
    assert read("net_1", "dE_dW1") == [columns, receiving, means, last]
    assert read("net_1", atol=1e-3) == [columns, "compared to 0.001 and 1e-09 of each entry"]
    alone = check(net, {"net_1": found["net_1"][:, 1:2], "out_1": found["out_1"][:, 1:2]})
    assert list(alone.read_as())[1:] == ["sample 2 alone", last]


def test_descent_and_where_the_mean_is_are_said():
    net, found, _ = arrays(rows=True, descent=True)
    read = list(check(net, found).read_as())
    assert "a row for each of 4 samples" in read
    assert "deltas of descent, −∂E/∂net" in read
    assert "deltas of descent, −∂E/∂net" not in check(net, {"net_1": found["net_1"]}).read_as()
    net, found, _ = arrays(rows=True)
    given = {"scores": found["net_2"], "dscores": found["delta_2"] / 4}
    mean = "deltas and gradients have the 1/m of the mean"
    assert mean in check(net, given, names="cs231n").read_as()


def test_where_nothing_is_right_the_network_is_asked_for():
    net, found, _ = arrays()
    wrong = {name: 1.1 + value for name, value in found.items()}
    asked = "Not one is correct: is this the network of the program"
    assert next(check(net, wrong).notes()).startswith(asked)
    del wrong["out_1"]
    assert asked not in str(check(net, {**wrong, "out_1": found["out_1"]}))
    assert asked not in str(check(net, {"net_1": wrong["net_1"]}))


def test_a_list_that_is_named_is_not_left_out():
    """It may be an entry for each layer, or a matrix: what was bound is judged."""
    report = check("mazur", {"grad": [[1, 2], [3, 4]]}, names={"grad": "dE_dW1"}, weights="to")
    assert [line.name for line in report.lines] == ["grad"]
    assert not report.ok
