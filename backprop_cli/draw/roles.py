"""In which colour each kind of text is written."""

COLOUR_OF = {
    "value forward": "forward",
    "value gradient": "gradient",
    "value new": "ink",
    "letter": "muted",
    "prose": "muted",
    "name": "ink",
    "heading": "ink",
    "operation": "ink",
}
"""Role of a text, and the name of its colour."""
