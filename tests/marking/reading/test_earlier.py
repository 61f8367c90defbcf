"""Weights and states before an update: the same as what the update before has made."""

import pytest
from students import answers_to

from backprop_cli import load
from backprop_cli.marking.assessment import Desk
from backprop_cli.marking.reading.answers import Answer, number_of
from backprop_cli.marking.reading.keys import Keys, UnknownKey
from backprop_cli.marking.sheet import sheet_of

NETWORKS = {
    "adam": ("adam", []),
    "online": ("xor", []),
    "batch": ("batch", []),
    "halves": ("xor", ["learning=mini-batch", "batch_size=2"]),
    "biases held fixed": ("mazur", []),
    "lion": ("mazur", ["optimizer=lion"]),
}
KEYS = {case: Keys(sheet_of(load(name, said))) for case, (name, said) in NETWORKS.items()}


@pytest.mark.parametrize(
    ("case", "text", "address"),
    [
        ("adam", "epoch2.theta", (1, 0, 1, "theta_new")),
        ("adam", "epoch2.θ", (1, 0, 1, "theta_new")),
        ("adam", "epoch2.m_theta", (1, 0, 1, "m_theta_new")),
        ("adam", "epoch3.v θ", (2, 0, 1, "v_theta_new")),
        ("adam", "epoch2.mhat_theta", (2, 0, 1, "mhat_theta")),
        ("adam", "epoch2.m̂_θ", (2, 0, 1, "mhat_theta")),
        ("adam", "epoch2.\\hat{m}_theta", (2, 0, 1, "mhat_theta")),
        ("online", "sample2.w1", (1, 0, 1, "w1_new")),
        ("online", "epoch2.w1", (1, 0, 4, "w1_new")),
        ("online", "epoch2.sample1.w1", (1, 0, 4, "w1_new")),
        ("online", "epoch2.sample4.w1", (2, 0, 3, "w1_new")),
        ("batch", "epoch2.w1", (1, 0, 0, "w1_new")),
        ("batch", "epoch3.sample2.w1", (2, 0, 0, "w1_new")),
        ("halves", "batch2.w1", (1, 1, 0, "w1_new")),
        ("halves", "sample3.w1", (1, 1, 0, "w1_new")),
        ("halves", "epoch2.sample2.w1", (1, 2, 0, "w1_new")),
        ("halves", "epoch2.batch2.w1", (2, 1, 0, "w1_new")),
        ("biases held fixed", "epoch2.b1", (1, 0, 1, "b1_new")),
        ("lion", "epoch2.m_w5", (1, 0, 1, "m_w5_new")),
        ("lion", "epoch2.c_w5", (2, 0, 1, "c_w5")),
    ],
)
def test_what_an_update_goes_on_from_was_made_by_the_one_before(case, text, address):
    assert tuple(KEYS[case].address(text, {})) == address


@pytest.mark.parametrize(
    ("case", "text", "what"),
    [
        ("adam", "m θ", "before the first update this is given"),
        ("online", "sample1.w1", "before the first update this is given"),
        ("halves", "sample2.w1", "before the first update this is given"),
        ("online", "sample5.w1", "there is no w1_new of sample 5"),
        ("online", "epoch0.w1", "epochs are counted from 1"),
        ("halves", "batch3.w1", "there is no w1_new of batch 3"),
        ("adam", "epoch1000002.theta", "is too late to be reached"),
        ("adam", "epoch2.x_theta", "there is no such quantity"),
    ],
)
def test_before_the_first_update_nothing_was_made(case, text, what):
    with pytest.raises(UnknownKey, match=what):
        KEYS[case].address(text, {})


def test_a_letter_that_means_two_parameters_is_not_guessed():
    keys = Keys(
        sheet_of(load("mazur", ['notation.weights=[[["a","A"],["c","d"]],[["e","f"],["g","h"]]]']))
    )
    assert keys.address("epoch2.A", {}).key == "A_new"
    with pytest.raises(UnknownKey):
        keys.address("epoch2.a_", {})


def test_a_wrong_weight_before_an_epoch_is_followed_through():
    desk = Desk(load("mazur"))
    numbers = {"epoch2.w1": "0.25", "epoch2.net_h1": "0.3824451790", "epoch2.net_h2": "0.392437786"}
    answers = [
        Answer(
            desk.keys.address(key, {}),
            number_of(text),
            answers_to(desk.keys.sheet, net_h1="1")[0].place,
        )
        for key, text in numbers.items()
    ]
    found = desk.assess(answers)
    assert [(marked.key, marked.verdict.status) for marked in found.answers] == [
        ("w1_new", "wrong"),
        ("epoch2.net_h1", "follow-through"),
        ("epoch2.net_h2", "correct"),
    ]
