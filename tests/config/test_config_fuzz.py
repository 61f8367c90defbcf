"""Whatever a config says, it is traced, or refused in words with exit code 2; nothing between."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest
import strategies
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backprop_cli.__main__ import run
from backprop_cli.config.examples import example_names, example_path
from backprop_cli.config.fields import TABLES

pytestmark = pytest.mark.thorough

CONFIGS = [
    text
    for name in example_names()
    if "data " not in (text := Path(example_path(name)).read_text("utf-8"))
]
TABLE = """\
x1, x2, kind
0.5, 1, red
1.5, -2e-1, green
0, 0, red
"""
FROM_A_FILE = """\
eta = 0.5
data = "table.csv"
inputs = ["x1", "x2"]
targets = ["kind"]
validation = 0.3
standardize = true
error = "cross-entropy"

[[layers]]
activation = "softmax"
weights = [[0.5, 0.2], [0.3, 0.1]]
"""
RANDOM_WEIGHTS = """\
eta = 0.5
inputs = [[0, 1], [1, 1], [1, 0]]
targets = [[1, 0], [0, 1], [1, 1]]
learning = "mini-batch"
batch_size = 2
seed = 3
round_each = { net = 4, default = 6 }

[[layers]]
activation = "elu"
units = 3
init = { method = "normal", mean = 0, std = 0.4 }
alpha = 0.5
bias = "1/3"

[[layers]]
activation = "sigmoid"
units = 2
init = { low = -0.2, high = 0.7 }
biases = [0.1, 0.2]

[optimizer]
name = "adam"
eps = 1e-6

[notation]
inputs = "x{i}"
hidden = "h{i}"
weights = "w{to}_{from}"
net = "z"
out = "a"
error = "C"

[convention]
bias = "subtracted"
delta = "descent"
"""

VALUES = (
    *("nan", "inf", "-inf", "1e999999", "1e308", "-1e308", "1e300", "1e-320", "-0.0", "0", "-1"),
    *("1", "2", "0.5", "999999999999999999999999", "0x" + "f" * 4000, "1_000", "+3"),
    *("true", "false", "1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", '""', '"x"', '"1/0"'),
    *('"1/3"', '"-2/7"', '"0.25"', '"\\u001b[2J"', '"\\u202e"', '"\\u0000"', "'''\n\n'''"),
    *('"{n}"', '"{"', '"{from}{to}"', '"{i.__class__}"', '"h{i}_new"', '"E_h{i}"', '"total"'),
    *('"__class__"', '"in"', '"a;b"', '"../x"', '"/dev/zero"', '"."', "'" + "y" * 5000 + "'"),
    *("[]", "[[]]", "[[[]]]", "{}", "{a = 1}", "[1]", "[1, 2]", "[[1], [2, 3]]", "[[1, 2], [3]]"),
    *("[nan]", '["a", 1]', "[true]", '[["a"]]', "[{}]", "[" * 60 + "]" * 60, "[" * 5000),
    *('"relu"', '"softmax"', '"tanh"', '"linear"', '"cross-entropy"', '"batch"', '"adam"'),
    *('"binary-cross-entropy"', '"sequential"', '"subtracted"', '"from"', '"he"', '"mean"'),
)
KEYS = sorted({key for table in TABLES.values() for key in table} | {"", "é", "a.b", '"a b"', "-"})
CHARACTERS = "[]{}=\"'.,#\n\t \r\\-+_0159aeEnN\x00\x1b\x7fé∂\ufeff\U0001f600"
HEADERS = (
    "[[layers]]",
    "[layers]",
    "[optimizer]",
    "[notation]",
    "[convention]",
    "[round_each]",
    "[grading]",
    "[variants]",
    "[[notation]]",
    "[layers.init]",
    "[x]",
    "[]",
)

_VALUE = re.compile(
    r'"[^"\n]*"|(?<![\w."])[-+]?[0-9][0-9.e+-]*|true|false|\[[^\[\]=]*\]|\[\[[^=]*?\]\]'
)
_KEY = re.compile(r"^[ \t]*([A-Za-z_]+)(?=\s*=)", re.MULTILINE)


def replaced(draw, text: str, pattern: re.Pattern[str], others, group: int = 0) -> str:
    """One match of the pattern, replaced by one of the others."""
    found = [match.span(group) for match in pattern.finditer(text)]
    if not found:
        return text
    start, end = draw(st.sampled_from(found))
    return text[:start] + draw(others) + text[end:]


@st.composite
def lines_changed(draw, text):
    lines = text.split("\n")
    at = draw(st.integers(0, len(lines) - 1))
    match draw(st.sampled_from(("delete", "twice", "swap", "header", "setting"))):
        case "delete":
            del lines[at]
        case "twice":
            lines.insert(draw(st.integers(0, len(lines))), lines[at])
        case "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        case "header":
            lines.insert(at, draw(st.sampled_from(HEADERS)))
        case "setting":
            key, value = draw(st.sampled_from(KEYS)), draw(st.sampled_from(VALUES))
            lines.insert(at, f"{key} = {value}")
    return "\n".join(lines)


@st.composite
def characters_changed(draw, text):
    at = draw(st.integers(0, len(text)))
    length = draw(st.sampled_from((0, 0, 1, 1, 5, 40)))
    put = draw(st.text(st.sampled_from(CHARACTERS) | st.characters(codec="utf-8"), max_size=3))
    return text[:at] + put + text[at + length :]


@st.composite
def values_changed(draw, text):
    match draw(st.sampled_from(("nasty", "nasty", "wrapped", "quoted", "copied"))):
        case "nasty":
            return replaced(draw, text, _VALUE, st.sampled_from(VALUES))
        case "copied":
            values = [match[0] for match in _VALUE.finditer(text)] or ["1"]
            return replaced(draw, text, _VALUE, st.sampled_from(values))
        case "wrapped":
            around = draw(st.sampled_from(("[%s]", "[%s, %s]", "{a = %s}", "[[%s]]")))
        case _:
            around = '"%s"'
    found = [match.span() for match in _VALUE.finditer(text)]
    if not found:
        return text
    start, end = draw(st.sampled_from(found))
    return text[:start] + around.replace("%s", text[start:end]) + text[end:]


@st.composite
def keys_changed(draw, text):
    return replaced(draw, text, _KEY, st.sampled_from(KEYS), group=1)


ACCIDENTS = (lines_changed, characters_changed, values_changed, keys_changed)


@st.composite
def mutated(draw) -> bytes:
    """A valid config with a few accidents."""
    text = draw(st.sampled_from([*CONFIGS, RANDOM_WEIGHTS, FROM_A_FILE, None]))
    if text is None:
        text = strategies.to_toml(draw(strategies.configs(max_units=3, max_layers=2)))
    for _ in range(draw(st.integers(1, 4))):
        accident = st.sampled_from(ACCIDENTS)
        text = draw(draw(accident)(text))
    content = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 19)) == 0:
        at = draw(st.integers(0, len(content)))
        content = content[:at] + draw(st.binary(max_size=8)) + content[at:]
    return content


@st.composite
def mutated_table(draw) -> bytes:
    """A table of data with a few accidents."""
    text = TABLE
    for _ in range(draw(st.integers(1, 3))):
        text = draw(
            draw(st.sampled_from((lines_changed, characters_changed, values_changed)))(text)
        )
    return text.encode("utf-8", "surrogatepass") + draw(st.sampled_from((b"", b"", b"\xff", b"\0")))


def ending(arguments: list[str]) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of a call."""
    with contextlib.ExitStack() as stack:
        out = stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
        err = stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
        return run(arguments), out.getvalue(), err.getvalue()


PROBLEM = re.compile(r"\S[^\n]*\berror: [^\n]+")


def check(content: bytes, folder: Path, table: bytes = TABLE.encode()) -> bool:
    """Whether the config was traced; fails unless it was, or was refused as it should be."""
    config, result = folder / "net.toml", folder / "trace.jsonl"
    config.write_bytes(content)
    (folder / "table.csv").write_bytes(table)
    result.unlink(missing_ok=True)
    code, out, err = ending(["trace", str(config), "--format", "jsonl", "-o", str(result)])
    assert (code, out) in ((0, ""), (2, "")), err
    assert "Traceback" not in err
    assert "mistake of the program" not in err
    if code == 0:
        assert err == ""
        assert result.stat().st_size > 0
    else:
        assert sorted(path.name for path in folder.iterdir()) == ["net.toml", "table.csv"]
        for line in err.splitlines():
            assert line.startswith("    ") or PROBLEM.fullmatch(line), err
        assert str(folder) in err.splitlines()[0]
        assert err.replace("\n", "").isprintable()
    return code == 0


@settings(
    max_examples=300,
    derandomize=True,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.function_scoped_fixture,
        HealthCheck.data_too_large,
    ],
)
@given(content=mutated())
def test_a_config_is_traced_or_refused_in_words(content: bytes, tmp_path: Path) -> None:
    check(content, tmp_path)


@settings(
    max_examples=50,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_what_is_no_config_at_all_is_refused(content: bytes, tmp_path: Path) -> None:
    assert not check(content, tmp_path)


@settings(
    max_examples=100,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=mutated_table())
def test_a_table_of_data_is_used_or_refused_in_words(content: bytes, tmp_path: Path) -> None:
    check(FROM_A_FILE.encode(), tmp_path, content)


def test_the_checker_lets_what_is_right_pass(tmp_path: Path) -> None:
    assert all(check(text.encode(), tmp_path) for text in (*CONFIGS, RANDOM_WEIGHTS, FROM_A_FILE))


def test_the_checker_finds_a_crash(tmp_path: Path, monkeypatch) -> None:
    def crash(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("backprop_cli.api.network_of", crash)
    with pytest.raises(AssertionError, match="mistake of the program"):
        check(RANDOM_WEIGHTS.encode(), tmp_path)
