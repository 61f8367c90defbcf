"""Networks to draw, and what is measured in a drawing."""

from collections.abc import Iterator
from itertools import pairwise, product
from math import hypot

from backprop_cli.api import Trace, trace
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.draw import diagram
from backprop_cli.draw.scene import text_of
from backprop_cli.draw.shapes import LEADING, Area, Box, Circle, Drawing
from backprop_cli.engine import Network


def network_with(*shape: int, own: bool = False, extra: str = "") -> Network:
    """A network of this shape with weights of both signs; biases shared, or each unit its `own`."""
    text = f'title = "{"-".join(map(str, shape))}"\neta = 0.5\nerror = "half-squared"\n'
    text += f"inputs = {[0.05 * (at + 1) for at in range(shape[0])]}\n"
    text += f"targets = {[0.5] * shape[-1]}\n{extra}"
    for count, (below, units) in enumerate(pairwise(shape)):
        rows = [[((at * 7 + row * 13 + count) % 19 - 9) / 10 for at in range(below)]
                for row in range(units)]  # fmt: skip
        biases = f"biases = {[-0.25] * units}" if own else "bias = 0.35"
        text += f'[[layers]]\nactivation = "logistic"\nweights = {rows}\n{biases}\n'
    return network_of(parse_document(text, ""))


def traced(network: Network) -> tuple[Trace, dict]:
    """A trace, and the values of its first sample."""
    worked = trace(network)
    return worked, worked.lines[0].scope


class Wide(dict):
    """A number as wide as they come for every key."""

    def __missing__(self, key: str) -> float:
        return -0.00012345


def drawn(network: Network, show: str = "backward", **options) -> Drawing:
    """A drawing with a wide number for every quantity, and the parameters of the config."""
    given = {parameter.name: parameter.value for parameter in network.parameters()}
    return diagram(network, Wide(given), None, show, **options)


CELL = 40.0
"""Width and height of the fields into which a drawing is cut to find what meets."""

Named = tuple[Area, str]


def overlapping(drawing: Drawing) -> list[tuple[str, str]]:
    """Texts that cover another text, or stand out of their own shape or into a foreign one."""
    texts = [(_shrunk(words.area), text_of(words.pieces)) for words in drawing.words()]
    shapes = [shape for shape in drawing.shapes if isinstance(shape, Circle | Box)]
    areas = [(shape.area, shape.key or shape.role) for shape in shapes]
    found = [(texts[a][1], texts[b][1]) for a, b in _meeting(texts, texts) if a < b]
    found += [(areas[a][1], areas[b][1]) for a, b in _meeting(areas, areas) if a < b]
    found += [
        (texts[a][1], areas[b][1])
        for a, b in _meeting(texts, areas)
        if not _holds(shapes[b], texts[a][0])
    ]
    return found


def _shrunk(area: Area) -> Area:
    """An area without the hair by which lines of one label may touch."""
    return Area(area.left, area.top + 0.01, area.right, area.bottom - 0.01)


def _holds(shape: Circle | Box, area: Area) -> bool:
    """Whether the letters in an area are within a shape; above and below them is leading."""
    if isinstance(shape, Circle):
        leading = (area.bottom - area.top) * (1 - 1 / LEADING) / 2
        far = max(abs(area.top + leading - shape.y), abs(area.bottom - leading - shape.y))
        wide = max(abs(area.left - shape.x), abs(area.right - shape.x))
        return hypot(wide, far) <= shape.radius
    around = shape.area
    return (
        around.left <= area.left
        and area.right <= around.right
        and around.top <= area.top
        and area.bottom <= around.bottom
    )


def _meeting(some: list[Named], others: list[Named]) -> set[tuple[int, int]]:
    """Numbers of those among `some` and among `others` that meet; only neighbours are compared."""
    fields: dict[tuple[int, int], list[int]] = {}
    for at, (area, _) in enumerate(others):
        for field in _fields(area):
            fields.setdefault(field, []).append(at)
    return {
        (at, other)
        for at, (area, _) in enumerate(some)
        for field in _fields(area)
        for other in fields.get(field, [])
        if area.meets(others[other][0])
    }


def _fields(area: Area) -> Iterator[tuple[int, int]]:
    """The fields that an area lies in."""
    left, top, right, bottom = (int(length // CELL) for length in area)
    return product(range(left, right + 1), range(top, bottom + 1))
