"""Formats: from a document to text, one file for each.

Begin with `plain`. A new text format is a row of `choice.FORMATS` and a file with a function
`write(document, style)`: every command that makes a document has it then, with its options, and the
documentation asks for its line. May import what its wing may.
"""

from backprop_cli.show.formats.choice import ENDINGS, FORMATS, offered, write, write_steps

__all__ = [
    "ENDINGS",
    "FORMATS",
    "csv_",
    "html",
    "json_",
    "markdown",
    "offered",
    "records",
    "steps_data",
    "write",
    "write_steps",
]
