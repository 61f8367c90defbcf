"""Text in LaTeX: every sign stands for itself, and what looks like a formula is set as one.

Nothing that a user wrote is ever a command. What the fonts of plain LaTeX do not have is a circle.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from backprop_cli.engine import GREEK, latex_of

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "#": r"\#", "$": r"\$", "%": r"\%",
    "&": r"\&", "_": r"\_", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\ensuremath{<}", ">": r"\ensuremath{>}", "|": r"\ensuremath{|}", '"': "''",
    "`": r"\textasciigrave{}",
    "ß": r"\ss{}", "ø": r"\o{}", "Ø": r"\O{}",
    "æ": r"\ae{}", "Æ": r"\AE{}",
    "œ": r"\oe{}", "Œ": r"\OE{}", "ł": r"\l{}", "Ł": r"\L{}", "ı": r"\i{}",
    "–": "--", "—": "---", "‘": "`{}", "’": "'{}",
    "“": "``{}", "”": "''{}", "„": ",,{}",
    "«": r"\ensuremath{\ll}",
    "»": r"\ensuremath{\gg}", "…": r"\dots{}", "§": r"\S{}", "¶": r"\P{}", "©": r"\copyright{}",
    "£": r"\pounds{}", "†": r"\dag{}", "‡": r"\ddag{}", "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip
_MATHEMATICS = {
    "−": "-", "·": r"\cdot ", "×": r"\times ", "÷": r"\div ", "±": r"\pm ", "∂": r"\partial ",
    "Σ": r"\sum ", "√": r"\surd ", "∞": r"\infty ", "≈": r"\approx ", "≤": r"\leq ", "≥": r"\geq ",
    "≠": r"\neq ", "→": r"\to ", "←": r"\leftarrow ",
    "⇒": r"\Rightarrow ", "∈": r"\in ", "∇": r"\nabla ", "⊙": r"\odot ",
    "⊘": r"\oslash ", "′": "'", "½": r"\tfrac{1}{2}", "¼": r"\tfrac{1}{4}", "¾": r"\tfrac{3}{4}",
    "°": r"^{\circ}", "ᵀ": r"^{\top}", "ˡ": "^{l}", "ᴸ": "^{L}",
    "⁽": "^{(}", "⁾": "^{)}", "⁺": "^{+}",
    "⁻": "^{-}", "•": r"\bullet ", "¬": r"\neg ", "∑": r"\sum ", "∏": r"\prod ",
    "∫": r"\int ", "€": r"\mathrm{EUR}",
    "Γ": r"\Gamma ", "Δ": r"\Delta ", "Θ": r"\Theta ", "Λ": r"\Lambda ",
    "Ξ": r"\Xi ", "Π": r"\Pi ",
    "Φ": r"\Phi ", "Ψ": r"\Psi ", "Ω": r"\Omega ", "ϕ": r"\phi ", "ε": r"\epsilon ", "µ": r"\mu ",
    "α": r"\alpha ",
    "β": r"\beta ", "γ": r"\gamma ", "δ": r"\delta ", "ζ": r"\zeta ", "η": r"\eta ",
    "θ": r"\theta ", "κ": r"\kappa ", "λ": r"\lambda ", "μ": r"\mu ", "ν": r"\nu ", "ξ": r"\xi ",
    "π": r"\pi ", "ρ": r"\rho ", "σ": r"\sigma ", "τ": r"\tau ", "φ": r"\varphi ", "χ": r"\chi ",
    "ψ": r"\psi ", "ω": r"\omega ", "ι": r"\iota ", "υ": r"\upsilon ", "ς": r"\varsigma ", "ο": "o",
    **{sign: f"^{{{at}}}" for at, sign in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{sign: f"_{{{at}}}" for at, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
}  # fmt: skip
_ACCENTS = {
    "\u0300": "`", "\u0301": "'", "\u0302": "^", "\u0303": "~", "\u0304": "=", "\u0306": "u",
    "\u0307": ".", "\u0308": '"', "\u030a": "r", "\u030b": "H", "\u030c": "v", "\u0327": "c",
}  # fmt: skip
Written = Callable[[str], str]

UNKNOWN = r"\ensuremath{\circ}"


def escaped(text: str) -> str:
    """`text` as it reads; line breaks are blanks."""
    found: list[str] = []
    before = " "
    for sign in text:
        if sign in "-'" and before == sign:
            found.append("{}")  # for two of them would be another sign
        found.append("``" if sign == '"' and before.isspace() else _sign(sign))
        before = sign
    return "".join(found)


def _sign(sign: str) -> str:
    if sign in _SPECIAL:
        return _SPECIAL[sign]
    if " " <= sign <= "~":
        return sign
    if sign in _MATHEMATICS:
        return rf"\ensuremath{{{_MATHEMATICS[sign].strip()}}}"
    if sign.isspace():
        return " "
    normal = unicodedata.normalize("NFD", sign)
    base, marks = normal[0], normal[1:]
    if len(marks) == 1 and base.isascii() and base.isalpha() and marks[0] in _ACCENTS:
        return rf"\{_ACCENTS[marks[0]]}{{{base}}}"
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Cf", "Cc", "Cn", "Mn"):
        return ""
    simple = unicodedata.normalize("NFKD", sign)
    if simple != sign and simple.isascii():
        return "".join(map(_sign, simple))
    return UNKNOWN


# What looks like mathematics in a text of the program's own.

_LETTERS = r"[A-Za-zα-ωΑ-ΡΤ-Ω]"  # Σ is a sum
_NAME = re.compile(rf"({_LETTERS}[A-Za-z]*(?:\u0302)?)((?:_?\d[A-Za-z0-9]*)?(?:_[A-Za-z0-9_]+)?)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e-?\d+)?")
_SURE = re.compile(
    rf"[=≈·−∂ΣΔδη²⁺√⊙⊘⁽∞½¼¾<>≤]|_|\b{_LETTERS}\d|\de-?\d|\d\.\d|[a-z]\(|\d/[\d(]|\)/"
)
_JOINING = {"=", "≈", "+", "−", "·", "-", "⊙", "⊘", "<", ">"}


def in_dollars(latex: str) -> str:
    """A formula inside a text."""
    return f"${latex}$"


def prose(
    text: str, comma: bool = False, sign: Written = escaped, around: Written = in_dollars
) -> str:
    """A text of the program's own, with its formulas set as such.

    `sign` writes what is no formula, and `around` what stands around one.
    """
    found, words, run = list[str](), list[str](), list[str]()
    for word in [*text.split(" "), ""]:
        core = word.rstrip(",;:.")
        if core and _is_formula(core, bool(run)):
            if core in _JOINING and not run and found and words[-1].isalnum():
                run.append(words[-1])  # β = 0.9, X = [0 1]
                found.pop()
            run.append(word)
            words.append(word)
            if core != word and _open("[", run) <= 0:
                found.append(_inline(run, comma, sign, around))
                run = []
            continue
        found += _ended(run, comma, sign, around)
        run = []
        found.append(sign(word))
        words.append(word)
    return " ".join(found[:-1])


def _is_formula(word: str, inside: bool) -> bool:
    """Whether a word is part of a formula; `inside`, one has been begun."""
    if not _balanced(word) and not inside:
        word = word.strip("()[]")
    if _SURE.search(word) or word in _JOINING:
        return True
    bare = word.strip("-()[]")
    return inside and (_NUMBER.fullmatch(bare) is not None or len(bare) == 1)


def _open(sign: str, run: list[str]) -> int:
    """How many brackets of a run are not closed."""
    closing = {"[": "]", "(": ")"}[sign]
    return sum(word.count(sign) - word.count(closing) for word in run)


def _balanced(word: str) -> bool:
    return word.count("(") == word.count(")")


def _ended(run: list[str], comma: bool, sign: Written, around: Written) -> Iterator[str]:
    """A run of words as a formula, without what does not belong to one at its end."""
    if run:
        yield _inline(run, comma, sign, around)


def _inline(run: list[str], comma: bool, sign: Written, around: Written) -> str:
    text = " ".join(run)
    core = text.rstrip(",;:.")
    before = after = ""
    while core.count("(") > core.count(")") and core.startswith("("):
        before, core = before + "(", core[1:]
    while core.count(")") > core.count("(") and core.endswith(")"):
        core, after = core[:-1], ")" + after
    rest = sign(after + text[len(text.rstrip(",;:.")) :])
    if not core:
        return sign(before) + rest
    return sign(before) + around(mathematics(core, comma)) + rest


def mathematics(text: str, comma: bool = False) -> str:
    """A formula as the program writes it in text, as mathematics."""
    found: list[str] = []
    at = depth = 0
    while at < len(text):
        depth += (text[at] == "[") - (text[at] == "]")
        if text[at] == " " and depth > 0:
            found.append(r"\ \allowbreak ")  # between the entries of a matrix
            at += 1
            continue
        piece, at = _read(text, at, comma)
        found.append("{}" + piece if piece[:1] in ("^", "_") and _is_scripted(found) else piece)
    return "".join(found).strip()


def _is_scripted(found: list[str]) -> bool:
    """Whether what stands before has an index or exponent already, or is nothing at all."""
    last = next((piece for piece in reversed(found) if piece.strip()), "^")
    return "^" in last or "_" in last


def _read(text: str, at: int, comma: bool) -> tuple[str, int]:
    sign = text[at : at + 1]
    if not sign:
        return "{}", at
    if found := re.compile(r"∂([A-Za-z]+)/∂").match(text, at):
        below, end = _read(text, found.end(), comma)
        return rf"\partial {latex_of(found[1])}/\partial {below}", end
    if found := re.compile(r"∂").match(text, at):
        above, end = _read(text, at + 1, comma)
        if text.startswith("/∂", end):
            below, end = _read(text, end + 2, comma)
            return rf"\partial {above}/\partial {below}", end
        return rf"\partial {above}", end
    if sign in "^√" and at + 1 < len(text):
        return _raised(text, at, comma)
    if raised := re.compile("[⁽⁾⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹ˡᴸᵀ]+").match(text, at):
        inner = "".join(_MATHEMATICS[one][2:-1] for one in raised[0])
        return f"^{{{inner}}}", raised.end()
    if found := _NUMBER.match(text, at):
        return _number(found[0], comma), found.end()
    if found := re.compile(r"Σ(?:_([A-Za-z]))?").match(text, at):
        return r"\sum" + (f"_{{{found[1]}}}" if found[1] else "") + " ", found.end()
    if found := _NAME.match(text, at):
        return _name(found[1], found[2]), found.end()
    if sign in "%#$&{}_~\\":
        return rf"\{sign}" if sign in "%#$&{}_" else " ", at + 1
    if sign in _MATHEMATICS:
        return _MATHEMATICS[sign], at + 1
    if sign in "^'":
        return {"^": r"\wedge ", "'": r"{}^{\prime}"}[sign], at + 1
    return (sign if " " <= sign <= "~" else rf"\text{{{escaped(sign)}}}"), at + 1


def _raised(text: str, at: int, comma: bool) -> tuple[str, int]:
    """An exponent or what stands under a root: in parentheses, or one thing."""
    start = r"\sqrt" if text[at] == "√" else "^"
    if text[at + 1] == "(":
        depth, end = 1, at + 2
        while end < len(text) and depth:
            depth += (text[end] == "(") - (text[end] == ")")
            end += 1
        if not depth:
            return f"{start}{{{mathematics(text[at + 2 : end - 1], comma)}}}", end
    inner, end = _read(text, at + 1, comma)
    return f"{start}{{{inner}}}", end


def _number(text: str, comma: bool) -> str:
    mantissa, _, power = text.partition("e")
    mantissa = mantissa.replace(".", "{,}") if comma else mantissa
    return rf"{mantissa} \cdot 10^{{{power}}}" if power else mantissa


def _name(word: str, index: str) -> str:
    hat = word.endswith("\u0302")
    word = GREEK.get(word, word).removesuffix("\u0302")
    head = _MATHEMATICS[word[0]].strip() + " " if word[0] in _MATHEMATICS else ""
    rest = word[1:] if head else word
    if rest:
        head += rest if len(rest) == 1 else rf"\mathrm{{{rest}}}"
    head = rf"\hat{{{head.strip()}}}" if hat else head
    index = index.strip("_").replace("_", ",")
    index = rf"\mathrm{{{index}}}" if index in ("total", "epoch", "mean") else index
    return f"{head.strip()}_{{{index}}}" if index else head
