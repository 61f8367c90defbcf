"""Marking hand calculations: the first wrong line, the mistake behind it, the class, worksheets.

The way of an answer: `sheet` has every line of the pass and can work it anew; `reading` finds the
line that an answer belongs to; `verdicts` compares it with what is true and with what follows from
the student's own numbers; `diagnosis` holds a wrong one against the catalogue of mistakes.
`assessment` puts all of it together, `report` says it, `feedback` makes a page of that, and `exact`
writes it for programs. Begin with `assessment`; a new mistake goes into `diagnosis/mistakes`. May
import `show`, `config`, `engine`, `formulas` and `errors`.
"""

__all__ = [
    "assessment",
    "class_results",
    "classroom",
    "diagnosis",
    "exact",
    "feedback",
    "handout",
    "reading",
    "remarks",
    "report",
    "sheet",
    "variants",
    "verdicts",
    "worksheet",
]
