"""Forward and backward propagation in the letters of Dive into Deep Learning, on a minibatch."""

import numpy as np

rng = np.random.default_rng(21)
num_inputs, num_hiddens, num_outputs = 4, 5, 3
batch_size = 9
lr = 0.3
X = rng.normal(size=(batch_size, num_inputs))
Y = rng.normal(size=(batch_size, num_outputs))
W1 = rng.normal(scale=0.8, size=(num_inputs, num_hiddens))
b1 = rng.normal(scale=0.4, size=num_hiddens)
W2 = rng.normal(scale=0.8, size=(num_hiddens, num_outputs))
b2 = rng.normal(scale=0.4, size=num_outputs)

arguments = dict(
    weights=[W1.copy(), W2.copy()],
    biases=[b1.copy(), b2.copy()],
    inputs=X,
    targets=Y,
    activations=["leaky-relu", "linear"],
    error="half-squared",
    eta=lr,
    learning="batch",
)


def leaky_relu(z):
    return np.where(z > 0, z, 0.01 * z)


# forward propagation
z = X @ W1 + b1
h = leaky_relu(z)
o = h @ W2 + b2
L = 0.5 * ((o - Y) ** 2).sum() / batch_size

# backpropagation
dJ_do = (o - Y) / batch_size
dJ_dW2 = h.T @ dJ_do
dJ_db2 = dJ_do.sum(axis=0)
dJ_dh = dJ_do @ W2.T
dJ_dz = dJ_dh * np.where(z > 0, 1, 0.01)
dJ_dW1 = X.T @ dJ_dz
dJ_db1 = dJ_dz.sum(axis=0)

# minibatch stochastic gradient descent
W1 = W1 - lr * dJ_dW1
b1 = b1 - lr * dJ_db1
W2 = W2 - lr * dJ_dW2
b2 = b2 - lr * dJ_db2
