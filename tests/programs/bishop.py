"""One pattern through a square network in Bishop's letters: a is the net input, z the output."""

import numpy as np

x = np.array([[0.4], [-0.9], [0.25]])
t = np.array([[0.5], [-0.3], [1.1]])
eta = 0.1

w1 = np.array([[0.3, -0.5, 0.8], [-0.7, 0.2, 0.6], [0.9, 0.4, -0.1]])
b1 = np.array([[0.1], [-0.2], [0.3]])
w2 = np.array([[-0.6, 0.7, 0.35], [0.45, 0.15, -0.8], [0.55, -0.25, 0.65]])
b2 = np.array([[0.2], [0.05], [-0.15]])

arguments = dict(
    weights=[w1, w2],
    biases=[b1, b2],
    inputs=x,
    targets=t,
    activations=["tanh", "linear"],
    error="half-squared",
    eta=eta,
    samples="columns",
)

# forward propagation
a1 = w1 @ x + b1
z1 = np.tanh(a1)
a2 = w2 @ z1 + b2
y = a2
E = 0.5 * np.sum((y - t) ** 2)

# errors, from the outputs back
delta2 = y - t
delta1 = (1 - z1**2) * (w2.T @ delta2)

# derivatives
grad_w1 = delta1 @ x.T
grad_b1 = delta1
grad_w2 = delta2 @ z1.T
grad_b2 = delta2

w1 = w1 - eta * grad_w1
b1 = b1 - eta * grad_b1
w2 = w2 - eta * grad_w2
b2 = b2 - eta * grad_b2
