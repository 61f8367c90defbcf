"""One pattern in Haykin's letters: v is the local field, y the signal, e the error d − y."""

import numpy as np

rng = np.random.default_rng(33)
eta = 0.4
x = np.array([[0.7], [-1.1]])
d = np.array([[1.0], [0.0], [1.0]])
w1, b1 = rng.normal(size=(4, 2)), rng.normal(scale=0.5, size=(4, 1))
w2, b2 = rng.normal(size=(3, 4)), rng.normal(scale=0.5, size=(3, 1))
w3, b3 = rng.normal(size=(3, 3)), rng.normal(scale=0.5, size=(3, 1))

arguments = dict(
    weights=[w1.copy(), w2.copy(), w3.copy()],
    biases=[b1.copy(), b2.copy(), b3.copy()],
    inputs=x,
    targets=d,
    activations=["tanh", "tanh", "logistic"],
    error="half-squared",
    eta=eta,
    samples="columns",
)


def phi(v):
    return 1 / (1 + np.exp(-v))


# forward computation
v1 = w1 @ x + b1
y1 = np.tanh(v1)
v2 = w2 @ y1 + b2
y2 = np.tanh(v2)
v3 = w3 @ y2 + b3
y3 = phi(v3)

# backward computation: local gradients
e = d - y3
delta3 = e * y3 * (1 - y3)
delta2 = (1 - y2**2) * (w3.T @ delta3)
delta1 = (1 - y1**2) * (w2.T @ delta2)

# delta rule
dw3 = eta * delta3 @ y2.T
dw2 = eta * delta2 @ y1.T
dw1 = eta * delta1 @ x.T
w3 += dw3
b3 += eta * delta3
w2 += dw2
b2 += eta * delta2
w1 += dw1
b1 += eta * delta1
