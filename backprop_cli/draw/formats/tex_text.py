"""Text as LaTeX: every sign means itself."""

from __future__ import annotations

_MARKS = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "_": r"\_", "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''",
}  # fmt: skip
_MATHS = {
    "−": "-", "·": r"\cdot", "→": r"\rightarrow", "⋮": r"\vdots", "∂": r"\partial",
    "√": r"\surd", "≤": r"\le", "≥": r"\ge", "Σ": r"\Sigma", "Δ": r"\Delta", "Φ": r"\Phi",
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "ζ": r"\zeta", "η": r"\eta", "θ": r"\theta", "κ": r"\kappa", "λ": r"\lambda", "μ": r"\mu",
    "ν": r"\nu", "ξ": r"\xi", "π": r"\pi", "ρ": r"\rho", "σ": r"\sigma", "τ": r"\tau",
    "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi", "ω": r"\omega", "×": r"\times", "÷": r"\div",
    "⁺": "^{+}", "⁰": "^0", "¹": "^1", "²": "^2", "³": "^3", "½": r"\tfrac12", "ˣ": "^{x}",
    "¼": r"\tfrac14", "¾": r"\tfrac34", "…": r"\dots", "⁽": "^{(}", "⁾": "^{)}", "∞": r"\infty",
}  # fmt: skip
_ENCODED = range(0xA0, 0x180)
"""Letters of Latin alphabets, which the font encoding T1 has."""


def in_tex(text: str) -> str:
    """`text` for a paragraph. What pdfLaTeX has no letter for is told by its number: [U+6F22]."""
    return "".join(map(_sign, text))


def _sign(sign: str) -> str:
    if sign in _MARKS:
        return _MARKS[sign]
    if sign in _MATHS:
        return f"$\\mathstrut{_MATHS[sign]}$" if sign == "⋮" else f"${_MATHS[sign]}$"
    if sign < " ":
        return " "
    if sign < "\x7f" or (ord(sign) in _ENCODED and sign.isalpha()):
        return sign
    return f"[U+{ord(sign):04X}]"
