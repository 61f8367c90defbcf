"""backprop verify: what is told of marked answers, and how."""

import csv
import io
import json

import pytest

from backprop_cli import load
from backprop_cli.marking.exact import EXACT_COLUMNS
from backprop_cli.marking.sheet import sheet_of

SHOWPIECE = "configs/mazur.answers.toml"


@pytest.fixture
def verified(backprop, tmp_path):
    """Call verify with answers as a text."""

    def call(text, *options, config="mazur", name="answers.toml"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return backprop("verify", config, str(path), *options)

    return call


def as_json(result):
    return json.loads(result.out)


def test_the_tutorials_printed_results_show_where_its_error_comes_from(backprop):
    result = backprop("verify", "mazur", SHOWPIECE, "--format", "json")
    assert result.code == 1
    found = as_json(result)
    by_key = {answer["key"]: answer for answer in found["answers"]}
    later = {"E_total_new", "epoch10000.out_o1_new", "epoch10000.out_o2_new"}
    assert {key for key, answer in by_key.items() if answer["status"] == "wrong"} == later
    assert {by_key[key]["mistake"] for key in later} == {"updated-weights"}
    assert by_key["E_total_new"]["given"] == 0.291027924
    assert by_key["epoch10000.E_total"]["status"] == "correct"
    assert found["first_wrong"] == "E_total_new"
    assert found["convention"] is None
    assert found["schema"] == "backprop/verify/1"
    assert found["score"] == found["max_score"] - 3 == found["counts"]["correct"]
    assert tuple(by_key["E_total_new"]) == EXACT_COLUMNS


def test_bundled_answers_are_found_by_name(backprop, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert "updated-weights" in backprop("verify", "mazur", "mazur.answers.toml").out


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
@pytest.mark.parametrize(
    "config",
    ["mazur", *(pytest.param(name, marks=pytest.mark.thorough)
                for name in ("xor", "batch", "adam", "softmax"))],
)  # fmt: skip
def test_a_trace_of_the_program_itself_is_all_correct(backprop, tmp_path, config, form):
    path = tmp_path / f"trace.{form}"
    backprop("trace", config, "--epochs", "2", "--format", form, "-o", str(path))
    result = backprop("verify", config, str(path), "--format", "json")
    assert result.code == 0, result.out[-500:] + result.err
    assert as_json(result)["counts"]["correct"] > 10


def test_the_first_wrong_line_is_told_with_formula_and_numbers(verified):
    result = verified("net_h1 = 0.0275\nout_h1 = 0.506875\nnet_h2 = 0.3925")
    assert result.code == 1
    assert "First wrong line: net_h1 = 0.0275\n  missing-bias: The bias was left out" in result.out
    assert "w1·i1 + w2·i2 + b1 = 0.15·0.05 + 0.2·0.1 + 0.35 = 0.3775" in result.out
    assert "1 wrong" in result.out
    assert "follow-through" in result.out


def test_the_same_mistake_is_told_once(verified):
    result = verified("net_h1 = 0.0275\nnet_h2 = 0.0425", "--format", "plain")
    assert result.out.count("The bias was left out") == 1
    assert "missing-bias, as above" in result.out


def test_of_a_coarse_number_more_digits_would_tell_more(verified):
    known = "No known mistake makes this number."
    assert f"{known} 3 digits would tell more.\n" in verified("E = 0.9", "--format", "plain").out
    assert f"{known}\n" in verified("E = 0.912", "--format", "plain").out
    asked = verified("E = 0.912", "--format", "plain", "--min-digits", "4").out
    assert f"{known} 4 digits would tell more.\n" in asked


def test_a_right_line_has_a_number_once(verified):
    said = verified("sample1.dE_db_h2 = 5.4321", "--format", "plain", config="xor").out
    assert said.endswith("Right: ∂E/∂b_h2 = δ_h2 = -0.0242767976\n")


SHEET = """\
net_h1 = 0.37749999999999995
net_h2 = 0.0425
out_h1 = 0.59
out_h2 = 0.51062
out_o1 = ""
"""


def test_wrong_lines_are_told_and_the_rest_is_counted(verified):
    for form in ("table", "plain"):
        said = verified(SHEET, "--format", form).out.splitlines()
        assert said[0] == "Score: 3 of 5 (2 correct, 1 follow-through, 1 wrong, 1 blank)."
        assert said[1] == "First wrong line: net_h2 = 0.0425"
        assert said[-3:] == [
            "Too few digits, 3 are asked for: out_h1.",
            "Left blank: out_o1.",
            "4 lines are not shown; --all shows every line.",
        ]
        whole = verified(SHEET, "--format", form, "--all").out
        assert whole.index("out_h2") < whole.index("Score: 3 of 5")
        assert whole.endswith("\n".join(said[:-1]) + "\n")
        assert "too few digits" not in whole
    assert verified("E = 0.3\nw5 = 0.4", "--all", "--brief").code == 2


def test_it_is_told_how_many_lines_are_not_shown(verified):
    assert verified("net_h1 = 0.3775").out.endswith(
        "\n1 line is not shown; --all shows every line.\n"
    )
    assert "not shown" not in verified("net_h1 = 0.0275").out
    assert "not shown" not in verified("net_h1 = 0.3775\nE = 1", "--brief").out
    convention = verified("delta_o1 = -0.138498562\ndelta_o2 = 0.0380982").out
    assert "another convention" in convention
    assert convention.endswith("\n2 lines are not shown; --all shows every line.\n")


@pytest.mark.thorough
@pytest.mark.parametrize("columns", [40, 60, 80])
@pytest.mark.parametrize("options", [(), ("--all",)])
def test_at_every_width_the_report_says_the_same(backprop, columns, options):
    wide = backprop("verify", "mazur", SHOWPIECE, *options, columns="300").out
    narrow = backprop("verify", "mazur", SHOWPIECE, *options, columns=str(columns)).out
    assert max(map(len, narrow.splitlines())) <= columns
    said = narrow.replace(":", "").split()
    lost = [word for word in wide.replace(":", "").split() if word not in said]
    assert [word for word in lost if "─" not in word] == []
    assert narrow.count("updated-weights") == (6 if options else 3)


def test_many_quantities_are_listed_in_part(verified):
    names = ["E_o1", "E_o2", "E_total", "delta_o1", *(f"w{n}_new" for n in range(1, 9))]
    few = verified("\n".join(f"{name} = ''" for name in names), "--format", "plain").out
    assert few.splitlines()[1] == f"Left blank: {', '.join(names)}."
    names.insert(0, "net_h1")
    more = verified("\n".join(f"{name} = ''" for name in names), "--format", "plain").out
    assert more.splitlines()[1] == f"Left blank: {', '.join(names[:12])} and 1 more."


def test_a_programs_digits_are_shortened_but_where_that_hides_the_difference(verified):
    said = verified("net_h1 = 0.37749999999999995\nnet_h2 = 0.39250000000000013", "--all").out
    assert "0.3775 " in said
    assert "0.37749999" not in said
    wrong = verified("net_h2 = 0.39250000000013", "--rtol", "1e-15", "--atol", "0").out
    assert "First wrong line: net_h2 = 0.39250000000013\n" in wrong
    assert "net_h2 = 0.912345679\n" in verified("net_h2 = 0.9123456789012").out
    assert "net_h2 = 0.912345678901\n" in verified("net_h2 = 0.912345678901").out
    asked = verified("net_h2 = 0.9123456789012", "--digits", "17").out
    assert "net_h2 = 0.9123456789012\n" in asked
    exact = ("--rtol", "1e-15", "--atol", "0")
    apart = verified("net_h1 = 0.0275\nout_h1 = 0.59326999212345", *exact).out
    assert "out_h1 = 0.59326999212345\n" in apart


def test_markdown_lists_what_is_said_of_a_line_in_symbols(verified):
    said = verified("delta_o1 = 0.5\nnet_h2 = 0.0425\nw5+ = ''", "--format", "markdown").out
    assert "**First wrong line: net\\_h2 = 0.0425**\n\n- missing-bias: The bias" in said
    assert (
        "\n- As written: w3·i1 + w4·i2 = 0.25·0.05 + 0.3·0.1 = 0.0425\n- Right: net\\_h2 = " in said
    )
    assert "\n\n**Wrong: δ\\_o1 = 0.5**\n\n- " in said
    assert "\n\nLeft blank: w5⁺.\n\n| quantity |" in said
    assert "| w5⁺ |  | 0.35891648 |  | blank |  |" in said
    assert not [line for line in said.splitlines() if line.startswith(" ")]
    several = verified("epoch2.sample3.delta_o1 = 0.5", "--format", "markdown", config="xor").out
    assert "epoch2.sample3.δ\\_o1 = 0.5" in several


def test_an_explanation_has_the_formula_of_the_line(verified):
    logistic = verified(f"dout_dnet_h1 = {0.3775 * (1 - 0.3775)}", "--format", "plain").out
    assert "in terms of the output: out_h1·(1 − out_h1).\n" in logistic
    asked = ("--set", "layers.0.activation=tanh", "--format", "plain")
    tanh = verified(f"dout_dnet_h1 = {1 - 0.3775**2}", *asked).out
    assert "in terms of the output: 1 − out_h1².\n" in tanh
    assert "{" not in logistic + tanh


def test_all_right_is_exit_code_0(verified):
    result = verified("net_h1 = 0.3775\nE = 0.298371109")
    assert result.code == 0
    assert "Score: 2 of 2" in result.out


def test_hints_give_no_right_number_away(verified):
    for form in ("table", "plain", "markdown", "json", "csv"):
        result = verified("net_h1 = 0.0275\nE = 0.5\nw5+ = 0.34", "--hints", "--format", form)
        assert "missing-bias" in result.out
        for secret in ("0.3775", "0.2983", "0.3589", "0.37749"):
            assert secret not in result.out


def test_brief_says_only_how_many(verified):
    for form in ("table", "plain", "markdown"):
        result = verified("net_h1 = 0.0275\nE = 0.298371109", "--brief", "--format", form)
        assert result.code == 1
        assert result.out.strip() == "Not all right: 1 of 2 answers wrong."
    found = as_json(verified("net_h1 = 0.0275", "--brief", "--format", "json"))
    assert found["answers"] == []
    assert found["first_wrong"] is None


def test_a_convention_is_offered_and_can_be_accepted(verified):
    network = sheet_of(load("mazur", ["convention.delta=descent"]))
    text = "\n".join(f"{e.key} = {network.truths[e.slot]:.9f}" for e in network.entries if e.asked)
    result = verified(text)
    assert result.code == 1
    assert 'convention.delta = "descent"' in result.out
    found = as_json(verified(text, "--accept-conventions", "--format", "json"))
    assert found["convention"] == {"id": "delta-sign", "config": 'convention.delta = "descent"'}
    assert found["counts"]["wrong"] == 0
    assert verified(text, "--accept-conventions").code == 0
    assert verified(text, "--set", "convention.delta=descent").code == 0


def test_csv_has_all_digits(verified):
    rows = list(csv.DictReader(io.StringIO(verified("E = 0.3", "--format", "csv").out)))
    assert rows[0]["expected"] == "0.2983711087600027"
    assert rows[0]["given"] == "0.3"


@pytest.mark.parametrize(
    "text",
    ["", "net_h1 = ", "net_h9 = 1", "net_h1 = abc", "net_h1 = nan", "]", "net_h1 = 1\nnet_h1 = 2"],
)
def test_what_cannot_be_marked_is_exit_code_2(verified, text):
    result = verified(text)
    assert (result.code == 2) == (text != "net_h1 = ")
    if result.code == 2:
        assert "answers.toml" in result.err
        assert "Traceback" not in result.err
        assert result.out == ""


def test_a_gift_is_refused_even_when_asked_for_by_json(verified):
    found = as_json(verified('{"delta_o1": 0, "dE_dw5": 0.0}', "--format", "json", name="a.json"))
    assert found["counts"]["wrong"] == 2


def test_points_come_from_the_config(verified, tmp_path):
    with open("configs/mazur.toml", encoding="utf-8") as file:
        text = file.read()
    config = tmp_path / "exercise.toml"
    said = "follow_through = 0.5\ntoo_few_digits = 0.25\npoints = { net = 2, 'w5+' = 4 }\n"
    config.write_text(f"{text}\n[grading]\n{said}")
    answers = "net_h1 = 0.0275\nout_h1 = 0.506875\nnet_h2 = 0.3925\nw5+ = 0.36"
    found = as_json(verified(answers, "--format", "json", config=str(config)))
    earned = {answer["key"]: answer["credit"] for answer in found["answers"]}
    assert earned == {"net_h1": 0, "out_h1": 0.5, "net_h2": 2, "w5_new": 1}
    assert found["max_score"] == 2 + 1 + 2 + 4
    config.write_text(text + "\n[grading]\npoints = { nett = 2 }\n")
    result = verified(answers, config=str(config))
    assert result.code == 2
    assert "nett" in result.err


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("net_h1 = 0.0275", "w1·i1 + w2·i2 = 0.15·0.05 + 0.2·0.1 = 0.0275"),
        ("net_h1 = 0.4\nout_h1 = 0.401312", "1/(1 + e^net_h1) = 1/(1 + e^0.4) = 0.40131234"),
        ("out_h1 = 0.406730", "1/(1 + e^net_h1) = 1/(1 + e^0.3775) = 0.406730008"),
        ("net_h1 = 0.395500", "0.51·i1 + w2·i2 + b1 = 0.51·0.05 + 0.2·0.1 + 0.35 = 0.3955"),
    ],
)
def test_a_wrong_formula_is_written_with_the_numbers_that_make_it(verified, text, written):
    """The student's own where they make the number, else the true ones."""
    lines = [line.strip() for line in verified(text).out.splitlines()]
    assert f"As written: {written}" in lines


def test_hints_give_no_numbers_of_a_wrong_formula_away(verified):
    told = verified("out_h1 = 0.406730", "--hints").out
    assert "As written: 1/(1 + e^net_h1)\n" in told
    assert "0.3775" not in told


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_a_trace_whose_numbers_grow_beyond_all_is_all_correct(backprop, tmp_path, form):
    call = ["mazur", "--set", "eta=1e200", "--set", "layers.0.activation=linear",
            "--set", "layers.1.activation=linear"]  # fmt: skip
    path = tmp_path / f"trace.{form}"
    assert "inf" in backprop("trace", *call).out
    assert backprop("trace", *call, "--format", form, "-o", str(path)).code == 0
    result = backprop("verify", *call[:1], str(path), *call[1:])
    assert (result.code, result.err) == (0, "")


@pytest.mark.parametrize("options", [[], ["--format", "json"], ["--format", "csv"]])
def test_what_is_only_likely_is_not_called_chance_where_it_is_left_out(verified, options):
    told = verified("dE_dw5 = 0.44", *options)
    assert "missing-slope-output" in told.out
    sure = verified("dE_dw5 = 0.44", "--sure", *options)
    assert "No mistake is certain. 3 digits would tell more." in sure.out
    assert "missing-slope-output" not in sure.out
    assert "chance would" not in sure.out
    coarse = verified("E_total = 0.4", "--sure", *options)
    assert "It fits a known mistake no better than chance would." in coarse.out
