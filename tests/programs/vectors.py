"""One sample in flat vectors, with outer products, as those write it who have no batch in mind."""

import numpy as np

rng = np.random.default_rng(17)
x = np.array([0.9, -0.4, 0.6])
y = np.array([0.0, 1.0, 0.0, 0.0])
lr = 0.35
W1, b1 = rng.normal(size=(4, 3)), rng.normal(size=4)
W2, b2 = rng.normal(size=(4, 4)), rng.normal(size=4)

arguments = dict(
    weights=[W1.copy(), W2.copy()],
    biases=[b1.copy(), b2.copy()],
    inputs=x,
    targets=y,
    activations=["logistic", "softmax"],
    error="cross-entropy",
    eta=lr,
)


def softmax(z):
    e = np.exp(z - z.max())
    return e / e.sum()


z1 = W1 @ x + b1
a1 = 1 / (1 + np.exp(-z1))
z2 = W2 @ a1 + b2
a2 = softmax(z2)
loss = -np.sum(y * np.log(a2))

dz2 = a2 - y
dW2 = np.outer(dz2, a1)
db2 = dz2
da1 = W2.T @ dz2
dz1 = da1 * a1 * (1 - a1)
dW1 = np.outer(dz1, x)
db1 = dz1

W1 -= lr * dW1
b1 -= lr * db1
W2 -= lr * dW2
b2 -= lr * db2
