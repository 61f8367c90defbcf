"""No text from outside steers the terminal, wherever it is shown."""

from __future__ import annotations

import re
import shutil

import pytest

from backprop_cli.cli.output import Output
from backprop_cli.config import example_path
from backprop_cli.errors import harmless, visible

EVIL = "\x1b]0;owned\x07\x1b[2J\x9b31m\x7f\u202e\u2028"
OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")

DATA = """\
eta = 0.1
data = "data.csv"
inputs = ["x"]
targets = ["class"]
error = "cross-entropy"
[[layers]]
activation = "softmax"
units = 2
"""
VARIANTS = """\
[variants]
weights = [0.1, 0.9]
"""


def test_what_is_obeyed_is_written_as_json_and_toml_have_it() -> None:
    assert harmless("a\tb\n\x1b[2J\r\x9b\u202e") == "a\tb\n\\u001b[2J\\u000d\\u009b\\u202e"
    fine = "∂E/∂w₁ — ½·(t − o)² “é” 漢字 👩‍🎓\n"
    assert harmless(fine) == fine
    assert harmless(harmless(EVIL)) == harmless(EVIL)


@pytest.fixture
def evil(tmp_path, monkeypatch):
    """A folder in which whatever can have a name has an evil one."""
    monkeypatch.chdir(tmp_path)
    shutil.copy(example_path("mazur"), f"m{EVIL}.toml")
    with open(example_path("mazur"), encoding="utf-8") as file:
        lines = [line for line in file if not line.startswith("title")]
    (tmp_path / f"untitled{EVIL}.toml").write_text("".join(lines) + VARIANTS)
    labels = f'"a{EVIL}"', f'"b{EVIL}"'
    (tmp_path / "data.csv").write_text(
        f'x,class,"h{EVIL}"\n' + "".join(f"{n},{label},0\n" for n, label in enumerate(labels * 3))
    )
    (tmp_path / "data.toml").write_text(DATA)
    (tmp_path / "apart.csv").write_text(f"x,class\n1,a{EVIL}\n2,c{EVIL}\n")
    (tmp_path / "apart.toml").write_text('validation = "apart.csv"\n' + DATA)
    (tmp_path / "missing.toml").write_text(DATA.replace('"x"', '"y"'))
    (tmp_path / "numbers.toml").write_text(DATA.replace('["x"]', '["class"]'))
    (tmp_path / "class.csv").write_text(f'student,net_h1,"q{EVIL}"\n"Ada{EVIL}",0.3775,{EVIL}\n')
    (tmp_path / "unreadable.csv").write_text(f'student,net_h1\n"Ada{EVIL}","x{EVIL}"\n')
    (tmp_path / "roster.csv").write_text(f'student\n"Ada{EVIL}"\n"Ada {EVIL}"\n')
    (tmp_path / "roster2.csv").write_text(f'student\n"Ada{EVIL}"\n"Ada{EVIL}"\n')
    (tmp_path / f"answers{EVIL}").mkdir()
    for name in (f"Ada{EVIL}.toml", f"Bob{EVIL}.json"):
        (tmp_path / f"answers{EVIL}" / name).write_text(f"net_h1 = 0.3775\n'k{EVIL[:1]}'=1\n")
    (tmp_path / "answers.csv").write_text(f"quantity,value\nnet_h1,{EVIL}\nq{EVIL},1\n")
    (tmp_path / "answers.json").write_text('{"net_h1": "x\\u001b]0;owned\\u0007", "\\u009b": 1}')
    (tmp_path / "wrong.toml").write_text(f"# {EVIL}\neta = [{EVIL}\n")
    (tmp_path / "keys.toml").write_text('"k\\u001b]0;x\\u0007" = 1\ntitle = "t\\u001b"\n')
    return tmp_path


FORMATS = [("--format", form) for form in ("table", "plain", "markdown", "json", "csv")]
MAZUR, UNTITLED = f"m{EVIL}.toml", f"untitled{EVIL}.toml"
CALLS = [
    ("trace", MAZUR),
    ("trace", UNTITLED),
    ("trace", UNTITLED, "--color", "always"),
    *[("trace", UNTITLED, "--format", f) for f in ("jsonl", "csv", "latex", "html", "markdown")],
    ("trace", UNTITLED, "--format", "json"),
    ("trace", f"no{EVIL}"),
    ("trace", "mazur", "--only", EVIL),
    ("trace", "mazur", "--set", f"eta{EVIL}=1"),
    ("trace", "mazur", "--set", f'title="{EVIL}"'),
    ("trace", "mazur", "--set", f"eta={EVIL}"),
    ("trace", "mazur", "-o", f"no{EVIL}/where"),
    ("trace", "mazur", f"--{EVIL}"),
    ("trace", "mazur", "--sample", EVIL),
    ("trace", "wrong.toml"),
    ("trace", "keys.toml"),
    ("trace", "missing.toml"),
    ("trace", "numbers.toml"),
    ("trace", "apart.toml"),
    (f"trace{EVIL}",),
    ("explain", UNTITLED, "w1_new"),
    ("explain", UNTITLED, f"w1{EVIL}"),
    ("gradcheck", UNTITLED, "--only", EVIL),
    *[("train", "data.toml", "--epochs", "2", *form) for form in FORMATS],
    ("train", UNTITLED, "--epochs", "2"),
    ("train", UNTITLED, "--epochs", "2", "-q", "--history", f"no{EVIL}/h"),
    ("train", UNTITLED, "--epochs", "2", "-q", "--resume", f"no{EVIL}"),
    ("train", UNTITLED, "--epochs", "2", "-q", "--plot", f"no{EVIL}"),
    ("worksheet", UNTITLED),
    ("worksheet", UNTITLED, "--key", "--format", "markdown"),
    *[("verify", UNTITLED, name) for name in ("answers.csv", "answers.json", "wrong.toml")],
    *[("verify", "mazur", f"answers{EVIL}/Ada{EVIL}.toml", *form) for form in FORMATS],
    *[("grade", UNTITLED, "class.csv", *form) for form in FORMATS],
    *[("grade", UNTITLED, f"answers{EVIL}", *form) for form in FORMATS],
    ("grade", UNTITLED, f"answers{EVIL}", "--color", "always"),
    ("grade", UNTITLED, "unreadable.csv"),
    ("grade", UNTITLED, f"no{EVIL}"),
    ("grade", UNTITLED, "class.csv", "--variants", f"no{EVIL}"),
    ("grade", UNTITLED, "class.csv", "--weights", f"{EVIL}=1"),
    ("grade", UNTITLED, "class.csv", "--feedback", "pages"),
    ("variants", UNTITLED, "--students", "roster.csv", "--out", f"out{EVIL}"),
    ("variants", UNTITLED, "--students", "roster2.csv", "--out", "out"),
    ("init", f"new{EVIL}.toml"),
    ("init", MAZUR),
    ("init", "--example", EVIL),
    ("init", "--layers", EVIL),
    ("completion", EVIL),
    ("examples", EVIL),
]


@pytest.mark.parametrize("call", CALLS, ids=range(len(CALLS)))
def test_no_place_lets_a_text_from_outside_steer_the_terminal(backprop, evil, call) -> None:
    result = backprop(*call)
    shown = result.out + result.err
    assert OBEYED.search(COLOURS.sub("", shown)) is None
    assert "owned" not in shown or "\\" in shown
    assert "mistake of the program" not in shown


def test_where_colours_are_wanted_there_are_no_others(backprop, evil) -> None:
    shown = backprop("trace", UNTITLED, "--color", "always").out
    assert set(re.findall("\x1b.", shown)) == {"\x1b["}
    assert visible(f"untitled{EVIL}").split("]")[0] in COLOURS.sub("", shown)


def test_pages_and_sheets_with_such_names_are_still_read(backprop, evil) -> None:
    call = ("variants", UNTITLED, "--students", "roster.csv", "--out", "out")
    assert backprop(*call).code == 0
    for sheet in (evil / "out").glob("*.answers.toml"):
        config = str(sheet).replace(".answers", "")
        assert "there are no answers" not in backprop("verify", config, str(sheet)).err
        assert "not TOML" not in backprop("verify", config, str(sheet)).err
        assert OBEYED.search(sheet.read_text()) is None


@pytest.mark.parametrize("color", ["always", "never"])
def test_a_table_may_have_any_text_in_it(capsys, color) -> None:
    from rich.text import Text

    Output(color=color).show([Text(EVIL)])
    shown = COLOURS.sub("", capsys.readouterr().out)
    assert OBEYED.search(shown) is None
    assert "owned" in shown
