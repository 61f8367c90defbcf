"""Running steps: who knows what, where a line stands, what an update hands on."""

from dataclasses import replace

import pytest

from backprop_cli import load
from backprop_cli.engine import (
    Address,
    arithmetic_of,
    check_exact,
    initial_state,
    lines,
    qualified,
    run,
    state_before,
)
from backprop_cli.engine.running import Scope
from backprop_cli.errors import InexactError
from backprop_cli.formulas import ACTIVATIONS, ERRORS, FLOAT, Label, Num, Ref


def addresses(network, epochs=(1,)):
    found = (line.address for line in lines(network, epochs))
    return [(at.epoch, at.batch, at.sample, at.key) for at in found]


def keys_at(network, batch, sample, epochs=(1,)):
    return [key for _, b, s, key in addresses(network, epochs) if (b, s) == (batch, sample)]


def test_a_sample_knows_what_its_batch_knows_and_a_batch_its_samples():
    batch = Scope({"w": 1.0})
    first, second = Scope({"out": 2.0}, batch), Scope({"out": 3.0}, batch)
    batch.add(1, first)
    batch.add(2, second)
    assert first["w"] == 1.0
    assert batch["sample1.out"] == 2.0
    assert second["sample1.out"] == 2.0
    assert second["out"] == 3.0
    for scope, key in ((batch, "out"), (batch, "sample3.out"), (first, "net")):
        with pytest.raises(KeyError):
            scope[key]


def test_online_every_sample_updates_and_there_is_no_batch():
    network = load("xor")
    assert {(b, s) for _, b, s, _ in addresses(network)} == {(0, n) for n in range(5)}
    assert keys_at(network, 0, 0) == ["E_epoch", "E_mean", "E_epoch_new", "E_mean_new"]
    for sample in range(1, 5):
        assert "w1_new" in keys_at(network, 0, sample)


def test_a_batch_updates_once_after_all_its_samples():
    network = load("xor", ["learning=batch"])
    assert "w1_new" not in keys_at(network, 0, 1)
    assert keys_at(network, 0, 0).count("w1_new") == 1
    keys = [key for *_, key in addresses(network)]
    assert keys.index("w1_new") > max(n for n, key in enumerate(keys) if key == "delta_h1")


def test_mini_batches_are_counted_where_there_are_several():
    network = load("xor", ["learning=mini-batch", "batch_size=3"])
    assert {b for _, b, s, _ in addresses(network) if s} == {1, 2, 0}
    assert {s for _, b, s, _ in addresses(network) if b == 1} == {0, 1, 2, 3}
    assert {s for _, b, s, _ in addresses(network) if b == 2} == {0, 4}
    whole = load("xor", ["learning=mini-batch", "batch_size=4"])
    assert {b for _, b, _, _ in addresses(whole)} == {0}


def test_the_error_of_an_epoch_sees_each_sample_as_it_was_presented():
    network = load("xor")
    found = list(lines(network))
    seen = [line.value for line in found if line.step.key == "E_total"]
    ends = [line.value for line in found if line.step.key == "E_total_end"]
    of = {line.step.key: line.value for line in found if line.step.kind == "E_epoch"}
    assert of["E_epoch"] == pytest.approx(sum(seen), rel=1e-15)
    assert of["E_epoch_new"] == pytest.approx(sum(ends), rel=1e-15)
    assert len(seen) == len(ends) == 4


def test_parameters_and_the_count_of_updates_are_handed_on():
    network = load("xor", ["optimizer=adam"])
    state = initial_state(network)
    found = list(lines(network, (1, 2), state=state))
    assert state.updates == 8
    last = {line.step.key: line.value for line in found}
    assert state.values["w1"] == last["w1_new"]
    assert state.values["m_w1"] == last["m_w1_new"]
    batch = load("xor", ["learning=batch"])
    state = initial_state(batch)
    list(lines(batch, (1, 2, 3), state=state))
    assert state.updates == 3


def test_the_first_update_has_the_number_one():
    network = load("adam")
    line = next(line for line in lines(network) if line.step.kind == "corrected")
    assert line.scope["t"] == 1.0
    second = [line for line in lines(network, (1, 2)) if line.step.kind == "corrected"][2]
    assert second.scope["t"] == 2.0


def test_an_override_feeds_what_follows_and_leaves_the_line_as_it_was():
    network = load("mazur")
    at = Address(1, 0, 1, "out_h1")
    found = {x.step.key: x.value for x in lines(network, overrides={at: 0.5})}
    plain = {x.step.key: x.value for x in lines(network)}
    assert found["out_h1"] == plain["out_h1"]
    assert found["net_o1"] == 0.4 * 0.5 + 0.45 * plain["out_h2"] + 0.6
    elsewhere = {x.step.key: x.value for x in lines(network, overrides={at._replace(epoch=2): 0.5})}
    assert elsewhere == plain


def test_run_settles_each_value_by_its_kind():
    network = load("mazur", ["round_each={net=1}"])
    found = {x.step.key: x.value for x in lines(network, (1,), arithmetic_of(network))}
    assert str(found["net_h1"]) == "0.4"
    assert len(str(found["out_h1"])) > 20
    assert arithmetic_of(load("mazur")) is FLOAT


def test_run_adds_to_what_is_known():
    step = next(lines(load("mazur"))).step._replace(formula=Ref(Label("x")) + Num(1))
    known = {"x": 2.0}
    assert [value for _, value in run([step], known)] == [3.0]
    assert known == {"x": 2.0, "net_h1": 3.0}
    assert list(run([step], known, override=lambda key, value: 7.0)) == [(step, 3.0)]
    assert known["net_h1"] == 7.0


def test_a_key_is_qualified_where_there_are_several():
    xor, mazur = load("xor"), load("mazur")
    line = next(x for x in lines(xor, (3,)) if x.step.key == "net_h1")
    assert qualified(line, xor, False) == "sample1.net_h1"
    assert qualified(line, xor, True) == "epoch3.sample1.net_h1"
    assert qualified(next(lines(mazur)), mazur, False) == "net_h1"
    batches = load("xor", ["learning=mini-batch", "batch_size=3"])
    update = next(x for x in lines(batches) if x.step.key == "w1_new")
    assert qualified(update, batches, True) == "epoch1.batch1.w1_new"
    inside = next(x for x in lines(batches) if x.step.key == "net_h1")
    assert qualified(inside, batches, True) == "epoch1.sample1.net_h1"


def test_the_state_before_an_epoch_is_that_after_the_ones_before():
    network = load("momentum")
    state = initial_state(network)
    assert state_before(network, 1) == state
    list(lines(network, (1, 2), state=state))
    assert state_before(network, 3) == state


@pytest.mark.parametrize(
    ("name", "settings", "refused"),
    [
        ("relu", [], None),
        ("mazur", [], "logistic"),
        ("relu", ["layers.0.activation=elu"], "elu"),
        ("relu", ["layers.1.activation=logistic"], "logistic"),
        ("relu", ["layers.1.activation=softmax", "error=cross-entropy"], "softmax"),
    ],
)
def test_what_is_not_exact_is_named(name, settings, refused):
    network = load(name, settings)
    if refused is None:
        check_exact(network)
        return
    with pytest.raises(InexactError) as found:
        check_exact(network)
    assert found.value.function == refused


def test_an_error_that_is_not_exact_is_named():
    network = replace(load("relu"), error_name="cross-entropy")
    with pytest.raises(InexactError) as found:
        check_exact(network)
    assert found.value.function == "cross-entropy"


def test_a_parameter_that_is_not_trained_has_no_state():
    state = initial_state(load("mazur", ['optimizer="adam"', "train_biases=false"]))
    of_weights = {key for key in state.values if key.startswith("m_")}
    assert of_weights == {f"m_w{n}" for n in range(1, 9)}


def test_the_hint_names_every_function_that_is_exact():
    """√ has exact values, of squares alone: whether pseudo-huber is exact is found on the way."""
    relu, exact = load("relu"), set()
    networks = {name: load("relu", [f"layers.0.activation={name}"]) for name in ACTIVATIONS}
    networks |= {name: load("relu", [f"error={name}"]) for name in ("huber", "pseudo-huber")}
    networks |= {name: replace(relu, error_name=name) for name in ERRORS if name not in networks}
    for name, network in networks.items():
        try:
            check_exact(network)
            exact.add(name)
        except InexactError as error:
            hint = error.hint
    said = hint.removesuffix(" are exact").replace(" and ", ", ").split(", ")
    squared = {"half-squared", "squared", "mean-squared"}
    listed = set().union(*(squared if words == "the squared errors" else {words} for words in said))
    assert listed | {"pseudo-huber"} == exact


@pytest.mark.parametrize("epoch", [1, 2, 3])
def test_an_epoch_begins_with_what_those_before_it_have_left(epoch):
    network, state = load("xor"), initial_state(load("xor"))
    for _ in lines(network, range(1, epoch), FLOAT, state):
        pass
    assert state_before(network, epoch) == state
    assert state_before(network, epoch, since=(epoch, state)) == state
    assert state_before(network, epoch + 1, since=(epoch, state)) == state_before(
        network, epoch + 1
    )
