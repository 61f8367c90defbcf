"""Keys as people write them: qualifiers, forms, and what is said of those that fit nothing."""

import pytest

from backprop_cli import load
from backprop_cli.marking.reading.keys import LAST_EPOCH, Keys, UnknownKey, plain_form, qualifier
from backprop_cli.marking.sheet import sheet_of

MAZUR, XOR, BATCH = (Keys(sheet_of(load(name))) for name in ("mazur", "xor", "batch"))
HALVES = Keys(sheet_of(load("xor", ["batch_size=2", "learning=mini-batch"])))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("sample2", ("sample", 2)), ("Sample 2", ("sample", 2)), (" BATCH_13 ", ("batch", 13)),
        ("epoch999999999", ("epoch", 999999999)), ("epoch1000000000", None), ("epoch", None),
        ("sample2x", None), ("epochs2", None), ("net_h1", None),
    ],
)  # fmt: skip
def test_a_qualifier_is_a_word_and_a_number(text, found):
    assert qualifier(text) == found


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("net h1", "neth1"), ("∂E/∂w5", "dedw5"), ("\\partial E/\\partial w5", "dedw5"),
        ("Δw5", "changew5"), ("∆w5", "changew5"), ("w5'", "w5+"), ("w5 new", "w5+"),
        ("updated w5", "updatedw5"), ("w5 updated", "w5+"), ("new", "+"), ("neww5", "w5+"),
        ("m̂_w5", "mhatw5"), ("ŵ_1", "what1"),
        ("δ_o1", "deltao1"), ("η", "eta"), ("ϵ", "epsilon"), ("newt", "t+"),
    ],
)  # fmt: skip
def test_a_key_is_compared_without_case_signs_and_greek(text, plain):
    assert plain_form(text) == plain


@pytest.mark.parametrize(
    ("keys", "text", "said", "address"),
    [
        (MAZUR, "net_h1", {}, (1, 0, 1, "net_h1")),
        (MAZUR, "sample1.net_h1", {}, (1, 0, 1, "net_h1")),
        (MAZUR, "epoch3.net_h1", {}, (3, 0, 1, "net_h1")),
        (MAZUR, "net_h1", {"epoch": LAST_EPOCH}, (LAST_EPOCH, 0, 1, "net_h1")),
        (XOR, "epoch2.sample3.net_h1", {}, (2, 0, 3, "net_h1")),
        (XOR, "sample3.net_h1", {"sample": 3}, (1, 0, 3, "net_h1")),
        (XOR, "E_epoch", {}, (1, 0, 0, "E_epoch")),
        (BATCH, "w1_new", {}, (1, 0, 0, "w1_new")),
    ],
)
def test_where_a_quantity_stands(keys, text, said, address):
    found = keys.address(text, said)
    assert (found.epoch, found.batch or 0, found.sample, found.key) == address


@pytest.mark.parametrize(
    ("keys", "text", "what", "hint"),
    [
        (MAZUR, "epoch0.net_h1", "epochs are counted from 1", None),
        (MAZUR, "epoch1000001.net_h1", "epoch 1000001 is too late to be reached", "1,000,000"),
        (MAZUR, "sample0.net_h1", "there is no net_h1 of sample 0", "from 1 to 1"),
        (MAZUR, "batch3.net_h1", "there is no net_h1 of batch 3", "from 1 to 1"),
        (XOR, "sample5.net_h1", "there is no net_h1 of sample 5", "from 1 to 4"),
        (XOR, "sample1.sample2.net_h1", "sample 1 and sample 2 at once", None),
        (XOR, "net_h1", "which sample's net_h1 is this?", "(sample1. to sample4.)"),
        (BATCH, "sample1.w1_new", "there is no w1_new of sample 1", None),
        (MAZUR, "net_h3", "there is no such quantity", "did you mean 'net_h"),
        (MAZUR, "NET-H11", "there is no such quantity", "did you mean 'net_h1"),
        (MAZUR, "x" * 61, "there is no such quantity", "known are net_h1, "),
        (MAZUR, "?", "there is no such quantity", "known are net_h1, "),
    ],
)
def test_what_is_said_of_a_key_that_fits_nothing(keys, text, what, hint):
    with pytest.raises(UnknownKey) as caught:
        keys.address(text, {})
    assert what in caught.value.what
    assert (hint in caught.value.hint) if hint else caught.value.hint is None


def test_what_fits_several_is_not_guessed():
    names = 'notation.units=["x1", "x2", "a", "A", "o1", "o2"]'
    keys = Keys(sheet_of(load("mazur", [names])))
    assert keys.address("net_A", {}).key == "net_A"
    with pytest.raises(UnknownKey, match="this may be net_a or net_A"):
        keys.address("net a", {})


ALIASES = {
    "E": "E_total", "error": "E_total", "total error": "E_total", "loss": "E_total",
    "cost+": "E_total_new", "E_tot": "E_total", "new loss": "E_total_new",
    "dE_o2/dout_h1": "dE_dout_h1_via_o2", "dE_dout_h1 o2": "dE_dout_h1_via_o2",
    "dE_total/dout_h1": "dE_dout_h1", "dE_o1/dout_o1": "dE_dout_o1", "dE_dh1": "dE_dout_h1",
    "dout_h2": "dout_dnet_h2", "dE_dnet_o1": "delta_o1", "dE_total/dnet_h1": "delta_h1",
    "dE_o1/dnet_o1": "delta_o1", "dE_total/dw1": "dE_dw1", "grad w1": "dE_dw1",
    "gradient w1": "dE_dw1", "delta w1": "change_w1", "error_o1": "E_o1",
    "Loss o2": "E_o2", "cost_o1_new": "E_o1_new", "err o1": "err_o1",
}  # fmt: skip


@pytest.mark.parametrize("text", ALIASES)
def test_other_names_of_a_quantity(text):
    assert MAZUR.address(text, {}).key == ALIASES[text]


def test_the_derivative_is_not_delta_where_delta_has_the_other_sign():
    keys = Keys(sheet_of(load("mazur", ["convention.delta=descent"])))
    assert keys.address("delta_o1", {}).key == "delta_o1"
    with pytest.raises(UnknownKey):
        keys.address("dE_dnet_o1", {})


def test_names_of_the_book_are_known_where_the_config_has_others():
    keys = Keys(sheet_of(load("mazur", ["notation.net=z", "notation.out=a"])))
    assert keys.address("z_h1", {}).key == keys.address("net_h1", {}).key


def test_a_batch_can_be_told_of_several():
    assert HALVES.address("batch2.w1_new", {}).batch == 2
    with pytest.raises(UnknownKey, match="which batch's w1_new"):
        HALVES.address("w1_new", {})
