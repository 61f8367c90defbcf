"""What can go wrong: how a problem is shown, and the tree in which every error stands."""

from __future__ import annotations

import pickle

import pytest

from backprop_cli import errors
from backprop_cli.errors import (
    BackpropError,
    CheckFailed,
    ConfigError,
    FileError,
    InexactError,
    Place,
    Problem,
    UsageError,
    did_you_mean,
)


def test_a_problem_shows_its_place_source_and_hint() -> None:
    place = Place("mazur.toml", 12, "layers[1].weights", "  weights = [[0.4, 0.45, 0.5],")
    problem = Problem(
        "row 2 has 3 numbers, but 2 units feed this layer",
        place,
        "give each neuron one weight per incoming unit",
    )
    assert problem.render() == (
        "mazur.toml:12: error: layers[1].weights: "
        "row 2 has 3 numbers, but 2 units feed this layer\n"
        "    weights = [[0.4, 0.45, 0.5],\n"
        "    hint: give each neuron one weight per incoming unit"
    )


@pytest.mark.parametrize(
    ("place", "shown"),
    [
        (None, "error: bad"),
        (Place(""), "error: bad"),
        (Place("", None, "eta"), "error: eta: bad"),
        (Place("", 3, "eta"), "line 3: error: eta: bad"),
        (Place("a.toml", None, "eta"), "a.toml: error: eta: bad"),
        (Place("a.toml", 3, "", "\teta\t= 1"), "a.toml:3: error: bad\n    eta = 1"),
        (Place("a.toml", 3, "", "  "), "a.toml:3: error: bad"),
    ],
)
def test_what_is_not_known_of_a_place_is_left_out(place: Place | None, shown: str) -> None:
    assert Problem("bad", place).render() == shown


def test_a_long_source_line_keeps_its_ends() -> None:
    source = "weights = [" + "1, " * 100 + "2]"
    shown = Problem("bad", Place("a", 1, "", source)).render().splitlines()[1]
    assert len(shown) == 4 + 100
    assert shown.startswith("    weights = [1, 1")
    assert shown.endswith("1, 2]")
    assert shown.count("…") == 1
    assert "…" not in Problem("bad", Place("a", 1, "", "x" * 100)).render()


def test_nothing_shown_can_steer_the_terminal() -> None:
    problem = Problem("\x1b[2J\n", Place("a\r\udcff", 1, "", "é \u202e\xa0 = 1"), "\x07")
    assert problem.render() == (
        "a\\r\\udcff:1: error: \\x1b[2J\\n\n    é \\u202e\\xa0 = 1\n    hint: \\x07"
    )


@pytest.mark.parametrize(
    ("error", "code", "shown"),
    [
        (UsageError("no", "yes"), 2, "error: no\n    hint: yes"),
        (FileError("no", Place("f")), 2, "f: error: no"),
        (ConfigError(Problem("no")), 2, "error: no"),
        (ConfigError([Problem("no"), Problem("nor")]), 2, "error: no\nerror: nor"),
        (InexactError("exp"), 2, "error: exp has no exact value: its results are not fractions"),
        (CheckFailed("2 of 3"), 1, "error: 2 of 3"),
    ],
)
def test_every_error_has_its_code_and_words(error: BackpropError, code: int, shown: str) -> None:
    assert (error.exit_code, str(error), error.render()) == (code, shown, shown)
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again)) == (type(error), shown)


def test_every_error_stands_in_the_tree_of_the_docstring() -> None:
    assert errors.__doc__ is not None
    kinds: list[type[BackpropError]] = [BackpropError, *BackpropError.__subclasses__()]
    for kind in kinds:
        assert f" {kind.__name__} " in errors.__doc__


def test_a_config_error_carries_every_problem() -> None:
    error = ConfigError(Problem(what) for what in ("first", "second"))
    assert [problem.what for problem in error.problems] == ["first", "second"]
    assert (error.what, error.hint) == ("first; second", None)


@pytest.mark.parametrize(
    ("word", "guess"),
    [("etta", "eta"), ("ETA", "eta"), ("layer", "layers"), ("momentum", None), ("e" * 9999, None)],
)
def test_a_near_name_is_offered(word: str, guess: str | None) -> None:
    expected = guess and f"did you mean '{guess}'?"
    assert did_you_mean(word, ["eta", "layers", "Seed"]) == expected
    assert did_you_mean("sed", {"Seed": 1}) == "did you mean 'Seed'?"
