"""Trees as text: guides that join what belongs together, at every width."""

from __future__ import annotations

from backprop_cli.show.branches import LEAST_ROOM, branches

TREE = [(0, "root"), (1, "one"), (2, "deep"), (3, "leaf"), (2, "last deep"), (1, "two"), (2, "end")]


def drawn(labels: list[tuple[int, str]], width: int) -> list[str]:
    return [guide + text for lines in branches(labels, width) for guide, text in lines]


def test_a_tree_with_room_for_wide_guides() -> None:
    assert drawn(TREE, LEAST_ROOM + 12) == [
        "root",
        "├── one",
        "│   ├── deep",
        "│   │   └── leaf",
        "│   └── last deep",
        "└── two",
        "    └── end",
    ]


def test_a_narrow_one_has_narrow_guides() -> None:
    assert drawn(TREE, LEAST_ROOM + 6) == drawn(TREE, LEAST_ROOM + 11) == [
        "root",
        "├ one",
        "│ ├ deep",
        "│ │ └ leaf",
        "│ └ last deep",
        "└ two",
        "  └ end",
    ]  # fmt: skip


def test_without_room_for_guides_levels_are_numbers() -> None:
    assert drawn(TREE, LEAST_ROOM + 5)[:4] == ["0 root", "1 one", "2 deep", "3 leaf"]
    chain = [(level, "x") for level in range(11)]
    assert drawn(chain, LEAST_ROOM)[9:] == [" 9 x", "10 x"]


def test_a_folded_label_keeps_its_guide_and_its_room() -> None:
    long = " ".join(["word"] * 9)
    tree = [(0, long), (1, long), (2, "leaf"), (1, long)]
    assert drawn(tree, LEAST_ROOM + 8) == [
        "word word word word word word word",
        "word word",
        "├── word word word word word word word",
        "│   word word",
        "│   └── leaf",
        "└── word word word word word word word",
        "    word word",
    ]
    assert drawn([(0, long), (1, "x"), (2, long)], 20) == [
        "0 word word word",
        "  word word word",
        "  word word word",
        "1 x",
        "2 word word word",
        "  word word word",
        "  word word word",
    ]


def test_a_tree_of_one() -> None:
    assert drawn([(0, "alone")], 3) == ["0 alone"]
    assert drawn([(0, "alone")], 80) == ["alone"]
