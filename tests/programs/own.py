"""Our own keys, with the number of the layer for the unit: softplus, a shared bias, sums."""

import numpy as np

X = np.array([[0.2, -0.6, 1.1, 0.9, -1.4], [0.5, 0.4, -0.3, 1.3, -0.8]])
T = np.array([[0.3, 0.8, -0.2, 0.6, 0.1], [0.9, 0.1, 0.4, -0.7, -0.5], [-0.6, 0.2, 0.7, -0.1, 0.4]])
eta = 0.05
W1 = np.array([[0.4, -0.8], [0.9, 0.3], [-0.5, 0.7], [-0.2, -0.9]])
b1 = 0.25
W2 = np.array([[0.6, -0.4, 0.2, 0.9], [-0.3, 0.8, 0.5, -0.7], [0.1, -0.6, 0.3, 0.4]])
b2 = -0.15

arguments = dict(
    weights=[W1, W2],
    biases=[b1, b2],
    inputs=X,
    targets=T,
    activations=["softplus", "tanh"],
    error="mean-squared",
    eta=eta,
    learning="batch",
    reduction="sum",
    samples="columns",
)

# forward
net_1 = W1 @ X + b1
out_1 = np.log(1 + np.exp(net_1))
net_2 = W2 @ out_1 + b2
out_2 = np.tanh(net_2)
E_out = (T - out_2) ** 2 / len(T)
E_total = E_out.sum(axis=0)
E_epoch = E_total.sum()

# backward
dE_dout_2 = -2 * (T - out_2) / len(T)
dout_dnet_2 = 1 - out_2**2
delta_2 = dE_dout_2 * dout_dnet_2
dE_dW2 = delta_2 @ out_1.T
dE_db2 = delta_2.sum()
dE_dout_1 = W2.T @ delta_2
dout_dnet_1 = 1 / (1 + np.exp(-net_1))
delta_1 = dE_dout_1 * dout_dnet_1
dE_dW1 = delta_1 @ X.T
dE_db1 = delta_1.sum()

# update
change_W1 = -eta * dE_dW1
change_W2 = -eta * dE_dW2
W1_new = W1 + change_W1
b1_new = b1 - eta * dE_db1
W2_new = W2 + change_W2
b2_new = b2 - eta * dE_db2

# the forward pass once more
net_1_new = W1_new @ X + b1_new
out_1_new = np.log(1 + np.exp(net_1_new))
net_2_new = W2_new @ out_1_new + b2_new
out_2_new = np.tanh(net_2_new)
