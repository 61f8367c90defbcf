"""The numbers of a drawing: looked up by key, and written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_cli.draw.scene import BLANK, LETTER, NAME, Line, Text
from backprop_cli.engine import Name, Network, givens
from backprop_cli.formulas import Ref
from backprop_cli.show import Format

NOTHING: Mapping[str, Any] = {}


class Known:
    """Values of one sample by key: of the pass, of the start, and of the config.

    What none of them knows is to be found: it is written as a blank. A text, such as an answer that
    was given, stands as it is.
    """

    def __init__(
        self,
        network: Network,
        values: Mapping[str, Any] | None,
        start: Mapping[str, Any] | None,
        sample: int,
        form: Format,
        room: str = "",
    ) -> None:
        written = {parameter.name: parameter.value for parameter in network.parameters()}
        self.tables = (values or NOTHING, start or NOTHING, givens(network, sample), written)
        self.form, self.room = form, room

    def value(self, key: str) -> Any:
        """The value of a quantity, or None."""
        for table in self.tables:
            try:
                return table[key]
            except KeyError:
                continue
        return None

    def number(self, ref: Ref | Name, role: str) -> Text:
        """The number of a quantity."""
        key = (ref.name if isinstance(ref, Ref) else ref).key
        value = self.value(key)
        if not isinstance(value, str):
            value = BLANK if value is None else self.form(value)
        return Text(value, role, key, room=self.room)

    def labelled(self, letter: str, ref: Ref, role: str) -> Line:
        """A number after a letter that says what it is: net 0.3775."""
        return (Text(f"{letter} ", LETTER), self.number(ref, role))

    def named(self, ref: Ref, role: str) -> Line:
        """A number after its name: w5 0.4."""
        return (name_of(ref, " "), self.number(ref, role))


def name_of(ref: Ref, after: str = "") -> Text:
    """The symbol of a quantity."""
    name = ref.name
    return Text(name.symbol + after, NAME, latex=name.latex)
