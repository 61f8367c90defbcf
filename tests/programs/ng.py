"""Features by samples, as in Andrew Ng's course: tanh, then logistic, with binary cross-entropy.

The last sample is an outlier that nobody has scaled: its hidden units are saturated.
"""

import numpy as np

rng = np.random.default_rng(11)
X = rng.normal(size=(3, 5))
X[:, 4] = [900.0, -850.0, 1000.0]
Y = np.array([[1, 0, 1, 1, 0]])
m = X.shape[1]
learning_rate = 1.2

W1 = rng.normal(size=(4, 3)) * 0.8
b1 = rng.normal(size=(4, 1)) * 0.3
W2 = rng.normal(size=(1, 4)) * 0.9
b2 = np.array([[0.25]])

arguments = dict(
    weights=[W1, W2],
    biases=[b1, b2],
    inputs=X,
    targets=Y,
    activations=["tanh", "logistic"],
    error="binary-cross-entropy",
    eta=learning_rate,
    learning="batch",
)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


# Forward propagation
Z1 = np.dot(W1, X) + b1
A1 = np.tanh(Z1)
Z2 = np.dot(W2, A1) + b2
A2 = sigmoid(Z2)
cost = -np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / m

# Backward propagation
dZ2 = A2 - Y
dW2 = np.dot(dZ2, A1.T) / m
db2 = np.sum(dZ2, axis=1, keepdims=True) / m
dZ1 = np.dot(W2.T, dZ2) * (1 - np.power(A1, 2))
dW1 = np.dot(dZ1, X.T) / m
db1 = np.sum(dZ1, axis=1, keepdims=True) / m

# Gradient descent
W1 = W1 - learning_rate * dW1
b1 = b1 - learning_rate * db1
W2 = W2 - learning_rate * dW2
b2 = b2 - learning_rate * db2
