"""What is wrong is collected, counted beyond a number, and told in the order of the lines."""

from __future__ import annotations

import pytest

from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.errors import ConfigError

FINE = "eta = 1\ninputs = [1]\ntargets = [1]\n[[layers]]\nactivation = 'relu'\nunits = 1\n"


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        network_of(parse_document(text, "net.toml"))
    return [problem.what for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("wrong", "more"),
    [
        (20, None),
        (21, "and 1 more that is wrong"),
        (22, "and 2 more that are wrong"),
        (50, "and 30 more that are wrong"),
    ],
)
@pytest.mark.parametrize("key", ["key{} = 1\n", "bias{0} = 1\n"])
def test_twenty_problems_are_told_and_the_others_counted(wrong: int, more: str | None, key) -> None:
    found = problems(FINE + "".join(key.format(number) for number in range(wrong)))
    assert found[:20] == ["there is no such key"] * 20
    assert found[20:] == ([] if more is None else [more])


def test_wrong_numbers_beyond_the_twentieth_are_counted_too() -> None:
    found = problems(FINE.replace("inputs = [1]", f"inputs = [{', '.join(['nan'] * 23)}]"))
    assert len(found) == 21
    assert found[20] == "and 3 more that are wrong"


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("name = 'adam'", "name belongs into [optimizer]"),
        ("delta = 1", "delta belongs into [error]"),
        ("alpha = 1", "alpha belongs into [[layers]]"),
        ("eps = 1", "eps belongs into [optimizer]"),
        ("low = 1", "low belongs into init = { … } of a layer"),
        ("salt = 'x'", "salt belongs into [variants]"),
        ("lr = 1", "did you mean 'eta'?"),
        ("LOSS = 1", "did you mean 'error'?"),
        ("titel = 'x'", "did you mean 'title'?"),
    ],
)
def test_a_key_of_another_table_or_program_is_led_home(line: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        network_of(parse_document(f"{line}\n{FINE}", "net.toml"))
    (problem,) = caught.value.problems
    assert (problem.what, problem.hint) == ("there is no such key", hint)


def test_a_schema_may_be_named_at_the_top_alone() -> None:
    assert network_of(parse_document(f'"$schema" = "x"\n{FINE}', "net.toml"))
    assert problems(f'{FINE}"$schema" = "x"\n') == ["there is no such key"]
