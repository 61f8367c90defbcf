"""Mistakes of the update: learning rate, sign, optimizer, biases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from backprop_cli.engine import Bias, Network, Step, by_bias, by_delta
from backprop_cli.formulas import Expr, Num, Op, Ref, root, total
from backprop_cli.marking.diagnosis.mistakes.catalogue import (
    MOST_OTHERS,
    Book,
    key_of,
    mistake,
    references_to,
    rewritten,
    substituted,
)

UPDATES = ("change", "state_new", "corrected", "intermediate", "new")
MOMENTA = ("momentum", "pytorch-momentum", "nesterov")
MOVES = ("change", "new")
"""Where the change is made: in a line of its own, and in the new value, which has it whole."""


def _with_eta(book: Book, step: Step, eta: Expr) -> Iterator[Expr]:
    if step.kind in UPDATES and references_to(step.formula, book.q.eta()):
        yield substituted(step.formula, {key_of(book.q.eta()): eta})


@mistake("added-gradient", source="the gradient points uphill")
def gradient_added(book: Book, step: Step) -> Iterator[Expr]:
    """The gradient was added to the weight, not subtracted.

    The gradient points to where the error grows; to lower it, go the other way: w − η·∂E/∂w.
    """
    yield from _with_eta(book, step, -book.q.eta())
    if step.kind == "new" and step.shown and book.network.optimizer.name == "sgd":
        parameter = book.parameter(step)
        yield book.q.parameter(parameter) - book.q.change(parameter)


@mistake("missing-eta")
def update_without_learning_rate(book: Book, step: Step) -> Iterator[Expr]:
    """The learning rate was left out.

    The step is the learning rate times the gradient.
    """
    yield from _with_eta(book, step, Num(1))


@mistake("eta-twice")
def learning_rate_twice(book: Book, step: Step) -> Iterator[Expr]:
    """The learning rate was multiplied in twice.

    The step is the learning rate, once, times the gradient.
    """
    yield from _with_eta(book, step, book.q.eta() * book.q.eta())


@mistake("eta-in-gradient", rare=True)
def learning_rate_in_the_gradient(book: Book, step: Step) -> Iterator[Expr]:
    """The learning rate was already multiplied into the gradient.

    ∂E/∂w is the gradient alone; the learning rate comes in with the update.
    """
    if step.kind == "gradient":
        yield book.q.eta() * step.formula


@mistake("gradient-of-another", rare=True)
def step_by_another_gradient(book: Book, step: Step) -> Iterator[Expr]:
    """The gradient of another weight of the layer was used, or that of another bias.

    Each parameter moves by its own gradient.
    """
    if step.kind in UPDATES and references_to(step.formula, _gradient(book, step)):
        own = book.parameter(step)
        alike = [p for p in book.layer(step).parameters() if type(p) is type(own) and p != own]
        for other in alike if len(alike) <= MOST_OTHERS else ():
            in_place = {key_of(_gradient(book, step)): book.q.gradient(other)}
            yield substituted(step.formula, in_place)


@mistake("delta-for-gradient", rare=True)
def step_by_delta(book: Book, step: Step) -> Iterator[Expr]:
    """δ stands for the gradient in the update: the input of the weight is missing.

    A weight moves by its gradient, which is δ times what enters through the weight.
    """
    if step.kind in UPDATES and references_to(step.formula, _gradient(book, step)):
        weight = book.weight(step)
        if weight is not None and not book.network.reduces:  # a batch has no δ of its own
            delta = by_delta(book.network, book.q.delta(weight.receiver))
            yield substituted(step.formula, {key_of(_gradient(book, step)): delta})


def _gradient(book: Book, step: Step) -> Ref:
    return book.q.gradient(book.parameter(step))


@mistake("mean-twice", rare=True)
def mean_of_a_mean(book: Book, step: Step) -> Iterator[Expr]:
    """The gradients of the batch were divided by their number twice.

    The mean is taken once: the sum over the samples, divided by how many there are.
    """
    network = book.network
    if not network.reduces or network.reduction != "mean":
        return
    if step.law == "reduction" and isinstance(step.formula, Op):
        yield step.formula / step.formula.args[1]
    elif step.kind in UPDATES and references_to(step.formula, _gradient(book, step)):
        mean = _gradient(book, step) / len(network.batches()[0])
        yield substituted(step.formula, {key_of(_gradient(book, step)): mean})


@mistake("missing-old-weight")
def change_for_new_weight(book: Book, step: Step) -> Iterator[Expr]:
    """The change itself stands where the new weight belongs.

    The new weight is the old one plus the change.
    """
    if step.kind == "new" and step.shown:
        yield book.q.change(book.parameter(step))


def _bias_fixed(network: Network) -> Network | None:
    return replace(network, train_biases=False) if _trains(network) else None


def _bias_trained(network: Network) -> Network | None:
    has = any(layer.biases for layer in network.layers)
    return replace(network, train_biases=True) if has and not network.train_biases else None


def _trains(network: Network) -> bool:
    return network.train_biases and any(layer.biases for layer in network.layers)


@mistake("bias-not-updated", whole=_bias_fixed)
def bias_left_as_it_was(book: Book, step: Step) -> Iterator[Expr]:
    """The bias was not updated.

    Here a bias is trained like a weight: its gradient is δ, as if its input were 1.
    """
    if not _trains(book.network):
        return
    if step.kind == "new" and isinstance(bias := book.parameter(step), Bias):
        yield book.q.parameter(bias)
    if step.kind == "net" and step.name.suffix == "_new" and (entering := book.bias(step)):
        changes = {key_of(book.q.new(entering)): book.q.parameter(entering)}
        yield substituted(step.formula, changes)


@mistake("bias-updated", whole=_bias_trained)
def bias_moved(book: Book, step: Step) -> Iterator[Expr]:
    """The bias was updated, though the biases of this network are held fixed.

    The config says train_biases = false: biases stay as they are.
    """
    network = book.network
    if network.train_biases or network.optimizer.name != "sgd" or network.reduces:
        return
    bias: Bias | None = None
    if step.kind in ("change", "new") and isinstance(parameter := book.parameter(step), Bias):
        bias = parameter
    elif step.kind == "net" and step.name.suffix == "_new":
        bias = book.bias(step)
    if bias is not None:
        gradient = by_bias(network, total(book.q.delta(unit) for unit in bias.receivers))
        old, change = book.q.parameter(bias), book.q.eta() * gradient
        if step.kind == "change":
            yield -change
        else:
            yield substituted(step.formula, {key_of(old): old - change})


@mistake("momentum-dropped")
def update_without_momentum(book: Book, step: Step) -> Iterator[Expr]:
    """The momentum was left out: the velocity of the last update does not come in.

    v⁺ = β·v − η·∂E/∂w keeps part of the last change.
    """
    if step.kind == "state_new" and book.network.optimizer.name in MOMENTA:
        gradient = book.q.gradient(book.parameter(step))
        in_steps = references_to(step.formula, book.q.eta())
        yield -(book.q.eta() * gradient) if in_steps else gradient


@mistake("momentum-sign", yields_to=("added-gradient",))
def momentum_of_the_other_sign(book: Book, step: Step) -> Iterator[Expr]:
    """The momentum was taken with the wrong sign.

    v⁺ = β·v − η·∂E/∂w, and the weight moves by +v⁺.
    """
    if book.network.optimizer.name not in MOMENTA:
        return
    beta = book.q.constant("beta")
    if step.kind in ("state_new", *MOVES) and references_to(step.formula, beta):
        yield substituted(step.formula, {key_of(beta): -beta})
    if step.kind in MOVES:
        velocity = book.q.optimizer_line("v", book.parameter(step))
        yield substituted(step.formula, {key_of(velocity): -velocity})


@mistake("adam-no-bias-correction", source="Kingma & Ba (2015), section 3")
def moments_not_corrected(book: Book, step: Step) -> Iterator[Expr]:
    """The bias correction of Adam was left out.

    m and v start at 0 and are too small at first; they are divided by 1 − βᵗ.
    """
    if step.kind == "corrected" and isinstance(step.formula, Op):
        yield step.formula.args[0]
    if step.kind in MOVES and book.network.optimizer.name in ("adam", "adamw"):
        known = book.q.in_optimizer(book.parameter(step))
        changes = {key_of(known.mhat): known.m_new, key_of(known.vhat): known.v_new}
        yield substituted(step.formula, changes)


@mistake("adam-epsilon-inside", source="Kingma & Ba (2015), algorithm 1")
def epsilon_under_the_root(book: Book, step: Step) -> Iterator[Expr]:
    """ε was added under the root, not to it.

    The divisor is √v + ε.
    """
    epsilon = book.q.constant("epsilon")
    if step.kind in UPDATES and references_to(step.formula, epsilon):
        outside = substituted(step.formula, {key_of(epsilon): Num(0)})
        yield rewritten(outside, "sqrt", lambda op: root(op.args[0] + epsilon))


@mistake("missing-root", rare=True)
def without_the_root(book: Book, step: Step) -> Iterator[Expr]:
    """The square root was left out of the divisor.

    The divisor is √v + ε, so that it is as large as a gradient, not as its square.
    """
    changed = rewritten(step.formula, "sqrt", lambda op: op.args[0])
    if step.kind in UPDATES and changed != step.formula:
        yield changed


@mistake("decay-swapped", rare=True)
def decay_on_the_wrong_part(book: Book, step: Step) -> Iterator[Expr]:
    """β and 1 − β are the wrong way round.

    The old mean is multiplied by β, the new gradient by 1 − β.
    """
    for name in book.network.optimizer.parameters:
        beta = book.q.constant(name)
        if name != "beta" and step.kind == "state_new" and references_to(step.formula, beta):
            yield substituted(step.formula, {key_of(beta): 1 - beta})


@mistake("weight-decay-dropped", source="Loshchilov & Hutter (2019), algorithm 2")
def without_weight_decay(book: Book, step: Step) -> Iterator[Expr]:
    """The weight decay was left out.

    AdamW pulls every weight towards 0 besides: − η·λ·w.
    """
    if step.kind in MOVES and book.network.optimizer.name == "adamw":
        yield substituted(step.formula, {key_of(book.q.constant("weight_decay")): Num(0)})
