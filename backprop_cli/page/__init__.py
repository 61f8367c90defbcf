"""The worked example as a page that steps: one HTML file, which asks nothing of any other.

`writing` makes the page of a trace, `frame` any page: a template of `templates/`, with the styles
and scripts of `static/` written into it and allowed by their hashes alone. `parts` has the steps as
templates see them, `sources` says what each of them reads, `data` is what scripts get, `program`
has the steps as JavaScript, by which the page computes; `worksheet` makes a sheet to fill in,
`marked` that of a student with what is said of it.
Begin with `writing`. May import `show`, `draw`, `engine`, `formulas` and `train.engines`; only
`frame` imports Jinja2.
"""

from backprop_cli.page.frame import Document, framed
from backprop_cli.page.marked import write_marked
from backprop_cli.page.worksheet import write_worksheet
from backprop_cli.page.writing import write_html

__all__ = ["Document", "framed", "write_html", "write_marked", "write_worksheet"]
