"""Samples in the config: one, several, some kept apart; and targets that are probabilities."""

from __future__ import annotations

import pytest

from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.engine import Network, Sample
from backprop_cli.errors import ConfigError

ONE = """
[[layers]]
activation = "logistic"
units = {units}
"""


def network(head: str, units: int = 1) -> Network:
    return network_of(parse_document(f"eta = 1\n{head}{ONE.format(units=units)}", "net.toml"))


def refusal(head: str, units: int = 1) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        network(head, units)
    return [f"{problem.place.line} {problem.what}" for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("inputs", "targets", "units", "expected"),
    [
        ("[1, 2]", "[3]", 1, [((1, 2), (3,))]),
        ("[[1, 2]]", "[[3]]", 1, [((1, 2), (3,))]),
        ("[[1, 2]]", "[3]", 1, [((1, 2), (3,))]),
        ("[[1], [2]]", "[3, 4]", 1, [((1,), (3,)), ((2,), (4,))]),
        ("[[1], [2]]", "[[3, 4], [5, 6]]", 2, [((1,), (3, 4)), ((2,), (5, 6))]),
        ("[1, 2]", "[3, 4]", 2, [((1, 2), (3, 4))]),
    ],
)
def test_a_flat_list_is_one_sample_or_a_number_for_each(inputs, targets, units, expected) -> None:
    samples = network(f"inputs = {inputs}\ntargets = {targets}\n", units).samples
    assert [(sample.inputs, sample.targets) for sample in samples] == expected


@pytest.mark.parametrize(
    ("inputs", "targets", "units", "told"),
    [
        ("[[1], [2]]", "[3, 4, 5]", 1, "3 there are 2 samples in inputs, but 1 in targets"),
        ("[[1], [2]]", "[[3]]", 1, "3 there are 2 samples in inputs, but 1 in targets"),
        ("[1]", "[[3], [4]]", 1, "3 there is 1 sample in inputs, but 2 in targets"),
        ("[[1, 2], [3]]", "[4, 5]", 1, "2 sample 2 has 1 number, but sample 1 has 2"),
        ("[[1], [2]]", "[[3], [4, 5]]", 1, "3 sample 2 has 2 numbers, but sample 1 has 1"),
        ("[1]", "[3, 4]", 1, "3 there are 2 targets, but 1 output"),
        ("[1]", "[3]", 2, "3 there is 1 target, but 2 outputs"),
        ('["a"]', "[3]", 1, "2 these are names of columns, but no data is given"),
    ],
)
def test_what_does_not_fit_together(inputs, targets, units, told) -> None:
    assert refusal(f"inputs = {inputs}\ntargets = {targets}\n", units) == [told]


FOUR = "inputs = [[1], [2], [3], [4]]\ntargets = [0, 1, 0, 1]\n"


@pytest.mark.parametrize(
    ("share", "kept"), [("0.13", 1), ("0.25", 1), ("0.4", 2), ("0.5", 2), ("0.87", 3)]
)
def test_a_share_of_the_samples_is_kept_apart(share: str, kept: int) -> None:
    found = network(f"{FOUR}validation = {share}\n")
    assert (len(found.samples), len(found.validation)) == (4 - kept, kept)
    inputs = [sample.inputs[0] for sample in (*found.samples, *found.validation)]
    assert sorted(inputs) == [1, 2, 3, 4]
    assert [s.inputs[0] for s in found.samples] == sorted(s.inputs[0] for s in found.samples)


@pytest.mark.parametrize("share", ["0.12", "0.88"])
def test_no_side_may_be_empty(share: str) -> None:
    told = f"4 {share} of 4 samples leaves no sample on one side"
    assert refusal(f"{FOUR}validation = {share}\n") == [told]


def test_samples_may_be_kept_apart_by_standing_in_a_table() -> None:
    apart = "validation = { inputs = [[9], [8]], targets = [1, 0] }\n"
    found = network(FOUR + apart)
    assert [s.inputs for s in found.samples] == [(1,), (2,), (3,), (4,)]
    assert found.validation == (Sample((9,), (1,)), Sample((8,), (0,)))
    both = network(f"{FOUR}standardize = true\n{apart}")
    assert float(both.validation[0].inputs[0]) == pytest.approx((9 - 2.5) / 1.25**0.5)


def test_classes_may_have_names() -> None:
    assert network(f"{FOUR}classes = ['yes']\n").labels == ("yes",)


def test_which_samples_are_kept_apart_the_seed_says() -> None:
    kept = [network(f"{FOUR}validation = 0.5\nseed = {seed}\n").validation for seed in range(8)]
    assert len(set(kept)) > 1
    assert network(f"{FOUR}validation = 0.5\n").validation == kept[0]


@pytest.mark.parametrize("error", ["cross-entropy", "binary-cross-entropy"])
@pytest.mark.parametrize(
    ("target", "fine"), [("0", True), ("1", True), ("-0.001", False), ("1.001", False)]
)
def test_targets_of_a_cross_entropy_are_from_0_to_1(error: str, target: str, fine: bool) -> None:
    head = f'error = "{error}"\ninputs = [[1], [2]]\ntargets = [0.5, {target}]\n'
    if fine:
        assert len(network(head).samples) == 2
    else:
        assert refusal(head) == [f"4 targets of {error} are probabilities, from 0 to 1"]


@pytest.mark.parametrize(
    ("activation", "fine"),
    [("logistic", True), ("softmax", True), ("tanh", False), ("relu", False), ("softplus", False),
     ("bipolar-sigmoid", False), ("linear", False)],
)  # fmt: skip
def test_a_cross_entropy_needs_outputs_between_0_and_1(activation: str, fine: bool) -> None:
    head = 'eta = 1\nerror = "cross-entropy"\ninputs = [1]\ntargets = [1, 0]\n'
    text = head + ONE.format(units=2).replace("logistic", activation)
    if fine:
        assert network_of(parse_document(text, "a.toml")).error_name == "cross-entropy"
    else:
        with pytest.raises(ConfigError, match="takes the logarithm of outputs"):
            network_of(parse_document(text, "a.toml"))


@pytest.mark.parametrize(
    ("said", "size"),
    [
        ("", None), ('learning = "online"', None), ('learning = "batch"', 4), ("batch_size = 1", 1),
        ('batch_size = 3\nlearning = "mini-batch"', 3), ("batch_size = 9", 9),
    ],
)  # fmt: skip
def test_how_many_samples_make_an_update(said: str, size: int | None) -> None:
    assert network(f"{FOUR}{said}\n").batch_size == size


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('learning = "nix"\nbatch_size = 2', '4 unknown learning "nix"'),
        ('learning = "batch"\nbatch_size = 0', "5 must be at least 1, not 0"),
        ('learning = "online"\nbatch_size = 1', "5 online learning has no batch_size"),
        ('learning = "mini-batch"', "4 mini-batch learning needs batch_size"),
    ],
)
def test_what_is_wrong_with_a_batch_is_told_once(said: str, told: str) -> None:
    assert refusal(f"{FOUR}{said}\n") == [told]


def test_the_line_of_a_target_that_is_no_probability() -> None:
    head = 'error = "cross-entropy"\ninputs = [[1], [2]]\ntargets = [\n  [0],\n  [2]\n]\n'
    assert refusal(head)[0].startswith("6 targets of cross-entropy are probabilities")
    head = 'error = "cross-entropy"\ninputs = [1]\ntargets = [\n  2\n]\n'
    assert refusal(head)[0].startswith("4 targets of cross-entropy are probabilities")
