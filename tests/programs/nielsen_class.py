"""A class that keeps its lists, as in Nielsen's third chapter: cross-entropy, one pair."""

import numpy as np


class Network:
    def __init__(self, sizes):
        self.num_layers = len(sizes)
        self.sizes = sizes
        self.biases = [np.random.randn(y, 1) for y in sizes[1:]]
        self.weights = [np.random.randn(y, x) / np.sqrt(x) for x, y in zip(sizes[:-1], sizes[1:])]

    def backprop(self, x, y):
        self.nabla_b = [np.zeros(b.shape) for b in self.biases]
        self.nabla_w = [np.zeros(w.shape) for w in self.weights]
        activation = x
        self.activations = [x]
        self.zs = []
        for b, w in zip(self.biases, self.weights):
            z = np.dot(w, activation) + b
            self.zs.append(z)
            activation = sigmoid(z)
            self.activations.append(activation)
        delta = self.activations[-1] - y
        self.nabla_b[-1] = delta
        self.nabla_w[-1] = np.dot(delta, self.activations[-2].transpose())
        for l in range(2, self.num_layers):
            sp = sigmoid_prime(self.zs[-l])
            delta = np.dot(self.weights[-l + 1].transpose(), delta) * sp
            self.nabla_b[-l] = delta
            self.nabla_w[-l] = np.dot(delta, self.activations[-l - 1].transpose())

    def update(self, eta):
        self.weights = [w - eta * nw for w, nw in zip(self.weights, self.nabla_w)]
        self.biases = [b - eta * nb for b, nb in zip(self.biases, self.nabla_b)]


def sigmoid(z):
    return 1.0 / (1.0 + np.exp(-z))


def sigmoid_prime(z):
    return sigmoid(z) * (1 - sigmoid(z))


np.random.seed(12)
x = np.random.rand(5, 1)
y = np.array([[0.0], [1.0], [0.0]])
net = Network([5, 4, 3])

arguments = dict(
    weights=list(net.weights),
    biases=list(net.biases),
    inputs=x,
    targets=y,
    activations=["logistic", "logistic"],
    error="binary-cross-entropy",
    eta=0.6,
)

net.backprop(x, y)
net.update(0.6)
