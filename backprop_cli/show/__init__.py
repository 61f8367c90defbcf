"""From lines and their values to text: pure functions, which print nothing.

`rows` writes a step as text and `laws` what it is an instance of; `page` is what a writer gets, and
`formats` has one file for each way of writing it; `folding` fits text and small tables in a width.
Begin with `page`. May import `engine`, `formulas` and `errors`; only `tables` imports rich.
"""

from backprop_cli.show.given_matrices import (
    heading_of_samples,
    layout_of_samples,
    parameter_matrices,
)
from backprop_cli.show.grids import Written, shape_text
from backprop_cli.show.handout import Blank, Handout, Part, Question, Remark, Remarks
from backprop_cli.show.headings import STAGE_TITLES, stage_of, whereabouts
from backprop_cli.show.law import Law
from backprop_cli.show.laws import Laws
from backprop_cli.show.numbers import Format, full, plain
from backprop_cli.show.page import Page, page_of
from backprop_cli.show.preamble import closing, conventions, headed_sections, headline, opening
from backprop_cli.show.rows import AnyLine, Row, abbreviated, laws_of
from backprop_cli.show.selection import Selection
from backprop_cli.show.summary import Summary
from backprop_cli.show.symbols import GAP, in_numbers, in_symbols, leaf_in_symbols

__all__ = [
    "GAP",
    "STAGE_TITLES",
    "AnyLine",
    "Blank",
    "Format",
    "Handout",
    "Law",
    "Laws",
    "Page",
    "Part",
    "Question",
    "Remark",
    "Remarks",
    "Row",
    "Selection",
    "Summary",
    "Written",
    "abbreviated",
    "branches",
    "closing",
    "commas",
    "conventions",
    "document",
    "explanation",
    "folding",
    "formats",
    "full",
    "headed_sections",
    "heading_of_samples",
    "headline",
    "in_numbers",
    "in_symbols",
    "laws_of",
    "layout_of_samples",
    "leaf_in_symbols",
    "opening",
    "page_of",
    "parameter_matrices",
    "plain",
    "shape_text",
    "stage_of",
    "tables",
    "whereabouts",
    "worked",
]
