"""The scanner agrees with the standard library about every value of every document."""

from __future__ import annotations

import datetime
import random
import re
import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from backprop_cli.config import positions
from backprop_cli.config.document import Document, exact_number, parse_document
from backprop_cli.config.positions import KeyPath, excess, find_spans, path_text
from backprop_cli.errors import ConfigError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8) | st.sampled_from(
    ["", "'", '"', '"""', "'''", "\\", "a\nb", "# no comment", "]", "}", ",", "=", "tanh", "é∂"]
)
SCALARS = (
    st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False).map(lambda number: Decimal(repr(number)))
    | TEXTS
    | st.dates()
    | st.times()
    | st.datetimes()
)
KEYS = st.sampled_from(["a", "b", "eta", "layers", "-1", "1.5", "true", ""]) | TEXTS
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(KEYS, inner, max_size=4)
        | st.lists(st.dictionaries(KEYS, inner, max_size=3), max_size=3)
    ),
    max_leaves=20,
)
TABLES = st.dictionaries(KEYS, VALUES, max_size=6)


class Writer:
    """Writes data as TOML, in one of the many layouts that mean the same."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def document(self, data: dict[str, Any]) -> str:
        text = self.table((), data)
        return text.replace("\n", "\r\n") if self.random.random() < 0.2 else text

    def table(self, path: tuple[str, ...], table: dict[str, Any]) -> str:
        """Settings first, then the tables that get a header of their own."""
        settings = headed = ""
        for key, value in table.items():
            below = (*path, key)
            tables = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
            if tables and self.random.random() < 0.6:
                for entry in value:
                    headed += f"{self.gap()}[[{self.key(below)}]]{self.end()}"
                    headed += self.table(below, entry)
            elif isinstance(value, dict) and self.random.random() < 0.6:
                headed += f"{self.gap()}[{self.key(below)}]{self.end()}{self.table(below, value)}"
            else:
                settings += self.gap() + "".join(self.settings((key,), value))
        return settings + headed

    def settings(self, key: tuple[str, ...], value: Any) -> Iterator[str]:
        """`key = value`, or a table as several lines with dotted keys."""
        if isinstance(value, dict) and value and self.random.random() < 0.5:
            for part, below in value.items():
                yield from self.settings((*key, part), below)
        else:
            yield f"{self.key(key)}={self.space()}{self.value(value)}{self.end()}"

    def key(self, parts: tuple[str, ...]) -> str:
        return ".".join(self.space() + self.key_part(part) + self.space() for part in parts)

    def key_part(self, part: str) -> str:
        if re.fullmatch("[A-Za-z0-9_-]+", part) and self.random.random() < 0.8:
            return part
        return self.literal(part) or self.basic(part)

    def value(self, value: Any) -> str:
        if isinstance(value, list):
            comma = self.random.choice(["", ","]) if value else ""
            items = ",".join(self.blank() + self.value(item) + self.blank() for item in value)
            return f"[{items}{comma}{self.blank()}]"
        if isinstance(value, dict):
            items = ",".join(
                f"{self.key((key,))}={self.space()}{self.value(below)}{self.space()}"
                for key, below in value.items()
            )
            return f"{{{self.space()}{items}}}"
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, datetime.datetime):
            return value.isoformat(sep=self.random.choice(["T", " "]))
        if isinstance(value, datetime.date | datetime.time):
            return value.isoformat()
        return str(value)

    def text(self, text: str) -> str:
        kind = self.random.randrange(4)
        plain = re.fullmatch(r"[^'\x00-\x08\x0b-\x1f\x7f]*", text)
        if kind == 0 and plain:
            return f"'''\n{text}'''"
        if kind == 1:
            return self.literal(text) or self.basic(text)
        if kind == 2:
            return '"""\n' + self.basic(text)[1:-1].replace(r"\n", "\n") + '"""'
        return self.basic(text)

    def literal(self, text: str) -> str | None:
        return f"'{text}'" if re.fullmatch(r"[^'\x00-\x08\x0a-\x1f\x7f]*", text) else None

    def basic(self, text: str) -> str:
        escaped = text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
        controls = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
        return '"' + controls.sub(lambda found: f"\\u{ord(found[0]):04x}", escaped) + '"'

    def space(self) -> str:
        return self.random.choice(["", "", " ", "\t "])

    def blank(self) -> str:
        return self.random.choice(["", "", " ", "\n  ", " # a ] comment, 'here\n", "\n\n"])

    def end(self) -> str:
        return self.random.choice(["\n", "\n", " # why = [1]\n", "  \n\n"])

    def gap(self) -> str:
        return self.random.choice(["", "", "\n", "# [no.table]\n", "  "])


@st.composite
def documents(draw: st.DrawFn) -> tuple[dict[str, Any], str]:
    """Data, and a TOML text that says the same."""
    data = draw(TABLES)
    return data, Writer(draw(st.integers(0, 2**32))).document(data)


def paths(value: Any, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Any]]:
    """Every path below a value, with what stands there."""
    inside = value.items() if isinstance(value, dict) else ()
    for part, below in enumerate(value) if isinstance(value, list) else inside:
        yield (*path, part), below
        yield from paths(below, (*path, part))


def with_value(data: Any, path: KeyPath, value: Any) -> Any:
    if not path:
        return value
    changed = data.copy()
    changed[path[0]] = with_value(data[path[0]], path[1:], value)
    return changed


def read(text: str) -> Any:
    return tomllib.loads(text, parse_float=exact_number)


@given(documents())
def test_every_value_stands_where_its_span_says(document: tuple[dict[str, Any], str]) -> None:
    data, text = document
    assert read(text) == data, "the writer wrote something else"
    spans = find_spans(text)
    for path, value in paths(data):
        if path in spans.values:
            start, end = spans.values[path]
            assert read("x = " + text[start:end])["x"] == value
        else:
            assert isinstance(value, dict | list)
            assert spans.beginning(path) is not None
    assert spans.values.keys() | spans.tables.keys() == {path for path, _ in paths(data)}


@given(documents(), st.data())
def test_replacing_a_value_changes_that_value_alone(
    document: tuple[dict[str, Any], str], choice: st.DataObject
) -> None:
    data, text = document
    leaves = [path for path, value in paths(data) if not isinstance(value, dict | list)]
    if not leaves:
        return
    path = choice.draw(st.sampled_from(leaves))
    changed = parse_document(text, "t.toml").replaced({path: "[12345]"})
    assert read(changed) == with_value(data, path, [12345])
    start, end = find_spans(text).values[path]
    assert (changed[:start], changed[start + 7 :]) == (text[:start], text[end:])


@given(st.text("[]{}=.,#'\"\\ab01-+e_ \n\r\tinf:T", max_size=30))
@example("a=[]\n[a.b]")
@example("a=1\na.b=2")
@example("[[a]]\n[a]")
@example("a = 1979-05-27 07:32:00Z # when")
def test_any_text_is_read_or_refused_in_words(text: str) -> None:
    try:
        document = parse_document(text, "t.toml")
    except ConfigError as error:
        refusal = str(error)
    else:
        check_every_place(document)
        return
    assert refusal.startswith("t.toml:")


def check_every_place(document: Document) -> None:
    for path, value in paths(document.data):
        span = document.span(*path)
        if span is not None:
            assert repr(read("x = " + document.text[slice(*span)])["x"]) == repr(value)
        assert document.place(*path).line is not None


def test_tables_and_layers_begin_at_their_headers() -> None:
    text = "a.b = 1\n[[layers]]\n[layers.init]\n[[layers]]\nbias = 1\n[x.y]\n[x]\n"
    tables = find_spans(text).tables
    lines = {path_text(path): text.count("\n", 0, at) + 1 for path, at in tables.items()}
    assert lines == {
        "a": 1,
        "layers": 2,
        "layers[0]": 2,
        "layers[0].init": 3,
        "layers[1]": 4,
        "x": 7,
        "x.y": 6,
    }


def test_a_large_config_is_walked_to_its_end() -> None:
    row = "[" + ", ".join(["0.12345"] * 100) + "],\n"
    text = "weights = [" + row * 600 + "]\n" + "[[layers]]\nbias = 0.5\n" * 3000
    spans = find_spans(text)
    assert len(spans.values) == 1 + 600 + 60_000 + 3000


@pytest.mark.parametrize(
    "text",
    [
        "a = " + "[" * 100 + "]" * 100,
        "a = '" + "[" * 500 + "'\nb = \"" + "." * 500 + '"\n# ' + "[" * 500,
        'a = """\n' + '"[' * 500 + '"""',
        "a = [" + "0.1, " * 1000 + "]",
        "a = " + "9" * 4300,
    ],
)
def test_what_looks_like_much_may_be_little(text: str) -> None:
    assert excess(text) is None
    parse_document(text, "t.toml")


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ((), ""),
        (("eta",), "eta"),
        (("layers", 1, "weights", 0, 2), "layers[1].weights[0][2]"),
        (("a b", 'q"q\\', "c"), r'"a b"."q\"q\\".c'),
        (("", 0), '""[0]'),
    ],
)
def test_paths_are_shown_as_one_would_write_them(path: KeyPath, shown: str) -> None:
    assert path_text(path) == shown


@pytest.mark.parametrize(
    ("text", "beyond"),
    [
        ("a = " + "[" * 101 + "]" * 101, (104, "brackets nested more than 100 deep")),
        ("a" + ".a" * 99 + " = 1", None),
        ("a" + ".a" * 100 + " = 1", (0, "a key of more than 100 parts")),
        ("a" + " . a" * 99 + " = 1", None),
        ("a = " + "9" * 4301, (4, "a number (or name) of 4301 characters: at most 4300")),
        ("a = [" + "1.5, " * 300 + "]", None),
        ("[" + "a." * 99 + "a]\n[" + "b." * 99 + "b]", None),
    ],
)
def test_the_first_thing_beyond_what_is_read(text: str, beyond: tuple[int, str] | None) -> None:
    assert excess(text) == beyond


@pytest.mark.parametrize("text", ["a = [1, 2]\nb = 3", "[[a]]\n[b]\nc = 1\n[d]"])
def test_values_and_brackets_are_counted(monkeypatch, text: str) -> None:
    """A bracket, a comma and an equals sign are one each."""
    assert positions.MOST_VALUES == 1_000_000
    monkeypatch.setattr(positions, "MOST_VALUES", sum(map(text.count, "[,=")))
    assert excess(text) is None
    monkeypatch.setattr(positions, "MOST_VALUES", positions.MOST_VALUES - 1)
    offset, words = excess(text)
    assert words == f"more than {positions.MOST_VALUES} values, too many here"
    assert offset == max(text.rfind(sign) for sign in "[=,")
