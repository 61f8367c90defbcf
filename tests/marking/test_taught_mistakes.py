"""Mistakes that teachers know, each with its number from a few lines of plain arithmetic."""

import math
from types import SimpleNamespace

import pytest
from students import answer, answers_to, certain, desk, entry_of, examined, typed


def logistic(net):
    return 1 / (1 + math.exp(-net))


def tutorial(i=(0.05, 0.10), t=(0.01, 0.99), w=None, b=(0.35, 0.60), eta=0.5):
    """The 2-2-2 network of the tutorial: every number of one epoch, weights by their number."""
    w = w or {1: 0.15, 2: 0.20, 3: 0.25, 4: 0.30, 5: 0.40, 6: 0.45, 7: 0.50, 8: 0.55}
    net_h = [w[1] * i[0] + w[2] * i[1] + b[0], w[3] * i[0] + w[4] * i[1] + b[0]]
    h = [logistic(net) for net in net_h]
    net_o = [w[5] * h[0] + w[6] * h[1] + b[1], w[7] * h[0] + w[8] * h[1] + b[1]]
    o = [logistic(net) for net in net_o]
    errors = [(t[k] - o[k]) ** 2 / 2 for k in (0, 1)]
    slope_o, slope_h = [x * (1 - x) for x in o], [x * (1 - x) for x in h]
    delta_o = [(o[k] - t[k]) * slope_o[k] for k in (0, 1)]
    via = [[delta_o[k] * w[5 + 2 * k + j] for k in (0, 1)] for j in (0, 1)]
    delta_h = [sum(via[j]) * slope_h[j] for j in (0, 1)]
    g = {1 + 2 * j + n: delta_h[j] * i[n] for j in (0, 1) for n in (0, 1)}
    g |= {5 + 2 * k + j: delta_o[k] * h[j] for k in (0, 1) for j in (0, 1)}
    return SimpleNamespace(
        net_h=net_h, h=h, net_o=net_o, o=o, E=errors, slope_o=slope_o, slope_h=slope_h,
        delta_o=delta_o, delta_h=delta_h, via=via, g=g, w=w,
        new={n: w[n] - eta * g[n] for n in w},
    )  # fmt: skip


T = tutorial()


def found(diagnosis, answers):
    """What is found behind each wrong answer: (id, detail), by the line's key."""
    marking = examined(diagnosis, answers)
    return {
        diagnosis.sheet.of_slot[slot].key: [(f.mistake, f.detail) for f in findings]
        for slot, findings in certain(diagnosis, marking).items()
    }


def among_right_ones(diagnosis, key, value, digits=6):
    """What is found behind one wrong number of a sheet where all others are right."""
    wrong, truths = entry_of(diagnosis.sheet, key), diagnosis.sheet.truths
    answers = [
        answer(entry, typed(value if entry is wrong else truths[entry.slot], digits))
        for entry in diagnosis.sheet.entries
        if entry.asked or entry is wrong
    ]
    return found(diagnosis, answers)[key]


def alone(diagnosis, digits=6, **values):
    """What is found behind numbers that are all that was answered."""
    texts = {key: str(typed(value, digits).written) for key, value in values.items()}
    return found(diagnosis, answers_to(diagnosis.sheet, **texts))


# In one line of the tutorial, all others right. `mistake: {key: number}`.
IN_ONE_LINE = {
    "term-sign": {
        "net_h1": -0.15 * 0.05 + 0.2 * 0.1 + 0.35,
        "net_o2": 0.5 * T.h[0] - 0.55 * T.h[1] + 0.6,
        "dE_dout_h1": T.via[0][0] - T.via[0][1],
        "dE_dout_h2": -T.via[1][0] + T.via[1][1],
        "net_h1_new": T.new[1] * 0.05 - T.new[2] * 0.1 + 0.35,
    },
    "term-forgotten": {
        "net_h1": 0.2 * 0.1 + 0.35,
        "net_o1": 0.4 * T.h[0] + 0.6,
        "E_total": T.E[0],
    },
    "inputs-exchanged": {
        "net_h1": 0.15 * 0.1 + 0.2 * 0.05 + 0.35,
        "net_h2_new": T.new[3] * 0.1 + T.new[4] * 0.05 + 0.35,
    },
    "wrong-weight-in-net": {
        "net_h1": 0.15 * 0.05 + 0.3 * 0.1 + 0.35,
        "net_h2": 0.15 * 0.05 + 0.2 * 0.1 + 0.35,
        "net_o1": 0.4 * T.h[0] + 0.55 * T.h[1] + 0.6,
    },
    "net-for-out-above": {
        "net_o1": 0.4 * T.net_h[0] + 0.45 * T.net_h[1] + 0.6,
        "net_o2": 0.5 * T.h[0] + 0.55 * T.net_h[1] + 0.6,
    },
    "paths-averaged": {"dE_dout_h1": sum(T.via[0]) / 2},
    "exp-sign": {"out_h1": 1 / (1 + math.exp(T.net_h[0])), "out_o2": 1 - T.o[1]},
    "ten-for-e": {"out_h1": 1 / (1 + 10 ** -T.net_h[0])},
    "one-minus-out": {"dout_dnet_o1": 1 - T.o[0], "dout_dnet_h2": 1 - T.h[1]},
    "slope-plus": {"dout_dnet_o1": T.o[0] * (1 + T.o[0])},
    "target-in-slope": {"dout_dnet_o1": 0.01 * 0.99},
    "slope-of-another": {
        "delta_o1": (T.o[0] - 0.01) * T.slope_o[1],
        "delta_h2": sum(T.via[1]) * T.slope_h[0],
    },
    "error-for-error-term": {
        "dE_dout_o1": T.E[0],
        "dE_dout_o2": sum(T.E),
        "delta_o1": T.E[0] * T.slope_o[0],
    },
    "weight-for-input": {"dE_dw6": T.delta_o[0] * 0.45, "dE_dw1": T.delta_h[0] * 0.15},
    "gradient-of-another": {"w5_new": 0.4 - 0.5 * T.g[7], "w2_new": 0.2 - 0.5 * T.g[4]},
    "delta-for-gradient": {"w5_new": 0.4 - 0.5 * T.delta_o[0], "w1_new": 0.15 - 0.5 * T.delta_h[0]},
    "eta-misread": {"w5_new": 0.4 - 0.05 * T.g[5], "w8_new": 0.55 - 5 * T.g[8]},
}


@pytest.mark.parametrize(
    ("id_", "key"), [(id_, key) for id_, lines in IN_ONE_LINE.items() for key in lines]
)
def test_a_mistake_in_one_line_of_the_tutorial_is_named(id_, key):
    named = among_right_ones(desk("mazur"), key, IN_ONE_LINE[id_][key])
    assert [mistake for mistake, _ in named] == [id_]


@pytest.mark.parametrize(
    ("key", "value", "detail"),
    [
        ("net_h1", 0.51 * 0.05 + 0.2 * 0.1 + 0.35, "w1 as 0.51"),
        ("net_h1", 0.15 * 0.5 + 0.2 * 0.1 + 0.35, "w1 as 1.5 or i1 as 0.5"),
        ("net_h2", 0.25 * 0.05 + 0.3 * 0.1 + 0.53, "b1 as 0.53"),
        ("net_h2", 0.25 * 0.05 + 0.3 * 0.1 + 35, "b1 as 35"),
        ("net_o1", 0.4 * T.h[0] + 0.45 * T.h[1] + 0.35, "b2 as 0.35, which is b1"),
        ("net_h1", 0.15 * 0.05 + 0.2 * 0.01 + 0.35, "w2 as 0.02 or i2 as 0.01"),
        ("E_o1", (0.1 - T.o[0]) ** 2 / 2, "t_o1 as 0.1"),
        ("E_o2", (0.05 - T.o[1]) ** 2 / 2, "t_o2 as 0.05, which is i1"),
        ("dE_dw1", T.delta_h[0] * 0.01, "i1 as 0.01, which is t_o1"),
        ("w5_new", 4.0 - 0.5 * T.g[5], "w5 as 4"),
    ],
)
def test_a_given_misread_in_one_line_is_named_and_said(key, value, detail):
    assert among_right_ones(desk("mazur"), key, value) == [("given-misread", detail)]


def test_a_lost_minus_of_a_given_is_seen():
    diagnosis = desk("mazur", ["layers.0.weights=[[0.15, -0.2], [0.25, 0.3]]"])
    truths = diagnosis.sheet.truths
    via = [truths[entry_of(diagnosis.sheet, f"dE_dout_h1_via_o{k}").slot] for k in (1, 2)]
    h = logistic(0.15 * 0.05 - 0.2 * 0.1 + 0.35)
    new = 0.2 - 0.5 * sum(via) * h * (1 - h) * 0.1
    assert among_right_ones(diagnosis, "w2_new", new) == [("given-misread", "w2 as 0.2")]


OTHERS = {  # a given misread from the first line on: numbers, what is told
    "i1 as 0.5": (tutorial(i=(0.5, 0.10)), 1),
    "i2 as 0.01": (tutorial(i=(0.05, 0.01)), 4),
    "b1 as 0.53": (tutorial(b=(0.53, 0.60)), 5),
    "w6 as 0.54": (tutorial(w=T.w | {6: 0.54}), 1),
    "t_o2 as 0.05, which is i1": (tutorial(t=(0.01, 0.05)), 7),
}


@pytest.mark.parametrize("detail", OTHERS)
def test_a_given_misread_from_the_first_line_on_is_named_where_only_weights_are_given(detail):
    misread, weight = OTHERS[detail]
    named = alone(desk("mazur"), 9, **{f"w{weight}_new": misread.new[weight]})
    assert named == {f"w{weight}_new": [("given-misread", detail)]}


def test_another_learning_rate_shows_in_the_error_after_the_update():
    new = tutorial(w=tutorial(eta=0.05).new)
    named = alone(desk("mazur"), 9, E_total_new=sum(new.E))
    assert named == {"E_total_new": [("eta-misread", "η as 0.05")]}


def test_a_given_misread_before_is_worked_with_the_answers_that_stand_between():
    misread, missing = tutorial(i=(0.5, 0.10)), 0.2 * 0.1 + 0.35
    h = [logistic(missing), misread.h[1]]
    o = [logistic(0.4 * h[0] + 0.45 * h[1] + 0.6), logistic(0.5 * h[0] + 0.55 * h[1] + 0.6)]
    delta = (o[0] - 0.01) * o[0] * (1 - o[0])
    named = alone(desk("mazur"), 9, net_h1=missing, w6_new=0.45 - 0.5 * delta * h[1])
    assert named["net_h1"] == [("term-forgotten", "")]
    assert named["w6_new"] == [("given-misread", "w3 as 2.5 or i1 as 0.5")]


TWO = ["inputs=[[0.05, 0.1], [0.3, 0.7]]", "targets=[[0.01, 0.99], [0.8, 0.2]]"]


@pytest.mark.parametrize(
    ("key", "value", "detail"),
    [
        ("sample1.net_h1", 0.15 * 0.3 + 0.2 * 0.7 + 0.35, "all of sample 2"),
        ("sample1.net_h1", 0.15 * 0.3 + 0.2 * 0.1 + 0.35, "i1 of sample 2"),
        ("sample1.E_o1", (0.8 - T.o[0]) ** 2 / 2, "t_o1 of sample 2"),
        ("sample1.dE_dw1", T.delta_h[0] * 0.3, "i1 of sample 2"),
    ],
)
@pytest.mark.parametrize("learning", ["online", "batch"])
def test_the_input_of_another_sample_is_named(learning, key, value, detail):
    diagnosis = desk("mazur", [*TWO, f"learning={learning}"])
    assert among_right_ones(diagnosis, key, value) == [("another-sample", detail)]


def test_the_other_samples_are_those_of_the_line():
    second = tutorial(i=(0.05, 0.1), t=(0.8, 0.2))
    diagnosis = desk("mazur", [*TWO, "learning=batch"])
    named = alone(diagnosis, **{"sample2.out_o1": second.o[0]})
    assert named == {"sample2.out_o1": [("another-sample", "all of sample 1")]}


# Optimizers. The parabola of `momentum` has w = 10 and gradient 2w = 20, η 0.8, β 0.1; that of
# `adam` θ = 5 and gradient 10, η 0.1.


def test_nesterov_under_classical_momentum_and_the_reverse():
    nesterov = 0.1 * (-0.8 * 20) - 0.8 * 20
    classical = -0.8 * 20
    one, other = desk("momentum"), desk("momentum", ["optimizer=nesterov"])
    for key, start in (("change_w", 0), ("w_new", 10)):
        assert among_right_ones(one, key, start + nesterov) == [("nesterov-for-momentum", "")]
        assert among_right_ones(other, key, start + classical) == [("momentum-for-nesterov", "")]


def adam(steps, beta1=0.9, beta2=0.999, epsilon=1e-8, theta=5.0, eta=0.1):
    """θ after some steps of Adam on θ²."""
    m = v = 0.0
    for t in range(1, steps + 1):
        g = 2 * theta
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        theta -= eta * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + epsilon)
    return theta


def test_exchanged_betas_are_named_in_a_line_and_from_the_first_line_on():
    assert among_right_ones(desk("adam"), "m_theta_new", 0.001 * 10) == [("betas-exchanged", "")]
    assert among_right_ones(desk("adam"), "v_theta_new", 0.1 * 100) == [("betas-exchanged", "")]
    key = "epoch3.theta_new"
    named = alone(desk("adam", epochs=3), 9, **{key: adam(3, 0.999, 0.9)})
    assert named == {key: [("betas-exchanged", "")]}


G = T.g[5]
MOVED = {  # of w5 in the first step of Adam, where both corrections cancel: m̂ = g, v̂ = g²
    "weight-decay-dropped": ("{name='adamw', weight_decay=0.5}", 0.4 - 0.5 * G / (abs(G) + 1e-8)),
    "missing-root": ("adam", 0.4 - 0.5 * G / (G**2 + 1e-8)),
    "adam-no-bias-correction": ("adam", 0.4 - 0.5 * (0.1 * G) / (math.sqrt(0.001 * G**2) + 1e-8)),
}


@pytest.mark.parametrize("id_", MOVED)
def test_a_mistake_in_the_change_is_named_where_only_the_new_weight_is_given(id_):
    optimizer, new = MOVED[id_]
    diagnosis = desk("mazur", [f"optimizer={optimizer}"])
    assert alone(diagnosis, w5_new=new) == {"w5_new": [(id_, "")]}
    assert among_right_ones(diagnosis, "w5_new", new) == [(id_, "")]


def test_epsilon_under_the_root_is_named_where_only_the_new_weight_is_given():
    diagnosis = desk("mazur", ["optimizer={name='adam', epsilon=0.01}"])
    new = 0.4 - 0.5 * G / math.sqrt(G**2 + 0.01)
    assert alone(diagnosis, w5_new=new) == {"w5_new": [("adam-epsilon-inside", "")]}


def test_decay_in_the_gradient_is_named_in_its_lines_and_through_all_of_them():
    diagnosis = desk("mazur", ["optimizer={name='adamw', weight_decay=0.1}"])
    decayed = G + 0.1 * 0.4
    assert among_right_ones(diagnosis, "m_w5_new", 0.1 * decayed) == [("l2-in-gradient", "")]
    assert among_right_ones(diagnosis, "v_w5_new", 0.001 * decayed**2) == [("l2-in-gradient", "")]
    second = "epoch2.m_w5_new"
    first = tutorial(w={n: T.w[n] - 0.5 * sign(T.g[n] + 0.1 * T.w[n]) for n in T.w})
    value = 0.9 * 0.1 * decayed + 0.1 * (first.g[5] + 0.1 * first.w[5])
    late = desk("mazur", ["optimizer={name='adamw', weight_decay=0.1}"], 2)
    assert alone(late, **{second: value}) == {second: [("l2-in-gradient", "")]}


def sign(x):
    return math.copysign(1, x)


def test_a_mean_taken_twice_is_named():
    diagnosis = desk("mazur", [*TWO, "learning=batch", "reduction=mean", "eta=0.3"])
    second = tutorial(i=(0.3, 0.7), t=(0.8, 0.2))
    twice = (T.g[5] + second.g[5]) / 4
    assert among_right_ones(diagnosis, "dE_dw5", twice) == [("mean-twice", "")]
    assert among_right_ones(diagnosis, "w5_new", 0.4 - 0.3 * twice) == [("mean-twice", "")]


def test_slopes_with_a_plus_and_of_the_target_are_those_of_the_activation():
    diagnosis = desk("tanh", ["targets=[0.5]"])
    out = math.tanh(2 * 0.3 + 0.1)
    assert among_right_ones(diagnosis, "dx_ds_h1_1", 1 + out**2) == [("slope-plus", "")]
    assert among_right_ones(diagnosis, "dx_ds_o1", 1 - 0.5**2) == [("target-in-slope", "")]


def test_ten_is_the_base_of_a_whole_softmax():
    net = [0.3, -0.2, 0.5]
    setting = [
        "inputs=[1, 0]",
        "layers=[{activation='softmax', weights=[[0.3, 0], [-0.2, 0], [0.5, 0]]}]",
    ]
    diagnosis = desk("softmax", setting)
    value = 10 ** net[0] / sum(10**x for x in net)
    assert among_right_ones(diagnosis, "out_o1", value) == [("ten-for-e", "")]
