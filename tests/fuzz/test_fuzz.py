"""Whatever comes in, the program answers: mutated configs, answers, tables, checkpoints, commands.

Each surface is fed for some seconds, more with ``BACKPROP_FUZZ_SECONDS=600 pytest tests/fuzz``. A
run must end with exit code 0, 1 or 2, without a traceback and without "a mistake of the program",
within a minute and a gigabyte more than before, and leave no file where it was not told to. What
fails is shrunk by Hypothesis.
"""

import contextlib
import io
import json
import os
import resource
import shutil
import time
from collections import Counter
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from limits import at_most_a_minute

from backprop_cli.__main__ import run
from backprop_cli.config import example_names, example_path
from backprop_cli.train.course.checkpoint import _checksum

pytestmark = pytest.mark.thorough

SECONDS = float(os.environ.get("BACKPROP_FUZZ_SECONDS", "2"))
MOST_MEMORY = 2**30


# What has upset a program before: numbers at their limits, letters that are not what they seem,
# qualifiers, quotes, separators, what a terminal or a spreadsheet would obey.
NASTY = [
    "", "0", "-0", "1", "1e300", "-1e300", "1e-320", "1e9999", "4.5e307", "nan", "inf", "1/0",
    "1/3", "²", "٣", "½", "１", "−1", "0,5", "1e1", "1617000", "9" * 400, "0" * 300 + "1",
    "true", "[]", "{}", "[[[[", "]]]]", '"', "'", '"""', "\\", "\\u0000", "#", "=", "==", ",",
    ";", "\t", "\n", "\r", "\u2028", "\x0b", "\x0c", "\x1b]0;title\x07", "\u202e", "\ufeff",
    "e\u0301" * 50, "\x00", "sample1.", "sample²", "epoch2.", "epoch1000001.", "epoch0.",
    "batch1.", "sample0.", "epoch999.", "__proto__", "..", "/", "C:\\", "=1+1", "@SUM(1)", "|",
    "w1", "w1_new", "net_h1", "δ_o1", "dE/dw1", "softmax", "relu", "cross-entropy", "lion",
    "rmsprop", "beta", "delta", "weights", "layers", "round_each = 4\n",
    "learning = \"batch\"\n", "size = 2\n", "size", "units = 2\n", "$schema", "student", "quantity",
]  # fmt: skip

CONFIGS = {name: Path(example_path(name)).read_text("utf-8") for name in example_names()}
SMALL = [text for name, text in CONFIGS.items() if name not in ("iris",)]


@st.composite
def mutated(draw, texts):
    """One of some texts with a few pieces cut, repeated, exchanged or put in."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.sampled_from([0, 1, 2, 5, 20, 100])))
        how = draw(st.sampled_from(["put in", "cut", "repeat", "exchange", "number", "line"]))
        if how == "put in":
            text = text[:at] + draw(st.sampled_from(NASTY)) + text[at:]
        elif how == "cut":
            text = text[:at] + text[end:]
        elif how == "repeat":
            text = text[:end] + text[at:end] * draw(st.integers(1, 3)) + text[end:]
        elif how == "exchange":
            text = text[:at] + draw(st.sampled_from(NASTY)) + text[end:]
        elif how == "number":
            text = _other_number(text, at, draw(st.sampled_from(NASTY)))
        else:
            lines = text.split("\n")
            one, other = (draw(st.integers(0, len(lines) - 1)) for _ in range(2))
            lines[one], lines[other] = lines[other], lines[one]
            text = "\n".join(lines)
    return text


def _other_number(text, at, number):
    """The next number after a place replaced."""
    begin = next((n for n in range(at, len(text)) if text[n].isdigit()), None)
    if begin is None:
        return text
    end = begin
    while end < len(text) and (text[end].isalnum() or text[end] in ".+-"):
        end += 1
    return text[:begin] + number + text[end:]


def printed(*args):
    """What a call of the program prints: result and messages."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(list(args))
    return code, out.getvalue(), err.getvalue()


def answered(folder, *args, files=()):
    """Run the program, and hold it to what it promises."""
    before = {path.name for path in folder.iterdir()}
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with at_most_a_minute():
        code, out, err = printed(*args)
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - most) * 1024
    assert code in (0, 1, 2), (code, err)
    assert "mistake of the program" not in err, err
    assert "Traceback" not in out + err
    assert "\x1b" not in out + err, "an escape sequence reaches the terminal"
    assert more < MOST_MEMORY, more
    left = {path.name for path in folder.iterdir()} - before
    assert left <= set(files), left
    elsewhere = [*folder.parent.iterdir(), *Path.cwd().iterdir()]
    assert elsewhere == [folder], elsewhere


def keys(name, form):
    return printed("worksheet", name, "--key", "--format", form)[1]


ANSWERS = {
    ".toml": [keys(name, "toml") for name in ("mazur", "xor", "softmax")],
    ".csv": [keys(name, "csv") for name in ("mazur", "adam")],
    ".json": [printed("trace", "mazur", "--format", "json")[1], '{"net_h1": 0.3775}',
              '[{"quantity": "w5_new", "value": "0.3589"}]'],
    ".jsonl": [printed("trace", "mazur", "--only", "w*_new", "--format", "jsonl")[1]],
    ".txt": ["net_h1 = 0,3775\nw5+ = 0.3589\n[epoch10000]\nout_o1 = 0.0159\n",
             "out_h1 = 1/(1+e^{-0.3775}) = 0.593\nw5 = 0.3589\nE = n/a\ne = 1/3 ≈ 0.33\n"],
    ".md": [keys("mazur", "markdown"), keys("xor", "markdown")],
}  # fmt: skip
CLASS = [
    "student,net_h1,out_h1,delta_o1,w5_new\nada,0.3775,0.593,0.138,0.359\nbob,0.38,,x,0.44\n",
    "student;net_h1;out_h1\nada;0,3775;0,593\n",
    "name\tid\te-mail\tw5_new\tE_total\nAda\t1\ta@b.c\t0.3589\t0.298\n",
    "sep=;\nFirst name;Surname;1. net_h1 (net input);What is δ_o1?\nAda;L;n/a;1/(1+1) = 0,5\n",
]
ROSTERS = ["student\nAda\nBob Ö\n", "id;name\n1;Ada\n2;Bob\n", "Ada\nBob\n"]
EXERCISE = (
    CONFIGS["mazur"]
    + '\n[variants]\nweights = [0.1, 0.9]\ninputs = [0.1, 0.9]\nexercise = "e"\nsalt = "s"\n'
)


DATA_CONFIG = """\
eta = 0.1
error = "cross-entropy"
data = "data.csv"
inputs = ["a", "b"]
targets = ["kind"]
validation = 0.25
standardize = true
[[layers]]
activation = "softmax"
units = 2
"""
DATA = ["a,b,kind,id\n0.1,2,x,1\n-3e2,0.5,y,2\n7,0.333,x,3\n0,0,y,4\n1.5,2.5,x,5\n"]


def config_traced(folder, data):
    path = folder / "net.toml"
    path.write_text(data.draw(mutated(SMALL)), "utf-8", errors="surrogatepass")
    command = data.draw(st.sampled_from([
        ["trace"], ["trace", "--format", "json"], ["trace", "--all", "--format", "plain"],
        ["worksheet"], ["worksheet", "--key", "--format", "csv"], ["trace", "--round-each", "3"],
        ["gradcheck"], ["trace", "--exact"], ["trace", "--precision", "20", "--format", "csv"],
    ]))  # fmt: skip
    answered(folder, command[0], str(path), *command[1:])


def config_trained(folder, data):
    path = folder / "net.toml"
    path.write_text(data.draw(mutated(SMALL)), "utf-8", errors="surrogatepass")
    engine = data.draw(st.sampled_from(["auto", "emitted", "array"]))
    more = ["--save", str(folder / "saved.toml")] if data.draw(st.booleans()) else []
    answered(folder, "train", str(path), "--epochs", "3", "--engine", engine, *more,
             files=["saved.toml"])  # fmt: skip


def data_learnt(folder, data):
    config, table = data.draw(mutated([DATA_CONFIG])), data.draw(mutated(DATA))
    if data.draw(st.booleans()):
        config = DATA_CONFIG
    (folder / "net.toml").write_text(config, "utf-8", errors="surrogatepass")
    (folder / "data.csv").write_text(table, "utf-8", errors="surrogatepass")
    answered(folder, "train", str(folder / "net.toml"), "--epochs", "3")


def answers_verified(folder, data):
    ending = data.draw(st.sampled_from(list(ANSWERS)))
    path = folder / f"mine{ending}"
    path.write_text(data.draw(mutated(ANSWERS[ending])), "utf-8", errors="surrogatepass")
    form = data.draw(st.sampled_from(["table", "json", "csv", "markdown"]))
    answered(folder, "verify", "mazur", str(path), "--format", form)


def class_graded(folder, data):
    path = folder / "class.csv"
    path.write_text(data.draw(mutated(CLASS)), "utf-8", errors="surrogatepass")
    answered(folder, "grade", "mazur", str(path), "--report", str(folder / "report.csv"),
             "--feedback", str(folder / "pages"), files=["report.csv", "pages"])  # fmt: skip


def roster_served(folder, data):
    path, exercise = folder / "roster.csv", folder / "exercise.toml"
    path.write_text(data.draw(mutated(ROSTERS)), "utf-8", errors="surrogatepass")
    exercise.write_text(data.draw(mutated([EXERCISE])), "utf-8", errors="surrogatepass")
    answered(folder, "variants", str(exercise), "--students", str(path),
             "--out", str(folder / "out"), files=["out"])  # fmt: skip


def checkpoint_resumed(folder, data):
    path = folder / "run.json"
    if not hasattr(checkpoint_resumed, "text"):
        printed("train", "xor", "--epochs", "50", "--checkpoint", str(path))
        checkpoint_resumed.text = path.read_text("utf-8")
    text = data.draw(mutated([checkpoint_resumed.text]))
    if data.draw(st.booleans()):
        text = signed(text)
    path.write_text(text, "utf-8", errors="surrogatepass")
    answered(folder, "train", "xor", "--epochs", "60", "--resume", str(path))


def signed(text):
    """A checkpoint with the checksum of what it says now, as somebody may write one by hand."""
    try:
        found = json.loads(text)
        return json.dumps(found | {"checksum": _checksum(found)})
    except (RecursionError, TypeError, ValueError):
        return text


def commands_given(folder, data):
    words = [
        "trace", "train", "verify", "grade", "explain", "gradcheck", "worksheet", "init",
        "examples", "mazur", "xor", "softmax", "--epochs", "--epoch", "--sample", "--only",
        "--set", "--format", "--digits", "--decimals", "--exact", "--precision",
        "--round-each", "--stage", "--depth", "--rtol", "--atol", "--tolerance", "--key",
        "--level", "--layers", "--activation", "--seed", "3", "2-3-1", "w5_new", "delta_o1",
        "eta=0.1", "json", "-",
    ]  # fmt: skip
    nasty = [word for word in NASTY if "\x00" not in word]
    args = data.draw(st.lists(st.sampled_from(words) | st.sampled_from(nasty), max_size=6))
    args = [arg for arg in args if arg != "init" or "-" in args]  # it would write a file
    answered(folder, *(args or ["examples"]))


SURFACES = [
    config_traced, config_trained, data_learnt, answers_verified, class_graded, roster_served,
    checkpoint_resumed, commands_given,
]  # fmt: skip


@pytest.mark.parametrize("surface", SURFACES, ids=lambda surface: surface.__name__)
def test_whatever_comes_in_is_answered(surface, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    end, fed = time.monotonic() + SECONDS, Counter()
    for number in count():
        if time.monotonic() > end:
            break
        _feed(surface, tmp_path, number, fed)
    print(f"{surface.__name__}: {fed['inputs']} inputs")  # noqa: T201 - shown by pytest -s
    assert fed["inputs"] > 0


def _feed(surface, place, number, fed):
    """Some inputs more, which the number determines."""

    @seed(number)
    @settings(
        max_examples=50,
        deadline=None,
        database=None,
        derandomize=False,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    @given(st.data())
    def inputs(data):
        fed["inputs"] += 1
        folder = place / f"{number}-{fed['inputs']}" / "in"
        folder.mkdir(parents=True)
        surface(folder, data)
        shutil.rmtree(folder.parent)

    inputs()
