"""How wide a text is: an upper bound for the sans-serif fonts that are common on screens.

The widths are those of DejaVu Sans, which is as wide as Verdana and wider than Arial, Helvetica,
Segoe UI and San Francisco: what has room in it has room in them.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Advance in thousandths of the font's size, and the signs that have it.
_SIGNS = {
    280: "'ijl", 320: " ,.·IJ", 340: "/:;\\|", 355: "f", 365: "-", 395: "()[]t",
    415: "!¹²³⁰r", 530: '"*_`∂sz⁺?', 560: "Lεc", 595: "Fkvxyγ", 620: "πPTYoδθae",
    640: "EΣhnuησSbdgpqρ$0123456789{}μ√β", 700: "KαφAVΔXZBRC", 790: "UNHDG&OQΦ",
    865: "w#+<=>^~−→÷×≤≥M✓✗", 1000: "%½mW@⋮…",
}  # fmt: skip
_ADVANCE = {sign: wide / 1000 for wide, signs in _SIGNS.items() for sign in signs}
_OTHER = 0.8
BOLD = 1.16
"""How much wider bold letters are."""


@lru_cache(maxsize=100_000)
def width_of(text: str, size: float, bold: bool = False) -> float:
    """The most that `text` is wide in letters of `size`."""
    total = sum(_ADVANCE.get(sign) or _advance(sign) for sign in text)
    return total * size * (BOLD if bold else 1)


def _advance(sign: str) -> float:
    if unicodedata.combining(sign):
        return 0.0
    return 1.0 if unicodedata.east_asian_width(sign) in "WF" else _OTHER


def wrapped(text: str, size: float, width: float, bold: bool = False) -> list[str]:
    """Lines of `text`, broken between words so that none is wider than `width` if it can be."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
