"""Activations and errors for `autograd`, and their slopes by hand."""

import math

import autograd.numpy as np
from autograd.extend import defvjp, primitive

TINY = 2.2250738585072014e-308  # stands for 0 in a logarithm or a denominator


@primitive
def normal_cdf(x):
    """Φ(x), accurate in the lower tail too."""
    return np.vectorize(lambda value: math.erfc(-value / math.sqrt(2)) / 2, otypes=[float])(x)


defvjp(normal_cdf, lambda _, x: lambda g: g * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))


def magnitude(x):
    """|x|, whose derivative at 0 is 1 (and not 0): the two halves of a formula must join there."""
    return np.where(x >= 0, x, -x)


def logistic(x):
    """1 / (1 + e^-x); e^-|x| cannot overflow."""
    small = np.exp(-magnitude(x))
    return np.where(x >= 0, 1.0, small) / (1 + small)


def tanh(x):
    """(1 - e^-2|x|) / (1 + e^-2|x|) with the sign of x."""
    twice = -2 * magnitude(x)
    return np.where(x >= 0, 1.0, -1.0) * -np.expm1(twice) / (1 + np.exp(twice))


def softplus(x):
    """ln(1 + e^x)."""
    return np.where(x >= 0, x, 0.0) + np.log1p(np.exp(-magnitude(x)))


def softmax(x):
    """e^x_i / Σ e^x_j."""
    shifted = np.exp(x - np.max(x))
    return shifted / np.sum(shifted)


ACTIVATIONS = {
    "logistic": lambda x, _: logistic(x),
    "sigmoid": lambda x, _: logistic(x),
    "tanh": lambda x, _: tanh(x),
    "relu": lambda x, _: np.where(x > 0, x, 0.0),
    "leaky-relu": lambda x, alpha: np.where(x > 0, x, alpha * x),
    "elu": lambda x, alpha: np.where(x > 0, x, alpha * np.expm1(np.where(x > 0, 0.0, x))),
    "softplus": lambda x, _: softplus(x),
    "silu": lambda x, _: x * logistic(x),
    "gelu": lambda x, _: x * normal_cdf(x),
    "linear": lambda x, _: 1.0 * x,
    "bipolar-sigmoid": lambda x, _: tanh(x / 2),
    "mish": lambda x, _: x * tanh(softplus(x)),
    "softmax": lambda x, _: softmax(x),
}
ALPHA = {"leaky-relu": 0.01, "elu": 1.0}


def log(x):
    """ln x, with the smallest normal number in place of 0."""
    return np.log(np.where(x <= 0, x + TINY, x))


def huber(out, target, delta=1.0):
    """The square of what is clipped to ±δ, and straight on from there."""
    size = magnitude(out - target)
    near = np.where(size > delta, delta, size)
    return near * (size - near / 2)


ERRORS = {  # one part per output; the error of a sample is their sum
    "half-squared": lambda out, target: (target - out) ** 2 / 2,
    "squared": lambda out, target: (target - out) ** 2,
    "mean-squared": lambda out, target: (target - out) ** 2 / len(out),
    "huber": huber,
    "pseudo-huber": lambda out, target, delta=1.0: (
        delta * (np.sqrt(delta**2 + (out - target) ** 2) - delta)
    ),
    "cross-entropy": lambda out, target: -target * log(out),
    "binary-cross-entropy": lambda out, target: -(target * log(out) + (1 - target) * log(1 - out)),
}
FUSED = {  # the same errors from the net inputs, without the detour over a saturated output
    ("cross-entropy", "softmax"): lambda net, target: (
        -np.sum(target * (net - np.max(net) - np.log(np.sum(np.exp(net - np.max(net))))))
    ),
    ("cross-entropy", "logistic"): lambda net, target: np.sum(target * softplus(-net)),
    ("binary-cross-entropy", "logistic"): lambda net, target: np.sum(
        target * softplus(-net) + (1 - target) * softplus(net)
    ),
}
SLOPES = {  # ∂out/∂net from the net input; 1 - f(x) is written f(-x), which loses no digits
    "logistic": lambda x, _: logistic(x) * logistic(-x),
    "sigmoid": lambda x, _: logistic(x) * logistic(-x),
    "tanh": lambda x, _: 4 * logistic(2 * x) * logistic(-2 * x),
    "relu": lambda x, _: np.where(x > 0, 1.0, 0.0),
    "leaky-relu": lambda x, alpha: np.where(x > 0, 1.0, alpha),
    "elu": lambda x, alpha: np.where(x > 0, 1.0, alpha * np.exp(np.minimum(x, 0))),
    "softplus": lambda x, _: logistic(x),
    "silu": lambda x, _: logistic(x) * (1 + x * logistic(-x)),
    "gelu": lambda x, _: normal_cdf(x) + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi),
    "linear": lambda x, _: np.ones_like(x),
    "bipolar-sigmoid": lambda x, _: 2 * logistic(x) * logistic(-x),
    "mish": lambda x, _: (
        tanh(softplus(x))
        + 4 * x * logistic(x) * logistic(2 * softplus(x)) * logistic(-2 * softplus(x))
    ),
    "softmax": lambda x, _: np.diag(softmax(x)) - np.outer(softmax(x), softmax(x)),
}
ERROR_SLOPES = {  # ∂E/∂out
    "half-squared": lambda out, target: out - target,
    "squared": lambda out, target: 2 * (out - target),
    "mean-squared": lambda out, target: 2 * (out - target) / len(out),
    "huber": lambda out, target, delta=1.0: np.clip(out - target, -delta, delta),
    "pseudo-huber": lambda out, target, delta=1.0: (
        delta * (out - target) / np.sqrt(delta**2 + (out - target) ** 2)
    ),
    "cross-entropy": lambda out, target: -target / np.maximum(out, TINY),
    "binary-cross-entropy": lambda out, target: (
        (1 - target) / np.maximum(1 - out, TINY) - target / np.maximum(out, TINY)
    ),
}
FUSED_SLOPES = {  # ∂E/∂net at the output
    ("cross-entropy", "softmax"): lambda net, t: softmax(net) * np.sum(t) - t,
    ("cross-entropy", "logistic"): lambda net, t: -t * logistic(-net),
    ("binary-cross-entropy", "logistic"): lambda net, t: logistic(net) - t,
}
