"""Weights and state as an update finds them: w5 of epoch 2 is what epoch 1 has made of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product

from backprop_cli.engine import Address, Name, Network, Quantities, named

Forms = Callable[[str], str]
"""A key without what people write in different ways."""


class Earlier:
    """The keys of what updates renew, and the updates that made it what it is.

    `places` has the addresses of every line of one epoch by key, in order.
    """

    def __init__(
        self, network: Network, places: Mapping[str, Sequence[Address]], plain_form: Forms
    ) -> None:
        self._places, self._plain = places, plain_form
        self._firsts: dict[str, dict[tuple[int | None, int | None], int]] = {}
        self._batches = network.batches() if network.reduces else []
        pairs = [(new.key, old) for new, old in _renewals(network) if new.key in places]
        self._makers: dict[str, str] = {old.key: new for new, old in pairs}
        self._forms: dict[str, list[str]] = {}
        for new, old in pairs:
            for form in {plain_form(old.key), plain_form(old.symbol)}:
                self._forms.setdefault(form, []).append(new)

    def maker(self, text: str) -> str | None:
        """The key of the line that makes the next value of what is called so, if it is one."""
        found = [self._makers[text]] if text in self._makers else self._forms.get(self._plain(text))
        return found[0] if found is not None and len(found) == 1 else None

    def sees(self, maker: str, said: Mapping[str, int]) -> bool:
        """Whether there is an update with the epoch, sample and batch that are said."""
        return said.get("epoch", 1) > 0 and self._first(maker, said) is not None

    def made(self, maker: str, said: Mapping[str, int]) -> Address | None:
        """Where the line stands that the update in question goes on from.

        None if that is the first. Where neither sample nor batch is said, the update in question
        is the first of the epoch.
        """
        places, epoch = self._places[maker], said.get("epoch", 1)
        if position := self._first(maker, said):
            return places[position - 1]._replace(epoch=epoch)
        return places[-1]._replace(epoch=epoch - 1) if epoch > 1 else None

    def _first(self, maker: str, said: Mapping[str, int]) -> int | None:
        """The number of the first update of the batch and sample that are said, from 0."""
        if maker not in self._firsts:
            found = self._firsts[maker] = {}
            for number, at in enumerate(self._places[maker]):
                for batch, sample in product((None, at.batch), (None, *self._samples(at))):
                    found.setdefault((batch, sample), number)
        return self._firsts[maker].get((said.get("batch"), said.get("sample")))

    def _samples(self, at: Address) -> Sequence[int]:
        """The numbers of the samples that an update belongs to, where there are several."""
        if at.sample or not self._batches:
            return (at.sample,)
        return self._batches[at.batch - 1]  # an only batch is called 0


def _renewals(network: Network) -> Iterator[tuple[Name, Name]]:
    """What lines make, and what it is the next value of; untrained biases, which stay, too."""
    q = Quantities(network)
    yield from q.renewals()
    for parameter in network.parameters():
        if not network.is_trained(parameter):
            yield network.notation.name("new", p=parameter.name), named(q.parameter(parameter))
