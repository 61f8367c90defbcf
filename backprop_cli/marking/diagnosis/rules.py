"""The rules of other books, by which right answers are other numbers than here.

Some are those of another network: what a mistake of the catalogue makes of it throughout, or
momentum as in PyTorch. Others write lines as multiples of what they are here, such as gradients of
the other sign. They go together; `verdicts.conventions` looks for those that a student works by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from itertools import combinations
from typing import NamedTuple

from backprop_cli.engine import Address, Network, OptimizerChoice
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE, Whole
from backprop_cli.marking.sheet import Entry, Scale, Sheet, scaled, sheet_of
from backprop_cli.marking.verdicts import Convention, Ids

MISTAKES_ONLY = ("updated-weights",)
"""Ids of rules that a config can ask for, but that are no convention of a book."""

LARGEST_SHEET = 3000
"""A sheet of more lines is not worked through with each mistake, nor with two other networks."""

NO_LINE = "No line of the config says so: --accept-conventions marks by it."


class Rule(NamedTuple):
    """What is done otherwise: another network's rule (`whole`), or writing multiples (`scale`).

    Both are None for a network that the rule says nothing of. Where there are both, the numbers
    come from the multiples, and the line of the config from the network. `remedy` is said where no
    line of the config makes the answers right. `lone`: an answer by itself shows it.
    """

    done: str
    whole: Whole | None = None
    scale: Callable[[Network], Scale | None] | None = None
    remedy: Callable[[Network], str] = lambda _: NO_LINE
    lone: bool = False


def _with_optimizer(old: str, new: str) -> Whole:
    """Another form of the same momentum."""

    def change(network: Network) -> Network | None:
        chosen = network.optimizer
        same = chosen.name == old and "dampening" not in chosen.parameters
        return replace(network, optimizer=OptimizerChoice(new, chosen.parameters)) if same else None

    return change


def _turned(*kinds: str) -> Callable[[Network], Scale]:
    """These kinds of lines with the other sign."""
    return lambda _: lambda entry: Fraction(-1 if entry.step.kind in kinds else 1)


MOST = Fraction(10**300)
"""A multiple beyond this would be no number of the program any more."""


def _velocity(
    factor: Callable[[Network], Fraction], *optimizers: str
) -> Callable[..., Scale | None]:
    """The velocity of these optimizers as a multiple."""

    def of(network: Network) -> Scale | None:
        if network.optimizer.name not in optimizers:
            return None
        times = factor(network)
        if not 0 < abs(times) < MOST:
            return None
        return lambda e: times if e.step.kind == "state_new" else Fraction(1)

    return of


def _divided_from(output_error_terms: bool) -> Callable[[Network], Scale | None]:
    """What goes back through a batch, divided by its samples from the beginning on.

    From ∂E/∂out of the outputs on or, without `output_error_terms`, from their δ on.
    """

    def of(network: Network) -> Scale | None:
        if not (network.reduces and network.reduction == "mean"):
            return None
        parts = {number: Fraction(1, len(b)) for b in network.batches() for number in b}

        def scale(entry: Entry) -> Fraction:
            step = entry.step
            going_back = step.kind in ("dE_dout", "via", "delta", "gradient")
            if step.law == "output_error_term" and not output_error_terms:
                going_back = False
            return parts.get(entry.address.sample, Fraction(1)) if going_back else Fraction(1)

        return scale

    return of


def _mean_of_errors(network: Network) -> Scale:
    part = Fraction(1, len(network.samples))
    return lambda entry: part if entry.step.kind == "E_epoch" else Fraction(1)


def _called_mean(network: Network) -> str:
    name = network.notation.name
    return f"{name('E_epoch').key} is the sum here; the mean is called {name('E_mean').key}."


SCALES: Mapping[str, Callable[[Network], Scale | None]] = {"delta-sign": _turned("delta")}
"""Rules of the catalogue that only write lines as multiples."""

RULES: Mapping[str, Rule] = {
    **{
        id_: Rule(row.done, row.whole, SCALES.get(id_))
        for id_, row in CATALOGUE.items()
        if row.whole is not None and id_ not in MISTAKES_ONLY
    },
    "velocity-of-gradients": Rule(
        "The velocity adds up gradients, and η comes in with the step, as in PyTorch: "
        "v⁺ = β·v + ∂E/∂w, w⁺ = w − η·v⁺.",
        whole=_with_optimizer("momentum", "pytorch-momentum"),
        scale=_velocity(lambda network: -1 / Fraction(network.eta), "momentum", "nesterov"),
    ),
    "velocity-of-steps": Rule(
        "The velocity adds up steps, with η in it: v⁺ = β·v − η·∂E/∂w, w⁺ = w + v⁺.",
        whole=_with_optimizer("pytorch-momentum", "momentum"),
        scale=_velocity(lambda network: -Fraction(network.eta), "pytorch-momentum"),
    ),
    "velocity-sign": Rule(
        "The velocity is of the other sign, and is subtracted: v⁺ = β·v + η·∂E/∂w, w⁺ = w − v⁺.",
        scale=_velocity(lambda _: Fraction(-1), "momentum", "nesterov"),
    ),
    "gradient-sign": Rule(
        "The gradients are of the other sign, −∂E/∂w, and are added to the weights.",
        scale=_turned("gradient"),
    ),
    "error-term-sign": Rule(
        "The error terms are of the other sign, −∂E/∂out, as from t − out.",
        scale=_turned("dE_dout", "via"),
    ),
    "mean-in-deltas": Rule(
        "The deltas are already divided by the number of samples; the gradients are then added.",
        scale=_divided_from(output_error_terms=False),
    ),
    "mean-in-error-terms": Rule(
        "The error terms are already divided by the number of samples, as those of the mean error "
        "are; the gradients are then added.",
        scale=_divided_from(output_error_terms=True),
    ),
    "mean-cost": Rule(
        "The error of the epoch is the mean over the samples, J = 1/m·ΣE.",
        scale=_mean_of_errors,
        remedy=_called_mean,
        lone=True,
    ),
}  # fmt: skip
"""The conventions, by their ids: those of the catalogue first."""


def config_line(old: Network, new: Network) -> str:
    """The line of a config that makes the second network of the first."""
    if new.descent != old.descent:
        return f'convention.delta = "{"descent" if new.descent else "gradient"}"'
    if new.thresholds != old.thresholds:
        return f'convention.bias = "{"subtracted" if new.thresholds else "added"}"'
    if new.error_name != old.error_name:
        return f'error = "{new.error_name}"'
    if new.reduction != old.reduction:
        return f'reduction = "{new.reduction}"'
    if new.optimizer.name != old.optimizer.name:
        return f'optimizer.name = "{new.optimizer.name}"'
    return f"train_biases = {str(new.train_biases).lower()}"


class OtherRules:
    """The conventions that there are for the network of a sheet; what they make of it is kept.

    `known` has sheets of other networks that are at hand, by the id of their rule.
    """

    def __init__(self, sheet: Sheet, known: Mapping[str, Sheet]) -> None:
        self._network, self._base = sheet.network, sheet
        self._networks: dict[Ids, Sheet] = {Ids(): sheet}
        self._networks |= {Ids((id_,)): found for id_, found in known.items() if id_ in RULES}
        self._sheets: dict[Ids, Sheet] = {}
        self._scales_of: dict[Ids, list[Scale] | None] = {}

    @cached_property
    def _wholes(self) -> dict[str, Network]:
        """Another network, by the id of the rule that it works by."""
        return {
            id_: network
            for id_, rule in RULES.items()
            if rule.whole is not None and (network := rule.whole(self._network)) is not None
        }

    @cached_property
    def _networks_of(self) -> Ids:
        """The rules whose numbers come from another network."""
        return Ids(id_ for id_ in self._wholes if RULES[id_].scale is None)

    def further(self, ids: Ids) -> Iterator[Ids]:
        """The conventions `ids` and one more, for each that goes with them."""
        several = len(self._base.entries) <= LARGEST_SHEET or not ids & self._networks_of
        for id_ in RULES:
            if id_ not in ids and (id_ not in self._networks_of or several):
                yield ids | {id_}

    def pairs(self) -> Iterator[Ids]:
        """Two conventions at once, for those that may meet in one line."""
        return (Ids(two) for two in combinations(RULES, 2) if len(self._networks_of & {*two}) < 2)

    def truth(self, ids: Ids, address: Address) -> float | None:
        """The true value of a line by these conventions; None where they have no such line."""
        sheet = self._of_network(ids)
        entry = None if sheet is None else sheet.at.get(address)
        scales = None if sheet is None else self._scales(ids, sheet.network)
        if sheet is None or entry is None or scales is None:
            return None
        value = sheet.truths[entry.slot]
        for scale in scales:
            value *= float(scale(entry))
        return value

    def sheet(self, ids: Ids) -> Sheet:
        """All lines by these conventions."""
        if ids not in self._sheets:
            sheet = self._of_network(ids)
            assert sheet is not None
            for scale in self._scales(ids, sheet.network) or ():
                sheet = scaled(sheet, scale)
            self._sheets[ids] = sheet
        return self._sheets[ids]

    def conventions(self, ids: Ids) -> tuple[Convention, ...]:
        """What is said of them."""
        return tuple(self._convention(id_, rule) for id_, rule in RULES.items() if id_ in ids)

    def _convention(self, id_: str, rule: Rule) -> Convention:
        network = self._wholes.get(id_)
        if network is None:
            return Convention(id_, rule.done, None, rule.remedy(self._network), rule.lone)
        line = config_line(self._network, network)
        remedy = f"This line of the config says so: {line}"
        return Convention(id_, rule.done, line, remedy, rule.lone)

    def _of_network(self, ids: Ids) -> Sheet | None:
        """The sheet of the network that these conventions make; None where they make none."""
        chosen = self._networks_of & ids
        if chosen not in self._networks:
            network: Network | None = self._network
            for id_ in RULES:
                if id_ in chosen and network is not None:
                    whole = RULES[id_].whole
                    network = None if whole is None else whole(network)
            if network is None:
                return None
            self._networks[chosen] = sheet_of(network, self._base.epochs, self._base.before)
        return self._networks[chosen]

    def _scales(self, ids: Ids, network: Network) -> list[Scale] | None:
        """What these conventions multiply; None where one of them says nothing of the network."""
        if ids not in self._scales_of:
            self._scales_of[ids] = self._made_scales(ids, network)
        return self._scales_of[ids]

    def _made_scales(self, ids: Ids, network: Network) -> list[Scale] | None:
        found = []
        for id_ in ids - self._networks_of:
            make = RULES[id_].scale
            scale = None if make is None else make(network)
            if scale is None:
                return None
            found.append(scale)
        return found
