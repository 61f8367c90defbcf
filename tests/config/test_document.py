"""A document keeps its numbers, knows its lines, and refuses in words what it cannot read."""

from __future__ import annotations

import io
import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from documents import MAZUR

from backprop_cli.config.document import MAX_BYTES, Document, parse_document, read_document
from backprop_cli.errors import (
    ConfigError,
    FileError,
    Place,
)


def refusal(text: str) -> str:
    """How a text is refused."""
    with pytest.raises(ConfigError) as caught:
        parse_document(text, "t.toml")
    return str(caught.value)


def file_refusal(source: str | Path, **kwargs: Any) -> str:
    with pytest.raises(FileError) as caught:
        read_document(str(source), **kwargs)
    return str(caught.value)


# --- reading ----------------------------------------------------------------------------------


def test_numbers_are_kept_exactly_as_written() -> None:
    data = parse_document(
        'a = 0.10\nb = 1_0.5e3\nc = 3\nd = true\ne = "1/3"\nf = 0.1000000000000000055511151231', "t"
    ).data
    assert [str(data[key]) for key in "abcef"] == [
        "0.10",
        "1.05E+4",
        "3",
        "1/3",
        "0.1000000000000000055511151231",
    ]
    assert [type(data[key]) for key in "abcd"] == [Decimal, Decimal, int, bool]


@pytest.mark.parametrize(
    "written", ["nan", "-inf", "1e999999999999999999999", "1e-99999999999999999999", "1e10000"]
)
def test_numbers_beyond_use_are_left_to_be_refused(written: str) -> None:
    number = parse_document(f"a = {written}", "t").data["a"]
    assert isinstance(number, Decimal)
    assert not number.is_finite()


def test_a_file_is_read_with_or_without_mark_and_carriage_returns(tmp_path: Path) -> None:
    file = tmp_path / "net.toml"
    for content in (MAZUR, "\ufeff" + MAZUR, MAZUR.replace("\n", "\r\n")):
        file.write_bytes(content.encode())
        document = read_document(str(file))
        assert document.name == str(file)
        assert document.data == parse_document(MAZUR, "t").data
        assert document.place("layers", 1, "weights", 1) == Place(
            str(file), 13, "layers[1].weights[1]", "[1, 5e-1]]"
        )


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    document = read_document("-", stdin=io.BytesIO(b"eta = 1\n"))
    assert (document.name, document.data) == ("<stdin>", {"eta": 1})
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"eta = 2")))
    assert read_document("-").data == {"eta": 2}
    monkeypatch.setattr("sys.stdin", None)
    assert file_refusal("-") == "<stdin>: error: standard input is closed"


def test_a_file_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "no.toml"
    assert file_refusal(missing) == f"{missing}: error: there is no such file"
    assert file_refusal(tmp_path) == f"{tmp_path}: error: this is a directory, not a file"
    assert file_refusal("a\0b") == "a\\x00b: error: cannot be read: embedded null byte"
    assert file_refusal("x" * 5000).endswith("error: cannot be read: File name too long")
    assert file_refusal(f"{__file__}/x").endswith("error: cannot be read: Not a directory")


def test_a_forbidden_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", forbidden)
    assert file_refusal("a.toml") == "a.toml: error: no permission to read this file"


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no endless device")
def test_an_endless_device_ends_at_once() -> None:
    assert file_refusal("/dev/zero") == "/dev/zero: error: larger than 16 MiB, too large here"


def test_the_largest_file_is_read_and_the_next_byte_refused(tmp_path: Path) -> None:
    file = tmp_path / "large.toml"
    assert MAX_BYTES == 16 * 1024 * 1024
    file.write_bytes(b"#" * MAX_BYTES)
    assert read_document(str(file)).data == {}
    os.truncate(file, MAX_BYTES + 1)
    assert "larger than 16 MiB" in file_refusal(file)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b"eta = 1\r\ntitle = 'caf\xe9'\nseed = 1",
            "<stdin>:2: error: not UTF-8: byte 0xe9 at position 13 of the line\n"
            "    title = 'caf�'\n    hint: save the file as UTF-8",
        ),
        (b"\xc3", "<stdin>:1: error: not UTF-8: byte 0xc3 at position 1 of the line"),
        (b"a=1\n\x7fELF\0\xff", "<stdin>:2: error: this is not a text file: it contains a zero"),
        ("eta = 1".encode("utf-16"), "<stdin>: error: this text is UTF-16, not UTF-8"),
    ],
)
def test_what_is_not_text_is_refused_with_its_line(content: bytes, said: str) -> None:
    assert file_refusal("-", stdin=io.BytesIO(content)).startswith(said)


# --- syntax -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "eta = 0.5\nactivation = logistic",
            "t.toml:2: error: this is not a value (column 14)\n    activation = logistic\n"
            '    hint: text takes quotes, as "tanh"; a number begins and ends with a digit, as 0.5',
        ),
        ("\r\n\r\neta = .5", "t.toml:3: error: this is not a value (column 7)\n    eta = .5"),
        ("eta = 0,5", "t.toml:1: error: the line goes on after its value (column 8)\n"),
        ("eta 0.5", "t.toml:1: error: a name without '=' and a value (column 5)\n"),
        ("= 5", "t.toml:1: error: this is neither a setting nor a [table] (column 1)\n"),
        ("a. = 5", "t.toml:1: error: a name is missing or begins wrongly (column 4)\n"),
        ("a = 1\na = 2\n", "t.toml:2: error: this is set a second time (column 6)\n    a = 2\n"),
        ("a = {b=1, b=2}", "t.toml:1: error: this is set a second time (column 14)\n"),
        ("[a]\n[a]", "t.toml:2: error: this table is begun a second time (column 3)\n"),
        ("a = [1, 2\nb = 3", "t.toml:2: error: the list is not closed (column 1)\n    b = 3\n"),
        ("a = [1,\n", "t.toml:1: error: this is not a value (at the end)\n    a = [1,\n"),
        ("a = {b = 1\n}", "t.toml:1: error: the table is not closed (column 11)\n"),
        ('a = "x\n', "t.toml:1: error: the text is not closed on its line (column 7)\n"),
        ("a = 'x\n'", "t.toml:1: error: the text is not closed on its line (column 7)\n"),
        ('a = """x\n\n', "t.toml:1: error: the text is not closed (at the end)\n"),
        ("a = 'x", "t.toml:1: error: the text is not closed (at the end)\n"),
        ("a = '''x", "t.toml:1: error: the text is not closed (at the end)\n"),
        ("a = 2020-02-30", "t.toml:1: error: there is no such date (column 5)\n"),
        ("a = 1\rb = 2", "t.toml:1: error: the line goes on after its value (column 6)\n"),
        ("a = '\x1b'", "t.toml:1: error: found invalid character '\\x1b' (column 6)\n"),
    ],
)
def test_a_syntax_error_is_told_in_words_with_its_line(text: str, said: str) -> None:
    assert refusal(text).startswith(said)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("\na = " + "9" * 5000, "t.toml:2: error: a number (or name) of 5000 characters: at most"),
        ("a = 0." + "9" * 5000, "t.toml:1: error: a number (or name) of 5002 characters: at most"),
        (
            "a = [\n" + "[\n" * 5000,
            "t.toml:101: error: brackets nested more than 100 deep\n    [",
        ),
        ("a = " + "{a=" * 5000, "t.toml:1: error: brackets nested more than 100 deep"),
        ("\n\na" + " . a" * 5000 + " = 1", "t.toml:3: error: a key of more than 100 parts"),
        ("a" + '."]"' * 5000 + " = 1", "t.toml:1: error: a key of more than 100 parts"),
    ],
)
def test_excess_is_refused_with_its_line(text: str, said: str) -> None:
    assert refusal(text).startswith(said)


@pytest.mark.parametrize("failure", [RecursionError("too deep"), ValueError("odd"), KeyError()])
def test_whatever_the_parser_trips_over_is_the_texts_fault(
    failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trips(*_: object, **__: object) -> None:
        raise failure

    monkeypatch.setattr("tomllib.loads", trips)
    assert refusal("a = 1").startswith("t.toml: error: this TOML cannot be read: ")


# --- places and replacements ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "line", "shown"),
    [
        (("eta",), 2, "eta"),
        (("layers",), 5, "layers"),
        (("layers", 0), 5, "layers[0]"),
        (("layers", 0, "weights"), 7, "layers[0].weights"),
        (("layers", 0, "weights", 1, 1), 8, "layers[0].weights[1][1]"),
        (("layers", 0, "biases"), 5, "layers[0].biases"),
        (("layers", 1, "weights", 0, 7), 12, "layers[1].weights[0][7]"),
        (("optimizer", "beta"), 15, "optimizer.beta"),
        (("optimizer", "my beta"), 17, 'optimizer."my beta"'),
        (("optimizer", "my beta", "x"), 17, 'optimizer."my beta".x'),
        (("targets",), None, "targets"),
        ((), None, ""),
    ],
)
def test_a_place_is_the_line_of_the_value_or_of_what_is_around_it(
    mazur: Document, path: tuple[str | int, ...], line: int | None, shown: str
) -> None:
    source = None if line is None else MAZUR.split("\n")[line - 1].strip()
    assert mazur.place(*path) == Place("mazur.toml", line, shown, source)


def test_a_span_is_the_value_alone(mazur: Document) -> None:
    def written(*path: str | int) -> str | None:
        span = mazur.span(*path)
        return span and MAZUR[slice(*span)]

    assert written("eta") == "0.50"
    assert written("layers", 1, "weights") == "[[0.4, 0.45, 0.5],\n           [1, 5e-1]]"
    assert written("layers", 1, "weights", 1, 1) == "5e-1"
    assert written("layers", 1) is None
    assert written("targets") is None


def test_replacing_keeps_comments_and_layout(mazur: Document) -> None:
    changed = mazur.replaced({("layers", 0, "weights", 1, 0): "0.9", ("eta",): '"1/3"'})
    assert changed == MAZUR.replace("0.50 ", '"1/3" ').replace("0.25,", "0.9,")
    assert mazur.replaced({}) == MAZUR
    assert mazur.text == MAZUR


def test_what_cannot_be_replaced_is_an_error(mazur: Document) -> None:
    with pytest.raises(KeyError):
        mazur.replaced({("targets",): "1"})
    with pytest.raises(ValueError, match="contains another"):
        mazur.replaced({("inputs",): "[]", ("inputs", 1): "1"})


@pytest.mark.parametrize("sign", ["\x85", "\u2028", "\u2029"])
def test_the_source_line_is_not_shifted_by_other_line_ends(sign: str) -> None:
    document = parse_document(f"a = 1 # {sign}\ntext = '{sign}'\nb = 2\n", "f.toml")
    assert (document.place("b").line, document.place("b").source) == (3, "b = 2")
    with pytest.raises(ConfigError) as error:
        parse_document(f"# {sign}\na = '{sign}'\nb =\n", "f.toml")
    assert error.value.problems[0].place.line == 3
