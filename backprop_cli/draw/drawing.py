"""From a network and its values to a drawing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backprop_cli.draw.folding import MOST
from backprop_cli.draw.graph_layout import graph_laid_out
from backprop_cli.draw.graph_scene import graph_scene
from backprop_cli.draw.known import Known
from backprop_cli.draw.layout import laid_out
from backprop_cli.draw.network_scene import NetworkScene
from backprop_cli.draw.scene import Scene
from backprop_cli.draw.shapes import Drawing
from backprop_cli.engine import Network
from backprop_cli.show import Format

DIGITS = 5
"""Of the numbers in a drawing, unless it is said otherwise."""


def scene_of(
    network: Network,
    values: Mapping[str, Any] | None = None,
    start: Mapping[str, Any] | None = None,
    show: str = "backward",
    *,
    sample: int = 1,
    form: Format = Format(DIGITS),  # noqa: B008
    most: int = MOST,
    labels: bool = True,
    whereabouts: str = "",
    titled: bool = True,
    room: str = "",
) -> Scene:
    """What a drawing of `network` shows; `show` is one of `SHOWS`.

    `values` are those of the pass by their unqualified keys, as the scope of a line has them, and
    `start` the parameters before it (those of the config where it says nothing). What neither
    knows is left blank, and a text stands as it is. Layers of more than `most` units are folded.
    Without `labels` edges are lines alone; it need not be `titled` where it stands below a title.
    Where numbers are to change or to be marked there is `room` for such a text in place of each,
    and for each in bold.
    """
    known = Known(network, values, start, sample, form, room)
    scene = NetworkScene(network, known, show, most).scene(whereabouts)
    if not labels:
        scene = scene._replace(edges=tuple(edge._replace(lines=()) for edge in scene.edges))
    return scene if titled else scene._replace(title="")


def diagram(
    network: Network,
    values: Mapping[str, Any] | None = None,
    start: Mapping[str, Any] | None = None,
    show: str = "backward",
    **options: Any,
) -> Drawing:
    """The drawing of `network`; the arguments are those of `scene_of`."""
    return laid_out(scene_of(network, values, start, show, **options))


def graph(
    network: Network,
    values: Mapping[str, Any],
    form: Format = Format(DIGITS),  # noqa: B008
    **options: Any,
) -> Drawing:
    """The computation graph; the options are those of `graph_scene.graph_scene`."""
    return graph_laid_out(graph_scene(network, values, form, **options))
