"""Lists of all layers, as inside scikit-learn's perceptron: tanh, tanh, two logistic outputs.

There are as many samples as hidden units, so that shapes tell little.
"""

import numpy as np

rng = np.random.RandomState(10)
X = rng.normal(size=(5, 4))
y = np.array([[1, 0], [0, 0], [1, 1], [0, 1], [1, 0]])
n_samples = X.shape[0]
layer_units = [4, 5, 5, 2]
n_layers = len(layer_units)
learning_rate_init = 0.3

coefs_, intercepts_ = [], []
for fan_in, fan_out in zip(layer_units[:-1], layer_units[1:]):
    bound = (6.0 / (fan_in + fan_out)) ** 0.5
    coefs_.append(rng.uniform(-bound, bound, (fan_in, fan_out)))
    intercepts_.append(rng.uniform(-bound, bound, fan_out))

arguments = dict(
    weights=[coef.copy() for coef in coefs_],
    biases=[intercept.copy() for intercept in intercepts_],
    inputs=X,
    targets=y,
    activations=["tanh", "tanh", "logistic"],
    error="binary-cross-entropy",
    eta=learning_rate_init,
    learning="batch",
    weight_rows="from",
)


def logistic(z):
    return 1.0 / (1.0 + np.exp(-z))


def inplace_tanh_derivative(Z, delta):
    delta *= 1 - Z**2


# forward pass
activations = [X]
for i in range(n_layers - 1):
    net = activations[i] @ coefs_[i] + intercepts_[i]
    activations.append(np.tanh(net) if i < n_layers - 2 else logistic(net))
loss = -(y * np.log(activations[-1]) + (1 - y) * np.log(1 - activations[-1])).sum() / n_samples

# backward pass
deltas = [None] * (n_layers - 1)
coef_grads = [None] * (n_layers - 1)
intercept_grads = [None] * (n_layers - 1)
last = n_layers - 2
deltas[last] = activations[-1] - y
coef_grads[last] = activations[last].T @ deltas[last] / n_samples
intercept_grads[last] = np.mean(deltas[last], 0)
for i in range(last, 0, -1):
    deltas[i - 1] = deltas[i] @ coefs_[i].T
    inplace_tanh_derivative(activations[i], deltas[i - 1])
    coef_grads[i - 1] = activations[i - 1].T @ deltas[i - 1] / n_samples
    intercept_grads[i - 1] = np.mean(deltas[i - 1], 0)

# update
for i in range(n_layers - 1):
    coefs_[i] = coefs_[i] - learning_rate_init * coef_grads[i]
    intercepts_[i] = intercepts_[i] - learning_rate_init * intercept_grads[i]
