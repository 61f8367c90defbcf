"""Lists of layers, as in Nielsen's book: a sample as a column, four layers in two loops."""

import numpy as np

rng = np.random.default_rng(2)
sizes = [4, 4, 4, 2]
num_layers = len(sizes)
biases = [rng.normal(size=(n, 1)) for n in sizes[1:]]
weights = [rng.normal(size=(n, below)) for below, n in zip(sizes[:-1], sizes[1:])]
x = np.array([[0.5], [-1.2], [0.8], [0.3]])
y = np.array([[1.0], [0.0]])
eta = 3.0

arguments = dict(
    weights=list(weights),
    biases=list(biases),
    inputs=x,
    targets=y,
    activations=["logistic"] * 3,
    error="half-squared",
    eta=eta,
    samples="columns",
)


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


def cost_derivative(output_activations, y):
    return output_activations - y


nabla_b = [np.zeros(b.shape) for b in biases]
nabla_w = [np.zeros(w.shape) for w in weights]

# feedforward
activation = x
activations = [x]
zs = []
for b, w in zip(biases, weights):
    z = np.dot(w, activation) + b
    zs.append(z)
    activation = sigmoid(z)
    activations.append(activation)

# backward pass
delta = cost_derivative(activations[-1], y) * sigmoid_prime(zs[-1])
nabla_b[-1] = delta
nabla_w[-1] = np.dot(delta, activations[-2].T)
for l in range(2, num_layers):
    z = zs[-l]
    sp = sigmoid_prime(z)
    delta = np.dot(weights[-l + 1].T, delta) * sp
    nabla_b[-l] = delta
    nabla_w[-l] = np.dot(delta, activations[-l - 1].T)

weights = [w - eta * nw for w, nw in zip(weights, nabla_w)]
biases = [b - eta * nb for b, nb in zip(biases, nabla_b)]
