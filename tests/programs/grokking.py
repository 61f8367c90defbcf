"""One row of a data set through a relu, in the names of Trask's book: all by number."""

import numpy as np


def relu(x):
    return (x > 0) * x


def relu2deriv(output):
    return output > 0


np.random.seed(7)
streetlights = np.array([[1, 0, 1], [0, 1, 1], [0, 0, 1], [1, 1, 1]])
walk_vs_stop = np.array([[1], [1], [0], [0]])
alpha = 0.2
weights_0_1 = 2 * np.random.random((3, 4)) - 1
weights_1_2 = 2 * np.random.random((4, 1)) - 1

arguments = dict(
    weights=[weights_0_1.copy(), weights_1_2.copy()],
    inputs=streetlights[0:1],
    targets=walk_vs_stop[0:1],
    activations=["relu", "linear"],
    error="half-squared",
    eta=alpha,
)

layer_0 = streetlights[0:1]
layer_1 = relu(np.dot(layer_0, weights_0_1))
layer_2 = np.dot(layer_1, weights_1_2)

layer_2_delta = walk_vs_stop[0:1] - layer_2
layer_1_delta = layer_2_delta.dot(weights_1_2.T) * relu2deriv(layer_1)

weights_1_2 += alpha * layer_1.T.dot(layer_2_delta)
weights_0_1 += alpha * layer_0.T.dot(layer_1_delta)
