"""Mathematics in LaTeX, measured and broken over lines.

What is measured is the LaTeX that the program writes itself, and no more. Widths are in em of the
text, estimated from Computer Modern, and rather too large than too small: a line that is broken too
soon is no harm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

SCRIPT = 0.74
"""The size of an exponent or index."""
_OPERATOR = 1.24
_RELATION = 1.36

# Width of what is not a letter or digit of the usual width.
_WIDTHS = {
    "+": _OPERATOR, "-": _OPERATOR, r"\cdot": 0.74, r"\odot": _OPERATOR, r"\oslash": _OPERATOR,
    "=": _RELATION, ">": _RELATION, "<": _RELATION, r"\approx": _RELATION,
    r"\,": 0.18, ",": 0.46, ".": 0.29, "(": 0.41, ")": 0.41, "[": 0.3, "]": 0.3, "|": 0.3, "/": 0.5,
    r"\ln": 0.98, r"\tanh": 2.4, r"\max": 2.1, r"\partial": 0.58, r"\Delta": 0.85, r"\Phi": 0.75,
    r"\infty": 1.02, r"\cdots": 1.4, r"\ldots": 1.4, r"\top": 0.8, r"\ast": 0.52, r"\quad": 1.0,
    "{,}": 0.29, r"\sum": 1.5, "!": 0.3, "'": 0.3,
}  # fmt: skip
_BINARY = {"+", "-", r"\odot", r"\oslash"}
_PRODUCTS = {r"\cdot", r"\,"}
_WIDE = set("mwMWABCDEFGHKNOQRUVXYZ")

_TOKEN = re.compile(
    r"\\begin\{cases\}.*?\\end\{cases\}|\\text\{[^{}]*\}|\\[A-Za-z]+|\\.|"
    r"\d+(?:(?:\.|\{,\})\d+)*(?: \\cdot 10\^\{-?\d+\})?|[\s\S]",
    re.DOTALL,
)


class Piece(NamedTuple):
    """What is not broken unless it has to be; `parts` is what it can be broken into then.

    `kind` is "sum" or "product" of an operator, "" of anything else. `turned` gives the lines of
    what knows best how to be broken (a matrix) in some room.
    """

    text: str
    width: float
    kind: str = ""
    parts: tuple[tuple[Piece, ...], ...] = ()
    turned: Callable[[float], list[Piece]] | None = None


Pieces = tuple[Piece, ...]


def width_of(latex: str) -> float:
    """The width of mathematics in em, as it is displayed."""
    return _across(parsed(latex))


def _across(pieces: Iterable[Piece]) -> float:
    return sum(piece.width for piece in pieces)


def parsed(latex: str, special: Callable[[str], Piece | None] = lambda _: None) -> Pieces:
    """The pieces of a formula; `special` makes those of signs of its own (matrices)."""
    return _Reader(latex, special).group("")


class _Reader:
    """Reads the LaTeX of `formulas.writing`: names, numbers, fractions, roots, parentheses."""

    def __init__(self, latex: str, special: Callable[[str], Piece | None]) -> None:
        self._tokens = _TOKEN.findall(latex)
        self._at, self._special = 0, special

    def group(self, end: str) -> Pieces:
        """The pieces up to a closing sign."""
        found: list[Piece] = []
        while self._at < len(self._tokens):
            token = self._next()
            if token == end:
                break
            if token in "^_":
                self._attach(found, token)
            elif not token.isspace():
                found.append(self._piece(token, not found))
        return tuple(found)

    def _next(self) -> str:
        self._at += 1
        token: str = self._tokens[self._at - 1]
        return token

    def _argument(self) -> Pieces:
        """What a command is applied to."""
        while self._tokens[self._at].isspace():
            self._at += 1
        token = self._next()
        return self.group("}") if token == "{" else (self._piece(token),)

    def _attach(self, found: list[Piece], sign: str) -> None:
        inner = self._argument()
        text = f"{sign}{{{_text(inner)}}}"
        if not found:
            found.append(Piece("", 0))
        last = found[-1]
        wide = last.width + SCRIPT * _across(inner) + 0.06
        parts: tuple[Pieces, ...] = ()
        if sign == "^" and last.text == "e":
            parts = ((Piece(r"\exp", 1.6), *_in_parentheses(inner)),)
        elif len(last.parts) == 1:
            parts = ((*last.parts[0], Piece(text, SCRIPT * _across(inner))),)
        found[-1] = Piece(last.text + text, wide, last.kind, parts)

    def _piece(self, token: str, first: bool = False) -> Piece:
        made = self._special(token)
        if made is not None:
            return made
        if token == "{":
            inner = self.group("}")
            return Piece(f"{{{_text(inner)}}}", _across(inner), "", (inner,) if inner else ())
        if token == r"\frac":
            return _fraction(self._argument(), self._argument())
        if token == r"\sqrt":
            inner = self._argument()
            power = Piece("^{1/2}", 1.2)
            return Piece(rf"\sqrt{{{_text(inner)}}}", _across(inner) + 1.0, "",
                         ((*_in_parentheses(inner), power),))  # fmt: skip
        if token == r"\left":
            return self._delimited()
        if token in (r"\mathrm", r"\operatorname", r"\mathbf", r"\hat"):
            inner = self._argument()
            extra = 0.36 if token == r"\operatorname" else 0.0
            return Piece(f"{token}{{{_text(inner)}}}", _across(inner) + extra)
        if token.startswith(r"\begin"):
            return _cases(token, self._special)
        if token.startswith(r"\text{"):
            return Piece(token, 0.5 * len(token.removeprefix(r"\text{")))
        if token[0].isdigit():
            return _number(token)
        kind = "sum" if token in _BINARY else "product" if token in _PRODUCTS else ""
        if kind and not first:
            return Piece(f" {token} ", _width_of_token(token), kind)
        space = " " if len(token) > 1 and token[1:].isalpha() else ""
        return Piece(token + space, _width_of_token(token), kind)

    def _delimited(self) -> Piece:
        left, depth, start = self._next(), 1, self._at
        while depth:
            token = self._next()
            depth += (token == r"\left") - (token == r"\right")
        inside = "".join(self._tokens[start : self._at - 1])
        right = self._next()
        inner = parsed(inside, self._special)
        text = rf"\left{left}{_text(inner)}\right{right}"
        wide = _across(inner) + 2 * 0.6
        if left in "([" and right in ")]":
            return Piece(text, wide, "", (_in_parentheses(inner),))
        return Piece(text, wide)


def _number(text: str) -> Piece:
    """A number, which is broken between digits only where it alone is wider than a line."""
    mantissa, _, power = text.partition(r" \cdot 10^")
    digits = [Piece(sign, _width_of_token(sign)) for sign in re.findall(r"\{,\}|.", mantissa)]
    if power:
        digits.append(Piece(rf" \cdot 10^{power}", 1.8 + SCRIPT * 0.6 * len(power)))
    return Piece(text, _across(digits), "", (tuple(digits),) if len(digits) > 1 else ())


def _in_parentheses(inner: Pieces) -> Pieces:
    return (Piece(r"\bigl(", 0.5), *inner, Piece(r"\bigr)", 0.5))


def _fraction(above: Pieces, below: Pieces) -> Piece:
    text = rf"\frac{{{_text(above)}}}{{{_text(below)}}}"
    wide = max(_across(above), _across(below)) + 0.3
    flat: Pieces = (
        *(_in_parentheses(above) if _is_sum(above) else above),
        Piece("/", 0.6),
        *(_in_parentheses(below) if len(below) > 1 else below),
    )
    return Piece(text, wide, "", (flat,))


def _is_sum(pieces: Pieces) -> bool:
    return any(piece.kind == "sum" for piece in pieces[1:])


def _cases(token: str, special: Callable[[str], Piece | None]) -> Piece:
    """What is one thing or another; broken, in one line: a if b, c otherwise."""
    inside = token.removeprefix(r"\begin{cases}").removesuffix(r"\end{cases}")
    rows = [[parsed(cell, special) for cell in row.split("&")] for row in re.split(r"\\\\", inside)]
    body = r"\\".join(" & ".join(map(_text, row)) for row in rows)
    wide = max(sum(map(_across, row)) for row in rows) + 2.6
    flat: list[Piece] = []
    for row in rows:
        flat += [Piece(r",\quad ", 1.3)] if flat else []
        for cell in row:
            flat += cell
            flat.append(Piece(r"\ ", 0.34))
    return Piece(rf"\begin{{cases}}{body}\end{{cases}}", wide, "", (tuple(flat),))


def _width_of_token(token: str) -> float:
    known = _WIDTHS.get(token)
    if known is not None:
        return known
    if token in _WIDE:
        return 0.95 if token in "mwMW" else 0.8
    return 0.52 if token.isdigit() else 0.62


def _text(pieces: Iterable[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def broken(pieces: Pieces, room: float, first: float | None = None) -> list[str]:
    """Lines of a formula, none wider than `room` (the first than `first`) if that can be.

    It is broken before an operator: of a sum if that is enough, else of a product; then inside
    fractions, which are written with a stroke, and parentheses.
    """
    lines, line, wide = [], "", 0.0
    limit = room if first is None else first
    hang = 1.0
    for run in _runs(pieces, min(limit, room - hang)):
        more = _across(run)
        if line and wide + more > limit:
            lines.append(line)
            line, wide, limit = "", 0.0, room - hang
        line += _text(run)
        wide += more
    return [*lines, line]


def _runs(pieces: Pieces, room: float) -> Iterator[Pieces]:
    for run in _split(pieces, "sum"):
        if _across(run) <= room:
            yield run
            continue
        for factor in _split(run, "product"):
            yield from [factor] if _across(factor) <= room else _finer(factor, room)


def _split(pieces: Pieces, kind: str) -> Iterator[Pieces]:
    """Runs of pieces, each from an operator of a kind on; a sign at the beginning is none."""
    run: list[Piece] = []
    for piece in pieces:
        if piece.kind == kind and run and not run[-1].kind and run[-1].text != r"\bigl(":
            yield tuple(run)
            run = []
        run.append(piece)
    yield tuple(run)


def _finer(run: Pieces, room: float) -> Iterator[Pieces]:
    """A factor that is too wide: what is inside it, or each of its pieces."""
    waiting: list[Piece] = []
    for piece in run:
        if piece.turned is not None and piece.width > room:
            yield from ((part,) for part in (*waiting, *piece.turned(room)))
            waiting = []
        elif piece.parts and piece.width > (room if piece.text[0].isdigit() else room / 3):
            yield from _runs((*waiting, *piece.parts[0]), room)
            waiting = []
        elif _across(waiting) + piece.width > room:
            if waiting:
                yield tuple(waiting)
            waiting = [piece]
        else:
            waiting.append(piece)
    if waiting:
        yield tuple(waiting)


def joined(sides: Sequence[Pieces], room: float, hang: str = r"\quad ") -> list[str]:
    """Lines of side = side …, each from its sign of equality on; as many on a line as fit."""
    lines: list[str] = []
    wide = room
    for side in sides:
        more = _across(side) + _RELATION
        if lines and wide + more <= room:
            lines[-1] += f" = {_text(side)}"
            wide += more
            continue
        first, *others = broken(side, room - 1.0, room - _RELATION)
        lines.append(f"= {first}")
        lines += [hang + _continued(other) for other in others]
        wide = more if not others else room
    return lines


def _continued(line: str) -> str:
    """A line that begins with an operator, spaced as one."""
    return "{}" + line
