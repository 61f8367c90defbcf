"""The lines of the update, by optimizer."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING

from pupils.lines import Values

if TYPE_CHECKING:
    from pupils.paper import Paper


def write_update(paper: Paper, mark: str, count: int) -> None:
    """What the optimizer remembers, the change, and the new value, parameter by parameter."""
    trained = paper.trained()
    before = paper.before = dict(paper.now)
    for name in trained:
        _update_one(paper, mark, count, name, before)
    for name in trained:
        paper.now[name] = f"{mark}{name}_new"


def _delta_of(paper: Paper, mark: str, name: str) -> str | None:
    for units, rows in zip(paper.units[1:], paper.weights, strict=True):
        for unit, row in zip(units, rows, strict=True):
            if name in row:
                return f"{mark}delta_{unit}"
    return None


def _alike(paper: Paper, name: str) -> list[str]:
    """The weights of the same layer; of a bias none."""
    for rows in paper.weights:
        flat = [w for row in rows for w in row]
        if name in flat:
            return [w for w in flat if w != name]
    return []


def _update_one(paper: Paper, mark: str, count: int, name: str, before: dict[str, str]) -> None:
    net, w, g = paper.net, before[name], f"{mark}dE_d{name}"
    method, alike = net.optimizer, _alike(paper, name)
    about = {
        "w": w, "g": g, "count": count, "method": method, "bias": name not in _weights(paper),
        "grads": [f"{mark}dE_d{other}" for other in alike],
        "others": [before[other] for other in alike],
        "delta": None if net.reduces else _delta_of(paper, mark, name),
        "size": net.samples if net.reduces else 1,
    }  # fmt: skip

    def state(letter: str) -> tuple[str, str]:
        old = paper.states.get((letter, name), f"{letter}_{name}")
        if old == f"{letter}_{name}":
            paper.zeros[old] = 0.0
        new = f"{mark}{letter}_{name}_new"
        paper.states[letter, name] = new
        return old, new

    if method == "sgd":
        paper.add(f"{mark}{name}_new", "new", lambda v: v[w] - v["eta"] * v[g], **about)
        return
    change = f"{mark}change_{name}"
    if method in ("momentum", "nesterov"):
        old, new = state("v")
        about |= {"old": old, "velocity": new}
        paper.add(new, "velocity", lambda v: v["beta"] * v[old] - v["eta"] * v[g], **about)
        if method == "momentum":
            paper.add(change, "change", lambda v: v[new], **about)
        else:
            paper.add(change, "change", lambda v: v["beta"] * v[new] - v["eta"] * v[g], **about)
    elif method == "rmsprop":
        old, new = state("v")
        about |= {"old": old, "v": new, "root": True}
        paper.add(
            new, "square", lambda v: v["rho"] * v[old] + (1 - v["rho"]) * v[g] ** 2,
            beta="rho", **about,
        )  # fmt: skip
        paper.add(
            change, "change", lambda v: -v["eta"] * v[g] / (sqrt(v[new]) + v["epsilon"]), **about
        )
    else:
        _adam(paper, mark, name, about, state("m"), state("v"))
    paper.add(f"{mark}{name}_new", "new", lambda v: v[w] + v[change], change=change, **about)


def _weights(paper: Paper) -> set[str]:
    return {name for rows in paper.weights for row in rows for name in row}


def _adam(
    paper: Paper,
    mark: str,
    name: str,
    about: dict[str, object],
    m: tuple[str, str],
    s: tuple[str, str],
) -> None:
    g, w, count = str(about["g"]), str(about["w"]), int(str(about["count"]))
    decayed = paper.net.optimizer == "adamw"
    (m_old, m_new), (s_old, s_new) = m, s
    mhat, vhat = f"{mark}mhat_{name}", f"{mark}vhat_{name}"

    def mean(v: Values) -> float:
        return v["beta1"] * v[m_old] + (1 - v["beta1"]) * v[g]

    def square(v: Values) -> float:
        return v["beta2"] * v[s_old] + (1 - v["beta2"]) * v[g] ** 2

    def change(v: Values) -> float:
        step = v[mhat] / (sqrt(v[vhat]) + v["epsilon"])
        return -v["eta"] * (step + (v["weight_decay"] * v[w] if decayed else 0.0))

    paper.add(m_new, "mean", mean, beta="beta1", old=m_old, decayed=decayed, **about)
    paper.add(s_new, "square", square, beta="beta2", old=s_old, **about)
    paper.add(
        mhat, "corrected", lambda v: v[m_new] / (1 - v["beta1"] ** count),
        plain=m_new, **about,
    )  # fmt: skip
    paper.add(
        vhat, "corrected", lambda v: v[s_new] / (1 - v["beta2"] ** count),
        plain=s_new, **about,
    )  # fmt: skip
    about |= {"m": m_new, "s": s_new, "mhat": mhat, "vhat": vhat, "decayed": decayed, "root": True}
    paper.add(f"{mark}change_{name}", "change", change, **about)
