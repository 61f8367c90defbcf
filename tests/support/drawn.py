"""Networks to draw, and what is measured in a drawing."""

from itertools import pairwise

from backprop_cli.api import Trace, trace
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.draw import Drawing, diagram
from backprop_cli.draw.shapes import Area, Box, Circle, Words
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


def overlapping(drawing: Drawing) -> list[tuple[str, str]]:
    """Texts that cover another text, or stand out of their own shape or into a foreign one."""
    texts = [(words.area, "".join(piece.text for piece in words.pieces))
             for words in drawing.shapes if isinstance(words, Words)]  # fmt: skip
    shapes = [(shape.area, shape.key or shape.role) for shape in drawing.shapes
              if isinstance(shape, Circle | Box)]  # fmt: skip
    found = _meeting([*_shrunk(texts)], [*_shrunk(texts)])
    found += _meeting(shapes, shapes)
    found += [pair for pair in _meeting(texts, shapes) if not _inside(pair, texts, shapes)]
    return found


def _shrunk(texts):
    for area, text in texts:
        yield Area(area.left, area.top + 0.01, area.right, area.bottom - 0.01), text


def _inside(pair, texts, shapes) -> bool:
    """Whether a text stands within the shape that it meets."""
    return any(
        text == pair[0] and shape == pair[1] and _within(area, around)
        for area, text in texts
        for around, shape in shapes
        if area.meets(around)
    )


def _within(area: Area, around: Area) -> bool:
    return (
        around.left <= area.left
        and area.right <= around.right
        and around.top <= area.top
        and area.bottom <= around.bottom
    )


def _meeting(some, others) -> list[tuple[str, str]]:
    """Pairs that meet, found by going through both from the left."""
    found, active = [], []
    marked = sorted(
        [(area.left, 0, at, area, text) for at, (area, text) in enumerate(some)]
        + [(area.left, 1, at, area, text) for at, (area, text) in enumerate(others)],
        key=lambda entry: entry[:3],
    )
    same = some is others or (len(some) == len(others) and some == others)
    for left, side, at, area, text in marked:
        active = [entry for entry in active if entry[2].right > left]
        for other_side, other_at, other, name in active:
            if other_side == side or not area.meets(other) or (same and other_at == at):
                continue
            found.append((text, name) if side == 0 else (name, text))
        active.append((side, at, area, text))
    return found
