"""A tree as lines of text: guides at the left, which take less room where there is little."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from backprop_cli.show.folding import folded

LEAST_ROOM = 30
"""Columns that a label has beside its guides at least; with less, its level is a number."""

# Below a branch, beside its last part, beside another, below its last part; the widest first.
_GUIDES = (("│   ", "└── ", "├── ", "    "), ("│ ", "└ ", "├ ", "  "))

Lines = list[tuple[str, str]]
"""Lines of one label, each as its guide and the text beside it."""


def branches(labels: Sequence[tuple[int, str]], width: int) -> Iterator[Lines]:
    """The lines of a tree, whose parts are (level, label) in the order in which they are read."""
    deepest = max((level for level, _ in labels), default=0)
    for guides in _GUIDES:
        if width - deepest * len(guides[0]) >= LEAST_ROOM:
            yield from _guided(labels, width, guides)
            return
    margin = len(str(deepest)) + 1
    for level, label in labels:
        yield _beside(f"{level:>{margin - 1}} ", " " * margin, label, width)


def _guided(
    labels: Sequence[tuple[int, str]], width: int, guides: tuple[str, str, str, str]
) -> Iterator[Lines]:
    through, last, other, none = guides
    above: list[str] = []  # the guide of each level that is open
    for (level, label), is_last in zip(labels, _are_last(labels), strict=True):
        if level == 0:
            yield _beside("", "", label, width)
            continue
        del above[level - 1 :]
        first = "".join(above) + (last if is_last else other)
        above.append(none if is_last else through)
        yield _beside(first, "".join(above), label, width)


def _beside(guide: str, later: str, label: str, width: int) -> Lines:
    first, *others = folded(label, width - len(guide), 0)
    return [(guide, first), *((later, line) for line in others)]


def _are_last(labels: Sequence[tuple[int, str]]) -> list[bool]:
    """Whether each is the last part of what it is a part of."""
    found, later = [], set[int]()
    for level, _ in reversed(labels):
        found.append(level not in later)
        later = {other for other in later if other < level} | {level}
    return found[::-1]
