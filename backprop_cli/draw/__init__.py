"""The network as a drawing: what is shown, where it stands, and a file for each format.

`network_scene` says what is shown, `layout` where it stands, `labels` how labels keep clear of each
other; `graph`, `graph_scene` and `graph_layout` do that for the computation graph. `captions` stand
around both. `formats` has one file for each way of writing a drawing. Begin with `network_scene`.
May import `show`, `engine`, `formulas` and `errors`.
"""

from backprop_cli.draw.drawing import DIGITS, diagram, graph
from backprop_cli.draw.folding import MOST
from backprop_cli.draw.formats.svg import svg
from backprop_cli.draw.graph_scene import MOST_TERMS
from backprop_cli.draw.network_scene import SHOWS
from backprop_cli.draw.scene import BLANK, Line
from backprop_cli.draw.shapes import Drawing
from backprop_cli.draw.values import values_of

__all__ = [
    "BLANK",
    "DIGITS",
    "MOST",
    "MOST_TERMS",
    "SHOWS",
    "Drawing",
    "Line",
    "diagram",
    "formats",
    "graph",
    "svg",
    "values_of",
]
