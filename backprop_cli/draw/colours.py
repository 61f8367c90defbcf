"""The colours: a dark and a light form of each, for white and for dark ground.

Values are blue and gradients orange, which no kind of colour blindness takes for each other (Okabe
& Ito, 2008), and the blue stands above, the orange below. Each text has a contrast of at least 4.5
to its ground (WCAG 2.2, 1.4.3).
"""

from __future__ import annotations

from typing import NamedTuple


class Colour(NamedTuple):
    """On white ground, and on dark ground."""

    light: str
    dark: str


COLOURS = {
    "ground": Colour("#ffffff", "#10151c"),
    "ink": Colour("#1b2128", "#e8edf2"),
    "muted": Colour("#57606a", "#a3adb8"),
    "line": Colour("#8a949e", "#76818d"),
    "unit": Colour("#f3f6f9", "#1b232d"),
    "rim": Colour("#3d4752", "#b4bec9"),
    "forward": Colour("#0060a8", "#6fb9f7"),
    "gradient": Colour("#b04300", "#ff9e5e"),
}
"""By name; in SVG each may be set as a property --bp-NAME."""

TEXT = ("ink", "muted", "forward", "gradient")
"""Those in which texts are written."""
