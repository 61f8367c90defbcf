"""A character predictor by hand, as in Karpathy's lessons: tanh, logits, updates in place."""

import numpy as np

rng = np.random.default_rng(42)
names = ["ada", "bo", "dee"]
chars = sorted(set("".join(names)) | {"."})
stoi = {c: i for i, c in enumerate(chars)}

# bigrams, and an embedding for each character
C = rng.normal(size=(len(chars), 4))
xs, ys = [], []
for w in names:
    word = "." + w + "."
    for c1, c2 in zip(word, word[1:]):
        xs.append(stoi[c1])
        ys.append(stoi[c2])
Xb = C[xs]
Yb = np.array(ys)
n = len(Yb)
lr = 0.1

W1 = rng.normal(size=(4, 5)) * (5 / 3) / 4**0.5
b1 = rng.normal(size=5) * 0.1
W2 = rng.normal(size=(5, len(chars))) * 0.6
b2 = rng.normal(size=len(chars)) * 0.1

arguments = dict(
    weights=[W1.copy(), W2.copy()],
    biases=[b1.copy(), b2.copy()],
    inputs=Xb,
    targets=np.eye(len(chars))[Yb],
    activations=["tanh", "softmax"],
    error="cross-entropy",
    eta=lr,
    learning="batch",
)

# forward pass
hpreact = Xb @ W1 + b1
h = np.tanh(hpreact)
logits = h @ W2 + b2
counts = np.exp(logits - logits.max(1, keepdims=True))
probs = counts / counts.sum(1, keepdims=True)
loss = -np.log(probs[range(n), Yb]).mean()

# backward pass
dlogits = probs.copy()
dlogits[range(n), Yb] -= 1
dlogits /= n
dh = dlogits @ W2.T
dW2 = h.T @ dlogits
db2 = dlogits.sum(0)
dhpreact = (1.0 - h**2) * dh
dW1 = Xb.T @ dhpreact
db1 = dhpreact.sum(0)

# update
for p, dp in [(W1, dW1), (b1, db1), (W2, dW2), (b2, db2)]:
    p -= lr * dp
