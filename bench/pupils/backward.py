"""The lines of the backward pass."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pupils.lines import SLOPES, Values, error_slope

if TYPE_CHECKING:
    from pupils.paper import Paper


def write_backward(paper: Paper, sample: int) -> None:
    """Error terms, slopes, deltas and gradients, last layer first."""
    last = len(paper.units) - 1
    for layer in range(last, 0, -1):
        if layer == last:
            _output_terms(paper, sample)
        else:
            _hidden_terms(paper, sample, layer)
        _slopes(paper, sample, layer)
        _deltas(paper, sample, layer)
        _gradients(paper, sample, layer)


def _output_terms(paper: Paper, sample: int) -> None:
    mark, name, units = paper.mark(sample), paper.net.error, paper.units[-1]
    for unit in units:
        t, out = f"{mark}t_{unit}", f"{mark}out_{unit}"

        def work(v: Values, t: str = t, out: str = out) -> float:
            return error_slope(name, v[t], v[out], len(units))

        about = {"t": t, "out": out, "n": len(units), "error": f"{mark}E_{unit}"}
        paper.add(f"{mark}dE_dout_{unit}", "dE_dout", work, **about)


def _hidden_terms(paper: Paper, sample: int, layer: int) -> None:
    mark, above = paper.mark(sample), paper.units[layer + 1]
    sign = -1.0 if paper.net.descent else 1.0
    rows = [[paper.now[w] for w in row] for row in paper.weights[layer]]
    flat = [w for row in rows for w in row]
    for i, unit in enumerate(paper.units[layer]):
        parts = []
        for j, receiver in enumerate(above):
            delta, w = f"{mark}delta_{receiver}", rows[j][i]

            def work(v: Values, delta: str = delta, w: str = w) -> float:
                return sign * v[delta] * v[w]

            parts.append(
                paper.add(
                    f"{mark}dE_dout_{unit}_via_{receiver}",
                    "via",
                    work,
                    delta=delta,
                    w=w,
                    sign=sign,
                    flat=flat,
                    at=(i, j),
                    height=len(above),
                    x=f"{mark}out_{unit}",
                    term=f"{mark}dE_dout_{receiver}",
                    deltas=[f"{mark}delta_{u}" for u in above],
                )
            )

        def total(v: Values, parts: list[str] = parts) -> float:
            return sum(v[part] for part in parts)

        paper.add(f"{mark}dE_dout_{unit}", "hidden", total, parts=parts)


def _slopes(paper: Paper, sample: int, layer: int) -> None:
    mark, units = paper.mark(sample), paper.units[layer]
    activation, last = paper.net.activations[layer - 1], layer == len(paper.units) - 1
    for unit in units:
        own, out = f"{mark}net_{unit}", f"{mark}out_{unit}"
        if activation != "softmax":
            t = f"{mark}t_{unit}" if last else None

            def work(v: Values, own: str = own, out: str = out) -> float:
                return SLOPES[activation](v[own], v[out])

            key = f"{mark}dout_dnet_{unit}"
            paper.add(key, "slope", work, own=own, out=out, t=t, activation=activation)
            continue
        for by in units:
            other = f"{mark}out_{by}"

            def entry(v: Values, out: str = out, other: str = other) -> float:
                return v[out] * ((out == other) - v[other])

            key = f"{mark}dout_{unit}_dnet_{by}"
            paper.add(key, "jacobian", entry, out=out, other=other)


def _deltas(paper: Paper, sample: int, layer: int) -> None:
    mark, units, net = paper.mark(sample), paper.units[layer], paper.net
    activation, last = net.activations[layer - 1], layer == len(paper.units) - 1
    sign = -1.0 if net.descent else 1.0
    short = last and (net.error, activation) in (
        ("binary-cross-entropy", "logistic"),
        ("cross-entropy", "softmax"),
    )
    slopes = [f"{mark}dout_dnet_{u}" for u in units] if activation != "softmax" else []
    for unit in units:
        e, s, out = (f"{mark}{kind}_{unit}" for kind in ("dE_dout", "dout_dnet", "out"))
        t = f"{mark}t_{unit}"
        diagonal = f"{mark}dout_{unit}_dnet_{unit}" if activation == "softmax" else s

        def product(v: Values, e: str = e, s: str = s) -> float:
            return sign * v[e] * v[s]

        def difference(v: Values, t: str = t, out: str = out) -> float:
            return sign * (v[out] - v[t])

        def chain(v: Values, unit: str = unit) -> float:
            entries = [(f"{mark}dE_dout_{u}", f"{mark}dout_{u}_dnet_{unit}") for u in units]
            return sign * sum(v[e] * v[entry] for e, entry in entries)

        paper.add(
            f"{mark}delta_{unit}", "delta", difference if short else product, e=e, s=diagonal,
            out=out, t=t, short=short, sign=sign, last=last, activation=activation, slopes=slopes,
            error=f"{mark}E_{unit}",
        )  # fmt: skip
        if short:
            paper.lines[-1].ways = (chain if activation == "softmax" else product,)


def _gradients(paper: Paper, sample: int, layer: int) -> None:
    mark, units, net = paper.mark(sample), paper.units[layer], paper.net
    sign = -1.0 if net.descent else 1.0
    xs, deltas = paper.outs(layer - 1, sample, ""), [f"{mark}delta_{u}" for u in units]
    nets = [f"{mark}net_{u}" for u in paper.units[layer - 1]] if layer > 1 else []
    others = [n for n in range(1, net.samples + 1) if n != sample]
    for j, unit in enumerate(units):
        for i, name in enumerate(paper.weights[layer - 1][j]):
            delta, x = deltas[j], xs[i]

            def work(v: Values, delta: str = delta, x: str = x) -> float:
                return sign * v[delta] * v[x]

            paper.add(
                f"{mark}dE_d{name}", "gradient", work, delta=delta, x=x, w=paper.now[name],
                xs=xs, nets=nets[i : i + 1], deltas=deltas, sign=sign, out=f"{mark}out_{unit}",
                other_xs=[paper.outs(0, o, "")[i] for o in others] if layer == 1 else [],
            )  # fmt: skip
    for name in dict.fromkeys(paper.biases[layer - 1]) if net.train_biases else ():
        parts = [d for d, b in zip(deltas, paper.biases[layer - 1], strict=True) if b == name]
        turn = -sign if net.thresholds else sign

        def total(v: Values, parts: list[str] = parts, turn: float = turn) -> float:
            return turn * sum(v[part] for part in parts)

        paper.add(f"{mark}dE_d{name}", "bias_gradient", total, parts=parts, turn=turn)
