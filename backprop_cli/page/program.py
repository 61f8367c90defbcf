"""The steps of an epoch as JavaScript, by which a page computes when its numbers are changed.

The source has functions for each phase of an update and of the end of an epoch; which quantity
stands where in their arrays is data. Only formulas of our own are ever written as code: a quantity
is a place in an array, ``s[7]``, and a number is a value that is handed over.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from backprop_cli.engine import Network, Quantities, batch_phases, epoch_phases, named
from backprop_cli.formulas import RULES
from backprop_cli.page.emission import Emission

MOST_PARAMETERS = 3_000
"""Weights and biases up to which a page computes: its program grows with them."""


class Program(NamedTuple):
    """JavaScript that makes `backpropProgram`, and the data that it is run with.

    ``backpropProgram(arithmetic)`` has the functions of each phase. They are called with
    ``(c, b, s)``: constants, what a batch knows and what one of its samples knows; or with
    ``(c, b, samples)`` where a phase is for all samples together. Where every sample makes an
    update of its own, it knows everything, and there is no batch.
    """

    source: str
    data: dict[str, Any]


def program(network: Network) -> Program:
    """The steps of one epoch of `network` as a program."""
    constants: dict[float, int] = {}
    update, closing = _update(network, constants), _closing(network, constants)
    source = _SOURCE.format(
        operators=", ".join(_functions()), update=update.source(), closing=closing.source()
    )
    data = {
        "reduces": network.reduces,
        "batchSize": network.batch_size or 1,
        "update": update.data() | _of_update(network, update),
        "closing": closing.data() | _of_closing(network, update, closing),
        "constants": list(constants),
    }
    return Program(source, data)


_SOURCE = """"use strict";
const backpropProgram = ({{ {operators} }}) => ({{
update: [
{update}],
closing: [
{closing}],
}});
"""


def _functions() -> list[str]:
    """The functions that the code calls, by the names that `RULES` gives them."""
    called = {
        rule.javascript.partition("(")[0] for rule in RULES.values() if "(" in rule.javascript
    }
    return [*sorted(called - {""}), "total"]


def _update(network: Network, constants: dict[float, int]) -> Emission:
    """One update, the second pass of its samples included."""
    q, made = Quantities(network), Emission(constants, together=not network.reduces)
    for name, _ in (*q.constants(), *q.initial()):
        made.give(name, made.outer)
    made.give(named(q.constant("t")), made.outer)
    for name, _ in q.sample(network.samples[0]):
        made.give(name, made.inner)
    for phase in batch_phases(network, (1,)):
        reduced = network.reduction if network.reduces and not phase.per_sample else ""
        made.add(phase, each=phase.per_sample or not network.reduces, reduced=reduced)
    return made.finished()


def _closing(network: Network, constants: dict[float, int]) -> Emission:
    """The end of an epoch: the errors of all samples."""
    q, alone = Quantities(network), len(network.samples) == 1
    made = Emission(constants, together=alone)
    for name, _ in q.initial():
        made.give(name, made.outer)
    for new, _ in q.renewals():
        made.give(new, made.outer)
    for name, _ in q.sample(network.samples[0]):
        made.give(name, made.inner)
    for suffix in ("", "_new"):
        made.give(named(q.total_error(suffix)), made.inner)
    for phase in epoch_phases(network):
        made.add(phase, each=phase.per_sample or alone)
    return made.finished()


def _of_update(network: Network, update: Emission) -> dict[str, Any]:
    """What an update is given, in order, and what becomes of it."""
    q, slot = Quantities(network), update.outer.slots
    return {
        "state": [name.key for name, _ in (*q.constants(), *q.initial())],
        "count": slot[named(q.constant("t")).key],
        "countKey": named(q.constant("t")).key,
        "sample": [name.key for name, _ in q.sample(network.samples[0])],
        "renewals": [[slot[new.key], slot[old.key]] for new, old in q.renewals()],
        "error": update.inner.slots[named(q.total_error()).key],
    }


def _of_closing(network: Network, update: Emission, closing: Emission) -> dict[str, Any]:
    """Pairs of places: in the state after an epoch, or in a sample's update, and where it goes."""
    q, slot, before = Quantities(network), closing.outer.slots, update.outer.slots
    state = [(before[name.key], slot[name.key]) for name, _ in q.initial()]
    state += [(before[old.key], slot[new.key]) for new, old in q.renewals()]
    errors = [named(q.total_error(suffix)).key for suffix in ("", "_new")]
    first = next(q.sample(network.samples[0]))[0]
    return {
        "sampleAt": closing.inner.slots[first.key],
        "fromState": [list(pair) for pair in state],
        "fromSample": [[update.inner.slots[key], closing.inner.slots[key]] for key in errors],
    }
