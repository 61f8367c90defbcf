"""The numbers in the text of the tutorial are those of the program, or those in print."""

import re
from math import exp

import pytest
from pages import BLOCK, text_of
from published import CASES

from backprop_cli import load, trace

LONG = re.compile(r"\d\.\d{6,}")
MAZUR = CASES["mazur-2-2-2"]
RULES = ([], ["update=sequential"])


def computed() -> list[float]:
    """Every value of the first update and of the last, by the rule and by the slip."""
    values = [exp(-0.3775), 0.038098237 / 2]  # a step of the calculator; a product of the page
    for settings in RULES:
        for epoch in (1, 10000):
            values += trace(load("mazur", settings), first=epoch).values.values()
    return values


def is_rounded(text: str, value: float) -> bool:
    """Whether the value, rounded to the places of the text, is that."""
    return f"{abs(value):.{len(text.partition('.')[2])}f}" == text


@pytest.fixture(scope="module")
def values():
    return computed()


@pytest.mark.parametrize("page", ["docs/tutorial.md", "docs/printed-numbers.md"])
def test_every_number_in_the_text_is_computed_or_printed(page, values):
    printed = {entry["printed"].lstrip("-") for entry in MAZUR["published"]}
    text = BLOCK.sub(lambda block: "" if block[1] == "console" else block[3], text_of(page))
    found = LONG.findall(text)
    assert len(found) > 15
    for number in found:
        assert number in printed or any(is_rounded(number, value) for value in values), number


def test_what_is_printed_otherwise_than_computed_is_told():
    story = text_of("docs/printed-numbers.md")
    table = story[story.index("| Printed") : story.index("\n\nThe numbers")]
    for erratum in MAZUR["errata"]:
        assert erratum["printed"].replace("-", "−") in table, erratum
