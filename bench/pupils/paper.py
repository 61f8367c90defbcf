"""Every line that a person works for a network, in the order of the textbook, with its operands.

A line reads numbers by their keys from a mapping and gives a number: worked with the true numbers
it is right, worked with a student's it is what follows from them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace

from pupils.backward import write_backward
from pupils.lines import ACTIVATIONS, Line, Values, error, sum_of
from pupils.networks import Net
from pupils.update import write_update


class _Reader(dict[str, float]):
    """Remembers what was read."""

    def __getitem__(self, key: str) -> float:
        self.seen[key] = True
        return super().__getitem__(key)

    seen: dict[str, bool]


class Paper:
    """The lines of one epoch of a network, the numbers that are given, and what is right."""

    def __init__(self, net: Net) -> None:
        self.net, self.lines = net, []  # type: tuple[Net, list[Line]]
        self.units, self.weights, self.biases = net.units, net.weight_names, net.bias_names
        self.givens = self._givens()
        self.now = {name: name for name in self.parameters()}
        self.before = dict(self.now)
        self.states: dict[tuple[str, str], str] = {}
        self.zeros: dict[str, float] = {}
        self._write_epoch()
        self.at = {line.key: line for line in self.lines}
        self.truths = self._worked()

    def parameters(self) -> list[str]:
        """Weights and trained biases, layer by layer."""
        found: list[str] = []
        for rows, biases in zip(self.weights, self.biases, strict=True):
            found += [name for row in rows for name in row]
            found += dict.fromkeys(biases)
        return found

    def mark(self, sample: int) -> str:
        """What stands before the keys of a sample."""
        return f"sample{sample}." if self.net.samples > 1 and sample else ""

    def _givens(self) -> dict[str, float]:
        net, found = self.net, {}
        for names, rows in zip(self.weights, net.weights, strict=True):
            for keys, row in zip(names, rows, strict=True):
                found.update(zip(keys, row, strict=True))
        for keys, values in zip(self.biases, net.biases, strict=True):
            found.update(zip(dict.fromkeys(keys), values, strict=True))
        for number, (inputs, targets) in enumerate(zip(net.inputs, net.targets, strict=True), 1):
            mark = self.mark(number)
            found |= {mark + u: x for u, x in zip(self.units[0], inputs, strict=True)}
            found |= {f"{mark}t_{u}": t for u, t in zip(self.units[-1], targets, strict=True)}
        return found | {"eta": net.eta} | net.parameters

    def _worked(self) -> dict[str, float]:
        values = _Reader({**self.givens, **self.zeros})
        for line in self.lines:
            values.seen = {}
            values[line.key] = line.work(values)
            line.reads = tuple(values.seen)
        return dict(values)

    def add(self, key: str, kind: str, work: Callable[[Values], float], **about: object) -> str:
        """Write a line, and give its key."""
        asked = not key.endswith("_end")
        self.lines.append(Line(key, kind, work, SimpleNamespace(net=self.net, **about), asked))
        return key

    def _write_epoch(self) -> None:
        net = self.net
        numbers = range(1, net.samples + 1)
        batches = [list(numbers)] if net.batch else [[n] for n in numbers]
        for count, batch in enumerate(batches, 1):
            for sample in batch:
                self._forward(sample, "")
            for sample in batch:
                write_backward(self, sample)
            mark = "" if net.reduces else self.mark(batch[0])
            if net.reduces:
                self._reduce(batch)
            write_update(self, mark, count)
            for sample in batch:
                self._forward(sample, "_new")
        if net.samples > 1:
            last = "_new" if net.batch else "_end"
            for sample in numbers if last == "_end" else ():
                self._forward(sample, "_end")
            for key, seen in (("E_epoch", ""), ("E_epoch_new", last)):
                parts = [f"{self.mark(n)}E_total{seen}" for n in numbers]
                self.add(key, "E_epoch", sum_of(parts), parts=parts)

    def outs(self, layer: int, sample: int, suffix: str) -> list[str]:
        """Keys of what the units of a layer send on."""
        mark = self.mark(sample)
        if not layer:
            return [mark + u for u in self.units[0]]
        return [f"{mark}out_{u}{suffix}" for u in self.units[layer]]

    def _forward(self, sample: int, suffix: str) -> None:
        net, mark = self.net, self.mark(sample)
        sign = -1.0 if net.thresholds else 1.0
        others = [n for n in range(1, net.samples + 1) if n != sample]
        for n, units in enumerate(self.units[1:]):
            xs, rows = self.outs(n, sample, suffix), self.weights[n]
            nets = [f"{mark}net_{u}{suffix}" for u in units]
            for j, unit in enumerate(units):
                ws, b = [self.now[w] for w in rows[j]], self.now[self.biases[n][j]]

                def work(v: Values, ws: list[str] = ws, xs: list[str] = xs, b: str = b) -> float:
                    total = sum(v[w] * v[x] for w, x in zip(ws, xs, strict=True))
                    return total + sign * v[b]

                flat = [self.now[w] for row in rows for w in row]
                self.add(
                    nets[j], "net", work, ws=ws, xs=xs, b=b, sign=sign, flat=flat, unit=j,
                    height=len(units), suffix=suffix, old_keys=[self.before[w] for w in rows[j]],
                    layer=n + 1,
                    old_b_key=self.before[self.biases[n][j]],
                    old_xs=self.outs(n, sample, ""),
                    nets=[f"{mark}net_{u}{suffix}" for u in self.units[n]] if n else [],
                    other_xs=[self.outs(n, o, suffix) for o in others] if not n else [],
                    deltas=[
                        f"{mark}delta_{u}"
                        for u, name in zip(units, self.biases[n], strict=True)
                        if name == self.biases[n][j]
                    ],
                )  # fmt: skip
                if net.activations[n] != "softmax":
                    self._output(f"{mark}out_{unit}{suffix}", nets[j], nets, net.activations[n])
            for j, unit in enumerate(units):
                if net.activations[n] == "softmax":
                    self._output(f"{mark}out_{unit}{suffix}", nets[j], nets, "softmax")
        self._errors(mark, suffix)

    def _output(self, key: str, own: str, nets: list[str], activation: str) -> None:
        def work(v: Values) -> float:
            if activation == "softmax":
                return math.exp(v[own]) / sum(math.exp(v[other]) for other in nets)
            return ACTIVATIONS[activation](v[own])

        self.add(key, "out", work, own=own, nets=nets, activation=activation)

    def _errors(self, mark: str, suffix: str) -> None:
        name, parts = self.net.error, []
        for unit in self.units[-1]:
            t, out, n = f"{mark}t_{unit}", f"{mark}out_{unit}{suffix}", len(self.units[-1])

            def work(v: Values, t: str = t, out: str = out, n: int = n) -> float:
                return error(name, v[t], v[out], n)

            parts.append(self.add(f"{mark}E_{unit}{suffix}", "E", work, t=t, out=out, n=n))
        self.add(f"{mark}E_total{suffix}", "E_total", sum_of(parts), parts=parts)

    def _reduce(self, batch: list[int]) -> None:
        for parameter in self._last_layer_first():
            parts = [f"{self.mark(n)}dE_d{parameter}" for n in batch]
            share = 1 / len(batch) if self.net.mean else 1.0

            def work(v: Values, parts: list[str] = parts, share: float = share) -> float:
                return sum(v[part] for part in parts) * share

            self.add(f"dE_d{parameter}", "reduced", work, parts=parts, share=share)

    def _last_layer_first(self) -> list[str]:
        names = [
            {*(w for row in rows for w in row), *biases}
            for rows, biases in zip(self.weights, self.biases, strict=True)
        ]
        return [p for layer in names[::-1] for p in self.trained() if p in layer]

    def trained(self) -> list[str]:
        """The parameters that an update moves."""
        fixed = {name for row in self.biases for name in row} if not self.net.train_biases else {}
        return [name for name in self.parameters() if name not in fixed]
