"""Which way round arrays stand and which signs they have: by shapes, by numbers, or asked."""

import numpy as np
import pytest
from by_hand import Hand

from backprop_cli import check, network
from backprop_cli.arrays.checking import checked
from backprop_cli.arrays.choosing import groups
from backprop_cli.arrays.readings import Reading
from backprop_cli.errors import UsageError

TALL = Hand((3, 4, 2), 5, ("tanh", "logistic"))
SQUARE = Hand((3, 3, 3), 3, ("tanh", "logistic"))
ONE = Hand((3, 4, 2), 1, ("tanh", "logistic"))
PER_SAMPLE = ("X", "T", "net", "out", "delta", "dE_dout", "dout_dnet", "E_out")


def turned(arrays, rows=False, by_sender=False, scale=None):
    """The arrays as a program would have them that keeps them otherwise."""
    found = {}
    for name, array in arrays.items():
        flips = rows if name.startswith(PER_SAMPLE) else by_sender and "W" in name
        factor = (scale or (lambda _: 1))(name)
        found[name] = (array.T if flips else array) * factor
    return found


def reading_of(hand, arrays, **options):
    found = checked(network(**hand.arguments), arrays, **options)
    assert {one.status for one in found.judged} == {"correct"}
    return found.reading


@pytest.mark.parametrize("rows", [False, True])
@pytest.mark.parametrize("by_sender", [False, True])
@pytest.mark.parametrize("hand", [TALL, SQUARE], ids=["by shapes", "by numbers"])
def test_the_way_round_is_found(hand, rows, by_sender):
    arrays = turned(hand.run(), rows, by_sender)
    assert reading_of(hand, arrays) == Reading(rows, by_sender)
    arrays = {name: arrays[name] for name in ("out_1", "dE_dW2", "W2")}
    assert reading_of(hand, arrays) == Reading(rows, by_sender)


@pytest.mark.parametrize("rows", [False, True])
def test_what_is_right_one_way_round_is_taken_so(rows):
    arrays = {"D": turned(SQUARE.run(), rows)["delta_1"]}
    arrays["D"] = arrays["D"].T if rows else arrays["D"]
    assert check(network(**SQUARE.arguments), arrays, names={"D": "delta_1"}).ok


def test_what_is_asked_for_has_to_be_possible():
    with pytest.raises(UsageError, match='does not stand as layout="rows" says'):
        check(network(**TALL.arguments), {"out_1": TALL.run()["out_1"]}, layout="rows")


def test_of_most_shapes_one_stray_settles_nothing():
    arrays = {**TALL.run(), "delta_1": TALL.run()["delta_1"].T}
    found = checked(network(**TALL.arguments), arrays)
    assert not found.reading.rows
    assert [one.key for one in found.judged if one.status == "wrong"] == ["delta_1"]


def test_where_both_ways_are_the_same_nothing_is_asked():
    same = np.diag([1.0, 2.0, 3.0])
    assert not check(network(**SQUARE.arguments), {"D": same}, names={"D": "delta_1"}).ok
    assert check(network(**ONE.arguments), {"D": ONE.run()["delta_1"]}, names={"D": "delta_1"}).ok


def test_a_convention_settles_what_shapes_leave_open():
    right = SQUARE.run()
    net = network(**SQUARE.arguments)
    columns = checked(net, {"dZ1": right["delta_1"]}, names="ng")
    assert not columns.reading.rows
    rows = checked(net, {"scores": right["net_2"].T, "dscores": right["delta_2"].T / 3},
                   names="cs231n")  # fmt: skip
    assert rows.reading.rows
    assert {one.status for one in columns.judged + rows.judged} == {"correct"}


def test_shapes_go_before_a_convention():
    rows = {"Z1": TALL.run()["net_1"].T, "A1": TALL.run()["out_1"].T}
    assert reading_of(TALL, rows, names="ng").rows


def test_samples_that_arrays_may_hold():
    net = network(**TALL.arguments)
    assert list(groups(net)) == [(1, 2, 3, 4, 5), (1,)]
    batches = network(**TALL.arguments, batch_size=2)
    assert list(groups(batches)) == [(1, 2, 3, 4, 5), (1, 2), (1,)]
    online = network(**TALL.arguments, learning="online")
    assert list(groups(online)) == [(1, 2, 3, 4, 5), (1,)]
    assert list(groups(network(**ONE.arguments))) == [(1,)]


@pytest.mark.parametrize("number", [1, 3, 5])
def test_one_sample_alone_is_known_by_its_numbers(number):
    at = [number - 1]
    part = Hand((3, 4, 2), 1, ("tanh", "logistic"))
    part.given = {**TALL.given, "X": TALL.given["X"][:, at], "T": TALL.given["T"][:, at]}
    found = checked(network(**TALL.arguments), part.run())
    assert found.samples == (number,)
    assert {one.status for one in found.judged} == {"correct"}


def test_the_first_batch_is_known_by_its_shape():
    part = Hand((3, 4, 2), 2, ("tanh", "logistic"))
    part.given = {**TALL.given, "X": TALL.given["X"][:, :2], "T": TALL.given["T"][:, :2]}
    found = checked(network(**TALL.arguments, batch_size=2), part.run())
    assert found.samples == (1, 2)
    assert {one.status for one in found.judged} == {"correct"}


# Signs and means.


def of_deltas(factor):
    return lambda name: factor if name.startswith(("delta", "dE_dout")) else 1


def of_gradients(factor):
    return lambda name: factor if name.startswith(("dE_dW", "dE_db")) else 1


def of_both(delta, gradient):
    return lambda name: of_deltas(delta)(name) * of_gradients(gradient)(name)


READINGS = [
    (of_deltas(-1), Reading(descent=True)),
    (of_both(-1, -1), Reading(descent=True, rising=True)),
    (of_deltas(1 / 5), Reading(mean_at="delta")),
    (of_gradients(5), Reading(mean_at="update")),
    (of_both(-1, -5), None),
]  # fmt: skip


@pytest.mark.parametrize(("scale", "reading"), READINGS)
def test_a_reading_that_makes_everything_right_is_taken(scale, reading):
    arrays = turned(TALL.run(), scale=scale)
    if reading is None:
        assert not check(network(**TALL.arguments), arrays).ok
    else:
        assert reading_of(TALL, arrays) == reading


def test_sums_throughout_are_right_where_the_config_leaves_it_open():
    hand = Hand((3, 4, 2), 5, ("tanh", "logistic"), reduction="sum")
    arguments = {key: value for key, value in hand.arguments.items() if key != "reduction"}
    found = checked(network(**arguments, learning="online"), hand.run())
    assert {one.status for one in found.judged} == {"correct"}
    assert found.reading.mean_at == "never"
    assert found.network.reduction == "sum"


@pytest.mark.parametrize("kept", [("delta_2",), ("delta_1", "delta_2", "dE_dout_2")])
def test_deltas_of_the_wrong_sign_alone_are_wrong(kept):
    arrays = turned(TALL.run(), scale=of_deltas(-1))
    assert not check(network(**TALL.arguments), {name: arrays[name] for name in kept}).ok
    shown = {name: arrays[name] for name in (*kept, "dE_dW1")}
    assert check(network(**TALL.arguments), shown).ok


@pytest.mark.parametrize("scale", [of_gradients(5), of_both(-1, -1)])
def test_gradients_that_no_update_shows_are_wrong(scale):
    arrays = turned(TALL.run(), scale=scale)
    without = {name: array for name, array in arrays.items() if not name.endswith("_new")}
    assert not check(network(**TALL.arguments), without).ok
    assert check(network(**TALL.arguments), arrays).ok


def test_the_sign_of_the_config_is_that_of_the_arrays():
    arrays = turned(TALL.run(), scale=of_deltas(-1))
    net = network(**TALL.arguments, convention={"delta": "descent"})
    assert check(net, {"delta_2": arrays["delta_2"]}).ok
    assert not check(net, {"delta_2": TALL.run()["delta_2"]}).ok


def test_the_mean_of_a_program_is_wrong_where_the_config_has_sums():
    summed = Hand((3, 4, 2), 5, ("tanh", "logistic"), reduction="sum")
    report = check(network(**summed.arguments), TALL.run())
    assert not report.ok
    assert report.first_wrong == "dE_dW2"
    assert not check(network(**TALL.arguments), summed.run()).ok


def test_numbers_of_classes_are_targets_of_a_shape_that_fits():
    hand = Hand((3, 4, 3), 5, ("tanh", "softmax"), "cross-entropy")
    classes = hand.given["T"].argmax(axis=0)
    net = network(**hand.arguments)
    report = check(net, {**hand.run(), "T": classes})
    assert report.ok
    assert [line.key for line in report.lines][1] == "T"
    wrong = check(net, {**hand.run(), "T": (classes + 1) % 3})
    assert wrong.first_wrong == "T"
    assert check(net, {"y": classes, "net_2": hand.run()["net_2"].T}, names="cs231n").ok
