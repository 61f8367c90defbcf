"""The programs are right, by automatic differentiation, and each mistake does what its row says."""

import itertools
import re
from collections import Counter

import numpy as np
import pytest
from planted import FOLDER, PROGRAMS, differing, flat
from planted_reference import unlike_the_reference

pytestmark = pytest.mark.thorough

STRUCTURAL = [
    "transposed", "summed-over-wrong-axis", "not-summed", "mean-twice", "batch-sum-for-mean",
    "divided-by-two", "features-for-samples", "summed-over-everything", "softmax-over-wrong-axis",
    "slope-of-another-layer", "slope-at-output", "broadcast", "backward-sign", "overwritten",
    "overflow", "updated-weights",
]  # fmt: skip
FURTHER = ["slope-at-error-term", "wrong-bias", "gradients-added-up", "mask-inverted"]
CATALOGUE = re.findall(
    r"^\| `([a-z0-9-]+)`", (FOLDER.parents[1] / "docs/mistakes.md").read_text("utf-8"), re.M
)

every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
every_bug = pytest.mark.parametrize(
    ("program", "bug"),
    [
        pytest.param(program, bug, id=f"{program.id}-{number}-{bug.first}")
        for program in PROGRAMS.values()
        for number, bug in enumerate(program.bugs, start=1)
    ],
)


def ready(program):
    """Skip what needs a library that is not there."""
    if missing := program.missing():
        pytest.skip(f"{', '.join(missing)} is not installed")
    return program


def test_there_is_a_program_for_each_convention():
    assert {program.names for program in PROGRAMS.values()} == {
        "ng", "cs231n", "nielsen", "nnfs", "trask", "karpathy", "pytorch", "bishop", "d2l",
        "haykin", "sklearn", "own",
    }  # fmt: skip


@every_program
def test_a_program_is_right(program):
    assert unlike_the_reference(program, *ready(program).run()) == []


@every_program
def test_what_is_in_a_program_is_known(program):
    keys = set(program.quantities.values())
    layers = len(ready(program).run()[0]["weights"])
    for n in range(1, layers + 1):
        assert keys & {f"dE_dW{n}", f"change_W{n}", f"W{n}_new"}
    assert len(program.bugs) >= 10


@every_bug
def test_a_bug_is_first_seen_where_its_row_says(program, bug):
    _, right = ready(program).run()
    arguments, wrong = program.run(bug)
    changed = differing(right, wrong)
    seen = [name for name in program.known if name in changed]
    assert seen, "nothing has changed"
    assert seen[0] == bug.first
    assert changed[bug.first] > 1e-4
    assert set(bug.or_first) <= set(seen[1:])
    assert unlike_the_reference(program, arguments, wrong)[0] == bug.first


@every_program
def test_what_makes_the_same_numbers_bears_the_same_names(program):
    made = [(bug, dict(flat(ready(program).run(bug)[1]))[bug.first]) for bug in program.bugs]
    for one, other in itertools.combinations(made, 2):
        if one[0].first == other[0].first and _equal(one[1], other[1]):
            assert one[0].ids == other[0].ids


def _equal(one, other):
    return one.shape == other.shape and np.allclose(one, other, equal_nan=True)


@every_bug
def test_a_bug_may_be_called_what_is_known(bug, program):
    assert bug.ids <= {*STRUCTURAL, *FURTHER, *CATALOGUE}
    assert bug.what.endswith(".")


def test_every_structural_mistake_is_planted_twice():
    planted = Counter(name for p in PROGRAMS.values() for bug in p.bugs for name in bug.ids)
    assert [name for name in STRUCTURAL if planted[name] < 2] == []


def test_many_mistakes_of_the_catalogue_are_planted():
    planted = {name for p in PROGRAMS.values() for bug in p.bugs for name in bug.ids}
    assert len(planted & set(CATALOGUE) - set(STRUCTURAL)) >= 20
