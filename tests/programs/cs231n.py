"""Samples by features, as in the notes of CS231n: relu, then softmax, class labels, in place.

The first sample has scores above 709, where e^x is no float any more.
"""

import numpy as np

rng = np.random.default_rng(868)
D, H, K = 4, 6, 3
X = rng.normal(size=(7, D))
X[0] = [310.0, 255.0, 180.0, 90.0]
y = np.array([1, 0, 2, 2, 1, 0, 2])
N = X.shape[0]
step_size = 0.05

W1 = rng.normal(size=(D, H))
b1 = 0.2 * rng.normal(size=(1, H))
W2 = rng.normal(size=(H, K))
b2 = 0.2 * rng.normal(size=(1, K))
W2[:, 0] += 1.5
W2[:, 1] = W2[:, 0] - 0.02 * rng.normal(size=H)

arguments = dict(
    weights=[W1.copy(), W2.copy()],
    biases=[b1.copy(), b2.copy()],
    inputs=X,
    targets=y,
    activations=["relu", "softmax"],
    error="cross-entropy",
    eta=step_size,
    learning="batch",
)

# evaluate the class scores
hidden_layer = np.maximum(0, np.dot(X, W1) + b1)
scores = np.dot(hidden_layer, W2) + b2

# compute the class probabilities and the loss
exp_scores = np.exp(scores - np.max(scores, axis=1, keepdims=True))
probs = exp_scores / np.sum(exp_scores, axis=1, keepdims=True)
correct_logprobs = -np.log(probs[range(N), y])
loss = np.sum(correct_logprobs) / N

# backpropagate
dscores = probs.copy()
dscores[range(N), y] -= 1
dscores /= N
dW2 = np.dot(hidden_layer.T, dscores)
db2 = np.sum(dscores, axis=0, keepdims=True)
dhidden = np.dot(dscores, W2.T)
dhidden[hidden_layer <= 0] = 0
dW1 = np.dot(X.T, dhidden)
db1 = np.sum(dhidden, axis=0, keepdims=True)

# perform a parameter update
W1 += -step_size * dW1
b1 += -step_size * db1
W2 += -step_size * dW2
b2 += -step_size * db2
