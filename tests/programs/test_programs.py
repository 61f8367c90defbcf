"""Programs as people write them, handed to `check` as they stand, and with a mistake in each line.

That the programs are right, and that the mistakes do what their rows say, `test_planted` shows
without this package.
"""

import functools

import numpy as np
import pytest
from planted import PROGRAMS
from planted_reference import reference

import backprop_cli

pytestmark = pytest.mark.thorough

every_program = pytest.mark.parametrize("program", PROGRAMS.values(), ids=PROGRAMS)
every_bug = pytest.mark.parametrize(
    ("program", "bug"),
    [
        pytest.param(program, bug, id=f"{program.id}-{number}-{bug.first}")
        for program in PROGRAMS.values()
        for number, bug in enumerate(program.bugs, start=1)
    ],
)


def checked(program, bug=None):
    """What `check` says of a program, with nothing but its arrays."""
    if missing := program.missing():
        pytest.skip(f"{', '.join(missing)} is not installed")
    return _report(program.id, bug)


@functools.cache
def _report(name, bug):
    arguments, arrays = PROGRAMS[name].run(bug)
    return backprop_cli.check(backprop_cli.network(**arguments), arrays)


def named(report):
    """The mistakes that a report names."""
    told = [line.finding for line in report.lines if line.finding is not None]
    return {finding.mistake for finding in told if finding.mistake}


@every_program
def test_a_right_program_is_all_correct(program):
    report = checked(program)
    assert [line.name for line in report.lines if line.status != "correct"] == []
    assert report.ok
    assert report.first_wrong is None
    assert report.score == 1


@every_program
def test_each_array_is_taken_for_what_it_is(program):
    bound = {line.name: line.key for line in checked(program).lines}
    values = reference(program, program.run()[0])
    for name, key in program.quantities.items():
        told = bound.get(name)
        # A linear layer's output is its net input, and one sample's error is that of the batch.
        assert told == key or np.array_equal(np.squeeze(values[told]), np.squeeze(values[key])), (
            name
        )


@every_bug
def test_the_first_wrong_array_is_found(program, bug):
    report = checked(program, bug)
    assert not report.ok
    assert report.score < 1
    firsts = [program.aliases(name, bug) for name in (bug.first, *bug.or_first)]
    assert report.first_wrong in set().union(*firsts), firsts


@every_bug
def test_no_false_name_is_told(program, bug):
    assert named(checked(program, bug)) <= bug.ids


@every_bug
def test_one_bug_is_one_message(program, bug):
    told = [line for line in checked(program, bug).lines if line.finding is not None]
    assert len(told) <= bug.faults


@every_program
def test_nine_of_ten_mistakes_are_named(program):
    nameable = [bug for bug in program.bugs if bug.ids]
    told = [bug for bug in nameable if named(checked(program, bug)) & bug.ids]
    missed = [f"{bug.first}: {bug.what}" for bug in nameable if bug not in told]
    assert len(told) >= 0.9 * len(nameable), missed
