"""What is read is bounded, and takes no longer than in proportion to its length."""

import json

import pytest
from limits import calls

from backprop_cli import load
from backprop_cli.errors import ConfigError
from backprop_cli.marking.reading import answers, keys
from backprop_cli.marking.reading.answers import faultless, located
from backprop_cli.marking.reading.files import items_of
from backprop_cli.marking.reading.keys import LONGEST_KEY, Keys, UnknownKey
from backprop_cli.marking.sheet import sheet_of

MAZUR = Keys(sheet_of(load("mazur")))


def refusal(text, name):
    with pytest.raises(ConfigError) as caught:
        faultless(located(items_of(text, name), MAZUR))
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        (
            '"e' + "\u0301\u0323" * 20_000 + '" = 1',
            "a.toml",
            "a key of 40,001 characters is too long",
        ),
        ("sample1." * 50_000 + "net_h1 = 1", "a.toml", "a key of 400,006 characters"),
        (json.dumps({"sample1." * 50_000 + "net_h1": 1}), "a.json", "a key of 400,006 characters"),
        (
            '{"E": "x' + '\\"' * 40_000 + '\u2028", "c": 1}',
            "a.json",
            "40002 characters is too long",
        ),
        ("[" + " " * 40_000 + "x", "a.txt", "expected ']'"),
        ("x = 1,5\n[" + "x " * 20_000 + "x", "a.toml", "this line is no answer"),
    ],
    ids=["marks", "qualifiers", "json", "quotes", "blanks", "words"],
)
@pytest.mark.usefixtures("at_most_a_minute")
def test_a_long_text_is_refused_in_no_time(text, name, said):
    told = refusal(text, name)
    assert said in told
    assert len(told) < 2000


def test_the_longest_key_is_read():
    key = "net_h1" + " " * (LONGEST_KEY - 6)
    assert MAZUR.address(key, {}).key == "net_h1"
    with pytest.raises(UnknownKey, match="a key of 501 characters is too long"):
        MAZUR.address(key + " ", {})


def test_what_is_meant_is_not_guessed_for_every_unknown_key(monkeypatch):
    guessed = []
    monkeypatch.setattr(keys, "nearest", lambda word, known: guessed.append(word))
    told = refusal("".join(f"k{n} = 1\n" for n in range(500)), "a.toml")
    assert len(guessed) == 2 * 20  # by key, and by the plain form
    assert "and 480 more like these" in told


def test_the_number_of_answers_is_bounded(monkeypatch):
    monkeypatch.setattr(answers, "MOST_ANSWERS", 3)
    assert len(located(items_of("net_h1=1\nnet_h2=2\nE=3", "a.toml"), MAZUR).answers) == 3
    told = refusal("net_h1=1\nnet_h2=2\nE=3\nout_h1=1", "a.toml")
    assert told.startswith("a.toml:4: error: out_h1: these are more than 3 answers")


def test_the_number_of_late_epochs_is_bounded():
    rows = [{"key": "E", "value": 1, "epoch": n} for n in (*range(1, 51), *range(200, 401, 2))]
    assert len(located(items_of(json.dumps(rows[:-1]), "a.json"), MAZUR).answers) == 150
    assert "more than 100 epochs after epoch 50" in refusal(json.dumps(rows), "a.json")


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.txt"])
def test_a_line_ends_where_it_ends_in_a_file(name):
    """U+2028 and the like end a line elsewhere; the line that is told is the editor's."""
    lines = {
        "a.json": ['{"\u2028": "", ', '"x\u2028y": 2}'],
        "a.jsonl": [
            '{"key": "E", "value": 1, "note": "\u2028"}',
            '{"key": "x\u2028y", "value": 2}',
        ],
        "a.txt": ["w5+ = 1 # \x0b\u2028", "w9+ = 2"],
    }[name]
    for end in ("\n", "\r\n", "\r"):
        assert f"{name}:2: error" in refusal(end.join(lines), name)


@pytest.mark.parametrize("learning", [["learning=online"], ["learning=mini-batch", "batch_size=2"]])
@pytest.mark.parametrize("key", ["net_h1", "w1"])
def test_a_key_takes_as_long_among_many_samples_as_among_few(learning, key):
    def work(samples):
        data = [f"inputs={[[0.1, 0.2]] * samples}", f"targets={[[0.1, 0.9]] * samples}"]
        found = Keys(sheet_of(load("mazur", [*data, *learning])))
        found.address(f"sample3.{key}", {})  # what is looked up once is kept
        return calls(lambda: found.address(f"sample{samples // 2}.{key}", {}))

    assert work(100) < 1.5 * work(10)
