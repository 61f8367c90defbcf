"""What a notebook imports: load a network, trace it, look a number up."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from backprop_cli.config import (
    DEFAULT,
    network_of,
    open_config,
    parse_document,
    with_settings,
)
from backprop_cli.engine import Line, Network, arithmetic_of, check_exact, qualified
from backprop_cli.errors import UsageError, did_you_mean
from backprop_cli.formulas import Arithmetic, decimal_arithmetic, exact_arithmetic
from backprop_cli.show import Format, Page, Summary, page_of
from backprop_cli.train import state_before

if TYPE_CHECKING:
    from backprop_cli.arrays.report import Report

MOST_DIGITS, MOST_PLACES = 1000, 30
"""Of a precision, and of what is rounded as on paper."""
MOST_LABELS = 200
"""In the drawing of a notebook; with more edges than these they are lines alone."""


def load(
    source: Network | str | os.PathLike[str] = DEFAULT, settings: Sequence[str] = ()
) -> Network:
    """The network of a config: a path, or the name of a bundled example; or a network again.

    `settings` are overrides such as ``"eta=0.1"``. Raises `FileError` for what cannot be read,
    `ConfigError` with all that is wrong, and `TypeError` for what is no path.
    """
    if isinstance(source, Network):
        if not settings:
            return source
        from backprop_cli.config.writing import to_toml  # few calls set something of a network

        document = parse_document(to_toml(source), "")
        return network_of(with_settings(document, settings))
    return network_of(with_settings(open_config(_path_of(source)), settings))


def _path_of(source: object) -> str:
    if isinstance(source, str | os.PathLike):
        return str(source)
    what = "a network is loaded from a path or the name of an example"
    hint = "write it to a TOML file, as backprop init shows; or make a network(…) of arrays"
    raise TypeError(f"{what}, not from a {type(source).__name__}: {hint}")


def trace(
    network: Network | str | os.PathLike[str] = DEFAULT,
    epochs: int = 1,
    first: int = 1,
    *,
    exact: bool = False,
    precision: int | None = None,
    round_each: int | None = None,
) -> Trace:
    """Forward and backward pass of `epochs` epochs from number `first` on, every number named.

    Values are floats; with `exact` fractions, with `precision` decimals of so many significant
    digits, with `round_each` decimals rounded as on paper, to so many places. Raises `UsageError`
    for choices that cannot be, `InexactError` where a function has no exact values, and what
    `load` raises.

    >>> trace("mazur")["E_total"]
    0.2983711087600027
    >>> trace("relu", exact=True)["L_total"]
    Fraction(25, 32)
    """
    if not isinstance(network, Network):
        network = load(network)
    if epochs < 1 or first < 1:
        raise UsageError("epochs are counted from 1")
    if sum((exact, precision is not None, round_each is not None)) > 1:
        raise UsageError("exact, precision and round_each exclude each other")
    if round_each is not None:
        if not 0 <= round_each <= MOST_PLACES:
            what = f"quantities are rounded to 0 to {MOST_PLACES} places, not {round_each}"
            raise UsageError(what)
        network = replace(network, round_each={"default": round_each})
    arithmetic = computing(network, exact, precision)
    page = worked(network, range(first, first + epochs), arithmetic, Format(fractions=exact))
    lines = tuple(line for line in page.lines if isinstance(line, Line))
    return Trace(network, lines, page)


def computing(network: Network, exact: bool = False, precision: int | None = None) -> Arithmetic:
    """The arithmetic that was chosen. Raises `InexactError` where fractions cannot be."""
    if exact:
        check_exact(network)
        return exact_arithmetic()
    if precision is None:
        return arithmetic_of(network)
    if not 2 <= precision <= MOST_DIGITS:
        raise UsageError(f"the precision is from 2 to {MOST_DIGITS} digits, not {precision}")
    return decimal_arithmetic(precision)


def worked(
    network: Network, epochs: range, arithmetic: Arithmetic, form: Format, alone: bool = False
) -> Page:
    """The epochs with these numbers, worked out as the lines are taken.

    `alone`: keys need not say the epoch, even where it is not the first.
    """
    state = state_before(network, epochs[0], arithmetic)
    several = not alone and (len(epochs) > 1 or epochs[0] > 1)
    return page_of(network, epochs, arithmetic, form, state, several)


@dataclass(frozen=True, repr=False)
class Trace:
    """The lines of a worked example. In a notebook it shows as tables.

    ``trace["w5_new"]`` is the value of a quantity; where there are several samples or epochs its
    key is qualified, ``trace["epoch3.sample2.net_h1"]``. Iterating goes through the keys.
    """

    network: Network
    lines: tuple[Line, ...]
    _page: Page

    @property
    def summary(self) -> Summary:
        """What came of it: the error before and after, outputs, parameters."""
        return self._page.summary

    @cached_property
    def _several_epochs(self) -> bool:
        return len({line.address.epoch for line in self.lines}) > 1

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """Value of every quantity by its qualified key, in the order of the textbook."""
        several = self._several_epochs
        return {qualified(line, self.network, several): line.value for line in self.lines}

    def __getitem__(self, key: str) -> Any:
        if key not in self.values:
            hint = did_you_mean(key, self.values)
            raise KeyError(f"{key}: no such quantity" + (f"; {hint}" if hint else ""))
        return self.values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)

    def __len__(self) -> int:
        return len(self.values)

    def __repr__(self) -> str:
        return f"<Trace of {self.network.title!r}: {len(self.lines)} lines, {self.summary!r}>"

    def _repr_html_(self) -> str:
        return self._drawn() + self._tables()

    def _drawn(self) -> str:
        """The network with the numbers of the first sample; many edges are lines alone."""
        from backprop_cli.draw import diagram, svg, values_of

        first = self.lines[0].address.sample
        values = values_of(self.network, self.lines, first)
        shape = self.network.shape
        few = sum(a * b for a, b in pairwise(shape)) <= MOST_LABELS
        form = Format(digits=5, fractions=False)
        options: dict[str, Any] = {"sample": first, "form": form, "labels": few, "titled": False}
        return svg(diagram(self.network, values, self._page.start, **options), scaled=True)

    def _tables(self) -> str:
        from backprop_cli.show.formats import html

        shown = [line for line in self.lines if line.step.shown]
        page = self._page._replace(lines=shown, several_epochs=self._several_epochs)
        return html.tables_html(page)


def check(
    network: Network | str | os.PathLike[str],
    arrays: Mapping[str, Any],
    names: str | Mapping[str, str] = "auto",
    rtol: float | None = None,
    atol: float | None = None,
    *,
    layout: str | None = None,
    weights: str | None = None,
) -> Report:
    """Hold the arrays of a program against the network: which is the first wrong one, and why.

    `arrays` are given by name, ``locals()`` for example; what they mean is found by their `names`
    ("auto", the id of a convention, or ``{"hidden_in": "net_1"}``) and confirmed by their shapes.
    They are compared to the relative `rtol` and the absolute `atol`, by default those of their
    type. `layout` ("rows" or "columns" for samples) and `weights` ("to" or "from": a row for each
    unit that receives or that sends) settle what the shapes leave open. Raises `UsageError` where
    no array is recognised or something is to be settled, `TypeError` for what is no network or no
    arrays by name, and what `load` raises.

    >>> net = load("mazur")
    >>> check(net, {"net_1": [0.3775, 0.3925], "dE_dW2": [[0.082167041, 0.082667628], [0, 0]]}).ok
    False
    """
    from backprop_cli.arrays.checking import checked
    from backprop_cli.arrays.report import Report

    given: object = arrays  # whatever a notebook hands in
    if isinstance(given, Network):
        raise TypeError("the network comes before the arrays: check(net, locals())")
    if not isinstance(given, Mapping):
        what = f"arrays are given by name, not as a {type(given).__name__}"
        raise TypeError(f'{what}: check(net, {{"Z1": Z1, "dW1": dW1}}), or check(net, locals())')
    net = network if isinstance(network, Network) else load(network)
    return Report(checked(net, arrays, names, rtol, atol, layout, weights))


def assert_backprop(
    network: Network | str | os.PathLike[str], arrays: Mapping[str, Any], **options: Any
) -> None:
    """For a test: raise `AssertionError` with the report as its text unless every array is right.

    The arguments are those of `check`.
    """
    __tracebackhide__ = True  # pytest shows the line of the test
    report = check(network, arrays, **options)
    if not report.ok:
        raise AssertionError(str(report))
