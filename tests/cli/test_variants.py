"""Folders of variants: no file takes the place of another, and no filled-in sheet is emptied."""

from __future__ import annotations

import io

import pytest
from folders import texts

EXERCISE = """\
eta = 0.5
inputs = [0.05, 0.10]
targets = [0.9]
[[layers]]
activation = "logistic"
weights = [[0.15, 0.20]]
bias = 0.35
[variants]
weights = [0.1, 0.9]
"""


@pytest.fixture
def variants(backprop, desk):
    """Call variants for the exercise here and a roster of these students."""
    (desk / "exercise.toml").write_text(EXERCISE)

    def call(*options: str, students: str = "Ada\nBob\n", out: str = "out"):
        (desk / "roster.csv").write_text("student\n" + students)
        return backprop(
            "variants", "exercise.toml", "--students", "roster.csv", "--out", out, *options
        )

    return call


def test_a_student_may_not_be_called_like_the_exercise(variants, desk) -> None:
    before = texts(desk)
    result = variants(students="Ada\nexercise\n", out=".")
    assert result.code == 2
    assert "exercise.toml: error: this is an input" in result.err
    assert texts(desk).keys() - before.keys() == {str(desk / "roster.csv")}


def test_the_list_of_what_is_written_says_nothing_of_worksheets(variants, desk) -> None:
    assert variants("-o", "listed.csv").code == 0
    assert (desk / "listed.csv").read_text() == "out/Ada.toml\nout/Bob.toml\n"
    assert (desk / "out/Ada.answers.toml").exists()


def test_a_roster_that_is_not_utf_8_is_told_with_its_line(backprop, variants, desk) -> None:
    assert variants().code == 0
    before = texts(desk)
    (desk / "roster.csv").write_bytes(b"student\nAda\nB\x81b\n")
    call = ("variants", "exercise.toml", "--students", "roster.csv", "--out", "out")
    result = backprop(*call)
    assert result.code == 2
    assert result.err.startswith("roster.csv:3: error: not UTF-8: byte 0x81 at position 2")
    assert {k: v for k, v in texts(desk).items() if "roster" not in k} == {
        k: v for k, v in before.items() if "roster" not in k
    }


def test_a_roster_may_have_long_names_and_long_cells(variants, desk) -> None:
    names = ["漢" * 80, "字" * 300, "A" * 140_000, "Bob"]
    assert variants(students="".join(f"{name}\n" for name in names)).code == 0
    assert len([path for path in (desk / "out").rglob("*") if path.is_file()]) == 3 * len(names)


def test_no_file_of_one_student_is_that_of_another(variants) -> None:
    result = variants(students="Ada\nAda.answers\n")
    assert result.code == 2
    assert "two students would have this file" in result.err


DATA = EXERCISE.replace("[0.05, 0.10]", '["a", "b"]').replace("[0.9]\n[[", '["t"]\n[[', 1)


@pytest.mark.parametrize("out", ["out", "deep/er", "."])
def test_variants_of_a_config_with_data_find_the_data(backprop, variants, desk, out) -> None:
    for name in ("data", "apart"):
        (desk / f"{name} 1.csv").write_text("a,b,t\n0.05,0.1,0.9\n0.2,0.3,0.8\n")
    (desk / "deep").mkdir()
    config = 'data = "data 1.csv"\nvalidation = "./apart 1.csv"\n' + DATA
    (desk / "exercise.toml").write_text(config)
    result = variants(students="Ada\n", out=out)
    assert (result.code, result.err) == (0, "")
    for name in ("exercise.toml", f"{out}/Ada.toml"):
        trace = backprop("trace", name, "--format", "csv", "--only", "net_o1")
        assert (trace.code, trace.err, len(trace.out.splitlines())) == (0, "", 3)
    sheet, key = f"{out}/Ada.toml", f"{out}/keys/Ada.key.toml"
    assert backprop("verify", sheet, key, "--brief").code == 0


def test_variants_from_standard_input_find_the_data(backprop, variants, desk, monkeypatch) -> None:
    (desk / "d.csv").write_text("a,b,t\n0.05,0.1,0.9\n")
    (desk / "roster.csv").write_text("student\nAda\n")
    text = ('data = "d.csv"\n' + DATA).encode()
    monkeypatch.setattr("sys.stdin", type("Stdin", (), {"buffer": io.BytesIO(text)})())
    call = ("variants", "-", "--students", "roster.csv", "--out", "out")
    assert backprop(*call).code == 0
    assert backprop("trace", "out/Ada.toml").code == 0


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_variant_that_is_marked_against_is_an_input(backprop, variants, desk, jobs) -> None:
    assert variants().code == 0
    (desk / "answers" / "Ada.toml").write_text((desk / "out" / "keys" / "Ada.key.toml").read_text())
    (desk / "answers" / "ada.toml").unlink()
    before = texts(desk)
    call = ("grade", "exercise.toml", "answers", "--variants", "out", "--jobs", jobs)
    for name in ("Ada", "Bob"):
        result = backprop(*call, "--report", f"out/{name}.toml", "--feedback", "pages")
        assert (result.code, texts(desk)) == (2, before)
        assert "this is an input" in result.err
    assert backprop(*call, "--report", "report.csv").code == 0


def test_a_class_that_an_output_names_is_not_begun(backprop, desk) -> None:
    call = ("grade", "mazur", "class.csv", "--report", "class.csv", "--feedback", "pages")
    assert backprop(*call).code == 2
    assert not (desk / "pages").exists()


def test_variants_made_again_are_the_same_and_others_need_force(variants, desk) -> None:
    assert variants().code == 0
    first = texts(desk)
    assert variants().code == 0
    assert texts(desk) == first
    (desk / "exercise.toml").write_text(EXERCISE.replace("0.9]\n[[", "0.8]\n[["))
    result = variants()
    assert result.code == 2
    assert "--force overwrites it" in result.err
    assert {k: v for k, v in texts(desk).items() if "out" in k} == {
        k: v for k, v in first.items() if "out" in k
    }
    assert variants("--force").code == 0


# What a blank line of each form ends in, and that line when it is filled in.
FORMS = {
    "toml": (".toml", ' = ""', " = 0.375"),
    "csv": (".csv", ",\n", ",0.375\n"),
    "markdown": (".md", " |  |  |\n", " |  | 0.375 |\n"),
}
WORKED = (".md", " |  |  |\n", " | w1·i1 = 0.375 |  |\n")


@pytest.mark.parametrize("options", [(), ("--force",)])
@pytest.mark.parametrize("form", FORMS)
def test_a_filled_in_worksheet_is_never_overwritten(variants, desk, options, form) -> None:
    ending, blank, filled = FORMS[form]
    assert variants("--format", form, "--level", "final").code == 0
    assert variants("--format", form, "--force").code == 0
    sheet = desk / "out" / f"Bob.answers{ending}"
    sheet.write_text(sheet.read_text().replace(blank, filled, 1))
    before = texts(desk)
    result = variants("--format", form, *options)
    assert result.code == 2
    assert f"Bob.answers{ending}: error: this worksheet has been filled in" in result.err
    assert texts(desk) == before


@pytest.mark.parametrize(
    ("form", "written"), [*FORMS.items(), ("markdown", WORKED)], ids=[*FORMS, "worked"]
)
def test_a_worksheet_that_is_filled_in_is_not_emptied(backprop, desk, form, written) -> None:
    ending, blank, filled = written
    call = ("worksheet", "mazur", "-o", f"mine{ending}", "--format", form)
    assert backprop(*call).code == 0
    assert backprop(*call, "--level", "final").code == 0
    sheet = desk / f"mine{ending}"
    sheet.write_text(sheet.read_text().replace(blank, filled, 1))
    result = backprop(*call)
    assert result.code == 2
    assert "has been filled in" in result.err
    assert "0.375" in sheet.read_text()
