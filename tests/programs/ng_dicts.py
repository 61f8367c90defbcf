"""Three layers with functions and dictionaries, as in the exercises of Andrew Ng's course."""

import numpy as np


def initialize_parameters(layer_dims):
    rng = np.random.RandomState(7)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters["W" + str(l)] = rng.randn(layer_dims[l], layer_dims[l - 1]) * 0.8
        parameters["b" + str(l)] = rng.randn(layer_dims[l], 1) * 0.2
    return parameters


def sigmoid(Z):
    return 1 / (1 + np.exp(-Z))


def relu(Z):
    return np.maximum(0, Z)


def forward(X, parameters):
    cache = {"A0": X}
    for l in (1, 2, 3):
        Z = np.dot(parameters["W" + str(l)], cache["A" + str(l - 1)]) + parameters["b" + str(l)]
        cache["Z" + str(l)] = Z
        cache["A" + str(l)] = relu(Z) if l < 3 else sigmoid(Z)
    return cache["A3"], cache


def compute_cost(AL, Y):
    m = Y.shape[1]
    cost = -(np.dot(Y, np.log(AL).T) + np.dot(1 - Y, np.log(1 - AL).T)) / m
    return np.squeeze(cost)


def relu_backward(dA, Z):
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ


def backward(parameters, cache, Y):
    m = Y.shape[1]
    grads = {}
    AL = cache["A3"]
    grads["dA3"] = -(np.divide(Y, AL) - np.divide(1 - Y, 1 - AL))
    grads["dZ3"] = grads["dA3"] * AL * (1 - AL)
    for l in (3, 2, 1):
        dZ = grads["dZ" + str(l)]
        grads["dW" + str(l)] = 1 / m * np.dot(dZ, cache["A" + str(l - 1)].T)
        grads["db" + str(l)] = 1 / m * np.sum(dZ, axis=1, keepdims=True)
        if l > 1:
            dA_prev = np.dot(parameters["W" + str(l)].T, dZ)
            grads["dA" + str(l - 1)] = dA_prev
            grads["dZ" + str(l - 1)] = relu_backward(dA_prev, cache["Z" + str(l - 1)])
    return grads


def update_parameters(parameters, grads, learning_rate):
    for l in (1, 2, 3):
        parameters["W" + str(l)] = parameters["W" + str(l)] - learning_rate * grads["dW" + str(l)]
        parameters["b" + str(l)] = parameters["b" + str(l)] - learning_rate * grads["db" + str(l)]
    return parameters


np.random.seed(5)
X = np.random.randn(4, 7)
Y = np.array([[1, 1, 0, 0, 1, 0, 0]])
learning_rate = 0.75
parameters = initialize_parameters([4, 5, 3, 1])

arguments = dict(
    weights=[parameters["W1"], parameters["W2"], parameters["W3"]],
    biases=[parameters["b1"], parameters["b2"], parameters["b3"]],
    inputs=X,
    targets=Y,
    activations=["relu", "relu", "logistic"],
    error="binary-cross-entropy",
    eta=learning_rate,
    learning="batch",
)

AL, cache = forward(X, parameters)
cost = compute_cost(AL, Y)
grads = backward(parameters, cache, Y)
parameters = update_parameters(parameters, grads, learning_rate)
