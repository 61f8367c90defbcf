"""The names of quantities in MathML, made from their LaTeX, whose grammar is that of `ROLES`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import escape

_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|[{}_^']|\d+|.")
_SIGNS = {
    "partial": "<mo>∂</mo>",
    "Delta": "<mi>Δ</mi>",
    "sum": "<mo>∑</mo>",
    "cdot": "<mo>·</mo>",
    "ast": "<mo>∗</mo>",
    "top": "<mo>⊤</mo>",
}  # fmt: skip
_GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω",
}  # fmt: skip


@lru_cache(maxsize=100_000)
def name_in_mathml(latex: str) -> str:
    """One element for a name that is typeset as `latex`."""
    tokens = _Tokens(latex)
    return _one(list(_row(tokens)))


class _Tokens:
    """The tokens of a piece of LaTeX, taken one by one."""

    def __init__(self, latex: str) -> None:
        self._tokens = _TOKEN.findall(latex)
        self._at = 0

    @property
    def next(self) -> str:
        """The next token that is no blank; nothing at the end."""
        while self._at < len(self._tokens) and self._tokens[self._at].isspace():
            self._at += 1
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self) -> str:
        token = self.next
        self._at += 1
        return token

    def group(self) -> str:
        """What stands in the braces that follow, as it is written."""
        assert self.take() == "{"
        return self.rest_of_group()

    def rest_of_group(self) -> str:
        """What stands before the brace that closes the one just taken."""
        begin, depth = self._at, 1
        while depth:
            depth += {"{": 1, "}": -1}.get(self._tokens[self._at], 0)
            self._at += 1
        return "".join(self._tokens[begin : self._at - 1])


def _row(tokens: _Tokens) -> Iterator[str]:
    """The elements of a row, each with what stands below and above it."""
    while tokens.next:
        base, below, above = _atom(tokens), "", ""
        while tokens.next in ("_", "^"):
            mark, inside = tokens.take(), _script(tokens)
            if mark == "_":
                below = inside
            else:
                above = inside
        yield _with_scripts(base, below, above)


def _with_scripts(base: str, below: str, above: str) -> str:
    if below and above:
        return f"<msubsup>{base}{below}{above}</msubsup>"
    if below:
        return f"<msub>{base}{below}</msub>"
    return f"<msup>{base}{above}</msup>" if above else base


def _script(tokens: _Tokens) -> str:
    """What is raised or lowered; the name of a unit, such as h1,2, stays together."""
    if tokens.next != "{":
        return _atom(tokens)
    inside = tokens.group().strip()
    if re.fullmatch("[ijk]{2}", inside):  # of a law: each letter stands for any unit
        return _one([f"<mi>{letter}</mi>" for letter in inside])
    if re.fullmatch(r"\d+(,\d+)*", inside):
        return f"<mn>{inside}</mn>"
    if re.fullmatch(r"[^\\{}^_+()]+", inside):
        return f"<mi>{escape(inside)}</mi>"
    return _one(list(_row(_Tokens(inside))))


def _atom(tokens: _Tokens) -> str:
    token = tokens.take()
    if token == "{":
        return _one(list(_row(_Tokens(tokens.rest_of_group()))))
    if token.startswith("\\"):
        return _command(token[1:], tokens)
    if token.isdigit():
        return f"<mn>{token}</mn>"
    if token == "'":
        return "<mo>′</mo>"
    return f"<mi>{escape(token)}</mi>" if token.isalpha() else f"<mo>{escape(token)}</mo>"


def _command(command: str, tokens: _Tokens) -> str:
    if command == "frac":
        above, below = (_one(list(_row(_Tokens(tokens.group())))) for _ in range(2))
        return f"<mfrac>{above}{below}</mfrac>"
    if command in ("mathrm", "operatorname", "mathbf"):
        return f"<mi>{escape(tokens.group())}</mi>"
    if command == "hat":
        inside = _one(list(_row(_Tokens(tokens.group()))))
        return f'<mover accent="true">{inside}<mo>^</mo></mover>'
    if command in ("left", "right"):
        fence = tokens.take()
        return "<mrow></mrow>" if fence == "." else f"<mo>{escape(fence)}</mo>"
    return _SIGNS.get(command) or f"<mi>{_GREEK.get(command, command)}</mi>"


def _one(elements: list[str]) -> str:
    """The elements as one."""
    return elements[0] if len(elements) == 1 else f"<mrow>{''.join(elements)}</mrow>"
