"""Names: for every quantity its key, its symbol and its LaTeX.

`ROLES` is the one table that makes all three. A `Notation` fills it with the letters of a book
(net and out, or z and a) and with the names of units and parameters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from functools import lru_cache

# role: key, symbol, LaTeX. {u}, {v} are units, {p} is a parameter, {s} an optimizer's letter.
# The suffix of the repeated forward pass ({x}: "", "_new", "_end") goes to the names it marks.
ROLES = {
    "input": ("{i}", "{i}", "{i}"),
    "target": ("{target}_{u}", "{target}_{u}", "{target}_{{{u}}}"),
    "net": ("{net}_{u}{x}", "{net}_{u}{x}", "{net}_{{{u}}}{x}"),
    "out": ("{out}_{u}{x}", "{out}_{u}{x}", "{out}_{{{u}}}{x}"),
    "E": ("{error}_{u}{x}", "{error}_{u}{x}", "{error}_{{{u}}}{x}"),
    "E_total": ("{error}_total{x}", "{error}_total{x}", r"{error}_{{\mathrm{{total}}}}{x}"),
    "E_epoch": ("{error}_epoch{x}", "{error}_epoch{x}", r"{error}_{{\mathrm{{epoch}}}}{x}"),
    "E_mean": ("{error}_mean{x}", "{error}_mean{x}", r"{error}_{{\mathrm{{mean}}}}{x}"),
    "err": ("err_{u}", "err_{u}", r"\mathrm{{err}}_{{{u}}}"),
    "dE_dout": ("d{error}_d{out}_{u}", "∂{error}/∂{out}_{u}",
                r"\frac{{\partial {error}}}{{\partial {out}_{{{u}}}}}"),
    "via": ("d{error}_d{out}_{u}_via_{v}", "∂{error}/∂{out}_{u} via {v}",
            r"\left.\frac{{\partial {error}}}{{\partial {out}_{{{u}}}}}\right|_{{{v}}}"),
    "slope": ("d{out}_d{net}_{u}", "∂{out}_{u}/∂{net}_{u}",
              r"\frac{{\partial {out}_{{{u}}}}}{{\partial {net}_{{{u}}}}}"),
    "jacobian": ("d{out}_{u}_d{net}_{v}", "∂{out}_{u}/∂{net}_{v}",
                 r"\frac{{\partial {out}_{{{u}}}}}{{\partial {net}_{{{v}}}}}"),
    "delta": ("{delta}_{u}", "{delta}_{u}", "{delta}_{{{u}}}"),
    "dE_dnet": ("d{error}_d{net}_{u}", "∂{error}/∂{net}_{u}",
                r"\frac{{\partial {error}}}{{\partial {net}_{{{u}}}}}"),
    "dnet_dout": ("d{net}_{u}_d{out}_{v}", "∂{net}_{u}/∂{out}_{v}",
                  r"\frac{{\partial {net}_{{{u}}}}}{{\partial {out}_{{{v}}}}}"),
    "dnet_dp": ("d{net}_{u}_d{p}", "∂{net}_{u}/∂{p}",
                r"\frac{{\partial {net}_{{{u}}}}}{{\partial {p}}}"),
    "gradient": ("d{error}_d{p}", "∂{error}/∂{p}", r"\frac{{\partial {error}}}{{\partial {p}}}"),
    "parameter": ("{p}", "{p}", "{p}"),
    "state": ("{s}_{p}", "{s}_{p}", "{s}_{{{p}}}"),
    "state_new": ("{s}_{p}_new", "{s}_{p}⁺", "{s}_{{{p}}}^{{+}}"),
    "corrected": ("{s}hat_{p}", "{s}\N{COMBINING CIRCUMFLEX ACCENT}_{p}", r"\hat{{{s}}}_{{{p}}}"),
    "intermediate": ("{s}_{p}", "{s}_{p}", "{s}_{{{p}}}"),
    "change": ("change_{p}", "Δ{p}", r"\Delta {p}"),
    "new": ("{p}_new", "{p}⁺", "{p}^{{+}}"),
    "eta": ("{eta}", "{eta}", "{eta}"),
    "constant": ("{p}", "{p}", "{p}"),
}  # fmt: skip

GREEK = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "zeta": "ζ",
    "eta": "η", "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ",
    "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "phi": "φ", "chi": "χ", "psi": "ψ",
    "omega": "ω",
}  # fmt: skip

# What has a letter in formulas that is not the beginning of its name.
_LETTERS_OF = {"weight_decay": "lambda"}

_LETTER = re.compile(r"([A-Za-z]+)(.*)", re.DOTALL)
# The mark of a repeated forward pass, as symbol and as LaTeX.
_MARKS = {"": ("", ""), "_new": ("⁺", "^{+}"), "_end": (" (end)", r"^{\ast}")}


@lru_cache(maxsize=100_000)
def symbol_of(name: str) -> str:
    """`name` with a leading Greek letter written as one: theta4 is θ4."""
    word, rest = _split(name)
    return GREEK.get(word, word) + rest


@lru_cache(maxsize=100_000)
def latex_of(name: str) -> str:
    """`name` typeset: w5 is w_{5}, theta4 \\theta_{4}, net \\mathrm{net}."""
    word, rest = _split(name)
    head = f"\\{word}" if word in GREEK else word if len(word) < 2 else rf"\mathrm{{{word}}}"
    rest = rest.lstrip("_").replace("_", ",")
    return f"{head}_{{{rest}}}" if word and rest else head + rest


def _as_one(latex: str) -> str:
    """A letter that has an index already, so that it can have another."""
    return f"{{{latex}}}" if "_" in latex else latex


def _split(name: str) -> tuple[str, str]:
    match = _LETTER.match(_LETTERS_OF.get(name, name))
    return (match[1], match[2]) if match else ("", name)


@dataclass(frozen=True)
class Letters:
    """The letters of a book for the quantities of a unit."""

    net: str = "net"
    out: str = "out"
    error: str = "E"
    delta: str = "delta"
    target: str = "t"
    eta: str = "eta"

    def forms(self) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
        """The letters as keys, as symbols and as LaTeX."""
        keys = {f.name: getattr(self, f.name) for f in fields(self)}
        return (
            keys,
            {field: symbol_of(letter) for field, letter in keys.items()},
            {field: _as_one(latex_of(letter)) for field, letter in keys.items()},
        )


class Name:
    """One quantity: its `key` in files, and on request its `symbol` and `latex`.

    Two names are equal if their keys are. `kind` is the role; `sample` is not 0 where a quantity
    of one sample is meant among those of a batch.
    """

    __slots__ = ("_latex", "_notation", "_symbol", "key", "kind", "parts", "sample", "suffix")

    def __init__(
        self,
        notation: Notation,
        kind: str,
        parts: dict[str, str],
        suffix: str = "",
        sample: int = 0,
    ) -> None:
        self._notation, self.parts, self.suffix = notation, parts, suffix
        self.kind, self.sample = kind, sample
        key = ROLES[kind][0].format(**notation.keys, **parts, x=suffix)
        self.key = f"sample{sample}.{key}" if sample else key
        self._symbol = self._latex = ""

    @property
    def symbol(self) -> str:
        """As it is written in tables, for example ∂E/∂w5."""
        if not self._symbol:
            parts = {part: symbol_of(name) for part, name in self.parts.items()}
            mark = _MARKS[self.suffix][0]
            text = ROLES[self.kind][1].format(**self._notation.symbols, **parts, x=mark)
            self._symbol = text + _superscript(self.sample)
        return self._symbol

    @property
    def latex(self) -> str:
        """As it is typeset."""
        if not self._latex:
            whole = {"p", "i", "s"}  # names that stand by themselves; the others are subscripts
            parts = {
                part: latex_of(name) if part in whole else name.replace("_", ",")
                for part, name in self.parts.items()
            }
            mark = _MARKS[self.suffix][1]
            text = ROLES[self.kind][2].format(**self._notation.latex_letters, **parts, x=mark)
            self._latex = f"{{{text}}}^{{({self.sample})}}" if self.sample else text
        return self._latex

    @property
    def unqualified(self) -> str:
        """The key without the sample."""
        return self._notation.name(self.kind, self.suffix, **self.parts).key

    def of_sample(self, sample: int) -> Name:
        """The same quantity of one sample of a batch."""
        return Name(self._notation, self.kind, self.parts, self.suffix, sample)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Name) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    def __repr__(self) -> str:
        return f"<{self.key}>"


def _superscript(sample: int) -> str:
    if not sample:
        return ""
    return "⁽" + str(sample).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")) + "⁾"


@dataclass(frozen=True)
class Notation:
    """Makes names. `letters` are the book's; units and parameters come with their own names.

    `weight` and `bias` are the letters of any weight and any bias, whose indices are those of the
    sender and the receiver, or the other way round if `receiver_first`. `sample_rows`: matrices
    have a row for each sample, in place of a column.
    """

    letters: Letters = field(default_factory=Letters)
    weight: str = "w"
    bias: str = "b"
    receiver_first: bool = False
    sample_rows: bool = False

    def __post_init__(self) -> None:
        for attribute, form in zip(
            ("keys", "symbols", "latex_letters"), self.letters.forms(), strict=True
        ):
            object.__setattr__(self, attribute, form)

    keys: dict[str, str] = field(init=False, repr=False, compare=False)
    symbols: dict[str, str] = field(init=False, repr=False, compare=False)
    latex_letters: dict[str, str] = field(init=False, repr=False, compare=False)
    _names: dict[tuple[str, ...], Name] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def name(self, kind: str, suffix: str = "", **parts: str) -> Name:
        """The name of a quantity: `kind` is a role of `ROLES`, `parts` what it is about.

        Made once and kept, for the same name is asked for many times.
        """
        key = (kind, suffix, *parts.values())
        found = self._names.get(key)
        if found is None:
            found = self._names[key] = Name(self, kind, parts, suffix)
        return found
