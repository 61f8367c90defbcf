"""The conventions of names: how the authors that people learn from write a backward pass.

A row each, with its source. `words` has the names that the author's programs use, in the language
of `words`; `LETTERS` of our own keys are those of the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Convention(NamedTuple):
    """How an author writes: names, and what else their readers take over with them.

    `example` are names by which the convention is known. `layout` is "columns" (units × samples),
    "rows" (samples × units) or "" where it is not said; `weights` "to" (a row per receiving unit),
    "from" (a row per sending unit) or "". `descent`: error terms and deltas are those of −∂E.
    `mean_at` is where the 1/m of a batch enters: "gradient", "delta" (each delta is 1/m of ours),
    "update" (sums, and η/m), "never" or "". `raw_outputs`: what a model returns is the net input
    of its last layer where the error is one that takes the activation itself.
    """

    id: str
    title: str
    source: str
    example: str
    words: Mapping[str, str]
    layout: str = ""
    weights: str = ""
    descent: bool = False
    mean_at: str = ""
    raw_outputs: bool = False


COST = "E_mean E_total E_epoch"
EARLIER = "none: it is the error before the last update, of other weights"

# fmt: off
_ROWS = (
    Convention(
        "ng", "Andrew Ng",
        "Ng (2017), Neural Networks and Deep Learning (deeplearning.ai), weeks 3 and 4",
        "Z1 A1 dZ1 dA1 dW1 db1 W1 b1",
        {
            "X": "input", "Y": "target", "y": "target", "x": "input",
            "Z{l}": "net", "A{l}": "out", "z{l}": "net", "a{l}": "out",
            "W{l}": "W W_new", "b{l}": "b b_new",
            "dZ{l}": "delta", "dA{l}": "dE_dout dE_dout@l-1", "dz{l}": "delta", "da{l}": "dE_dout",
            "dW{l}": "dE_dW", "db{l}": "dE_db",
            "grads.dW{l}": "dE_dW", "grads.db{l}": "dE_db",
            "AL": "out@L", "ZL": "net@L", "dAL": "dE_dout@L", "dZL": "delta@L",
            "cost": COST, "J": COST, "Y_hat": "out@L", "logprobs": "",
            "caches{item}[0][0]": "out@l-1", "caches{item}[0][1]": "W",
            "caches{item}[0][2]": "b", "caches{item}[1]": "net",
            "v.dW{l}": "m_W_new v_W_new", "v.db{l}": "m_b_new v_b_new",
            "s.dW{l}": "v_W_new", "s.db{l}": "v_b_new",
            "v_corrected.dW{l}": "mhat_W", "v_corrected.db{l}": "mhat_b",
            "s_corrected.dW{l}": "vhat_W", "s_corrected.db{l}": "vhat_b",
        },
        layout="columns", weights="to", mean_at="gradient",
    ),
    Convention(
        "cs231n", "CS231n",
        "Karpathy, Li & Johnson (2015), CS231n (Stanford), notes: neural network case study",
        "hidden_layer scores probs dscores dhidden dW1 db1 W1 b1",
        {
            "X": "input", "y": "target", "x": "input",
            "params.W{l}": "W W_new", "params.b{l}": "b b_new",
            "grads.W{l}": "dE_dW", "grads.b{l}": "dE_db",
            "W{l}": "W W_new", "b{l}": "b b_new",
            "W": "W@1 W_new@1 W@* W_new@*", "b": "b@1 b_new@1 b@* b_new@*",
            "dW{l}": "dE_dW", "db{l}": "dE_db",
            "dW": "dE_dW@1 dE_dW@*", "db": "dE_db@1 dE_db@*",
            "hidden_layer": "out@hidden", "hidden_layer{l}": "out", "h{l}": "out",
            "hidden": "out@hidden", "scores": "net@L", "probs": "out@L",
            "dscores": "delta@L", "dhidden": "delta@hidden dE_dout@hidden",
            "dhidden_layer": "delta@hidden dE_dout@hidden", "dhidden{l}": "delta dE_dout",
            "dhidden_layer{l}": "delta dE_dout", "dh{l}": "delta dE_dout",
            "dprobs": "dE_dout@L",
            "loss": COST, "data_loss": COST,
            "velocity.W{l}": "v_W_new", "velocity.b{l}": "v_b_new",
            "velocities.W{l}": "v_W_new", "velocities.b{l}": "v_b_new",
            "exp_scores": "", "correct_logprobs": "", "corect_logprobs": "", "reg_loss": "",
        },
        layout="rows", weights="from", mean_at="delta",
    ),
    Convention(
        "nielsen", "Michael Nielsen",
        "Nielsen (2015), Neural Networks and Deep Learning, chapters 1 and 2, network.py",
        "zs[0] activations[1] delta nabla_w[0] nabla_b[0] weights[0] biases[0]",
        {
            "x": "input", "y": "target",
            "zs{item}": "net", "activations{item0}": "out", "z": "net@*", "activation": "out@-*",
            "delta": "delta@*", "sp": "slope@*", "deltas{item}": "delta delta@*",
            "nabla_w{item}": "dE_dW", "nabla_b{item}": "dE_db",
            "weights{item}": "W W_new", "biases{item}": "b b_new",
            "z{l}": "net", "a{l}": "out", "delta{l}": "delta", "w{l}": "W W_new", "b{l}": "b b_new",
            "nabla_w{l}": "dE_dW", "nabla_b{l}": "dE_db",
            "cost": COST, "C": COST,
        },
        layout="columns", weights="to", mean_at="update",
    ),
    Convention(
        "nnfs", "Neural Networks from Scratch",
        "Kinsley & Kukieła (2020), Neural Networks from Scratch in Python, chapters 9 and 10",
        "dense1.weights dense1.output dense1.dweights activation1.output activation1.dinputs",
        {
            "X": "input", "y": "target",
            "{linear}.weights": "W W_new", "{linear}.biases": "b b_new",
            "{linear}.dweights": "dE_dW", "{linear}.dbiases": "dE_db",
            "{linear}.inputs": "out@l-1", "{linear}.output": "net",
            "{linear}.dinputs": "dE_dout@l-1", "{linear}.dvalues": "delta",
            "{other}.inputs": "net", "{other}.output": "out",
            "{other}.dinputs": "delta dE_dout", "{other}.dvalues": "dE_dout",
            "loss": COST, "data_loss": COST, "dvalues": "dE_dout@* delta@*",
        },
        layout="rows", weights="from", mean_at="delta",
    ),
    Convention(
        "trask", "Andrew Trask",
        "Trask (2015), A Neural Network in 11 lines of Python; (2019), Grokking Deep Learning",
        "syn0 l0 l1 l2_error l2_delta l1_delta weights_0_1 layer_1_delta",
        {
            "X": "input", "y": "target", "Y": "target",
            "l{l}": "out", "layer{l}": "out",
            "syn{l-1}": "W W_new", "synapse{l-1}": "W W_new",
            "weights{pair}": "W W_new", "weights{l}": "W W_new",
            "l{l}_error": "dE_dout err@l",
            "layer{l}_error": "dE_dout err@l E_total@0 E_epoch@0 E_mean@0",
            "l{l}_delta": "delta", "layer{l}_delta": "delta",
            "layer{l}_weight_delta": "dE_dW change_W",
            "syn{l-1}_delta": "dE_dW change_W", "synapse{l-1}_delta": "dE_dW change_W",
            "syn{l-1}_update": "change_W dE_dW", "synapse{l-1}_update": "change_W dE_dW",
            "weights{pair}_delta": "dE_dW change_W", "d_weights{l}": "dE_dW change_W",
            "input_layer": "input", "output": "out@L", "error": "dE_dout@L err@L " + COST,
        },
        layout="rows", weights="from", descent=True, mean_at="never",
    ),
    Convention(
        "karpathy", "Andrej Karpathy",
        "Karpathy (2022), Neural Networks: Zero to Hero, makemore 4; (2016), Pong from Pixels",
        "hpreact h logits probs dlogits dh dhpreact dW1 W1",
        {
            "Xb": "input", "Yb": "target", "xs": "input", "ys": "target net@L", "X": "input",
            "Y": "target", "x": "input", "y": "target", "embcat": "input", "epx": "input",
            "W{l}": "W W_new", "b{l}": "b b_new", "dW{l}": "dE_dW", "db{l}": "dE_db",
            "model.W{l}": "W W_new", "grads.W{l}": "dE_dW",
            "W{l}.grad": "dE_dW", "b{l}.grad": "dE_db",
            "h": "out@hidden", "hidden": "out@hidden", "hs": "out@hidden", "eph": "out@hidden",
            "h{l}": "out", "hpreact": "net@hidden", "hpreact{l}": "net", "hprebn": "net@hidden",
            "logits": "net@L", "logp": "net@L", "probs": "out@L", "ps": "out@L",
            "dlogits": "delta@L", "dlogp": "delta@L", "epdlogp": "delta@L", "dy": "delta@L",
            "dprobs": "dE_dout@L", "dh": "dE_dout@hidden delta@hidden", "dh{l}": "dE_dout delta",
            "dhpreact": "delta@hidden", "dhpreact{l}": "delta", "dhraw": "delta@hidden",
            "hpreact.grad": "delta@hidden", "h.grad": "dE_dout@hidden", "logits.grad": "delta@L",
            "Wxh": "W@1 W_new@1", "Why": "W@L W_new@L", "bh": "b@1 b_new@1", "by": "b@L b_new@L",
            "dWxh": "dE_dW@1", "dWhy": "dE_dW@L", "dbh": "dE_db@1", "dby": "dE_db@L",
            "loss": COST, "emb": "", "dembcat": "", "logit_maxes": "", "norm_logits": "",
            "counts": "", "counts_sum": "", "counts_sum_inv": "", "logprobs": "", "dlogprobs": "",
            "dcounts": "", "dcounts_sum": "", "dcounts_sum_inv": "", "dnorm_logits": "",
            "dlogit_maxes": "",
        },
        layout="rows", weights="from", mean_at="delta",
    ),
    Convention(
        "pytorch", "PyTorch",
        "Paszke et al. (2019), PyTorch: a state_dict, its modules, and what hooks capture",
        "fc1.weight fc1.bias fc1.weight.grad fc1 relu1",
        {
            "x": "input", "y": "target", "X": "input", "inputs": "input", "targets": "target",
            "grad_outputs.{linear}": "delta", "grad_outputs.{other}": "dE_dout",
            "grad_inputs.{linear}": "dE_dout@l-1", "grad_inputs.{other}": "delta",
            "{linear}.weight": "W W_new", "{linear}.bias": "b b_new",
            "{linear}.weight.grad": "dE_dW", "{linear}.bias.grad": "dE_db",
            "grads.{linear}.weight": "dE_dW", "grads.{linear}.bias": "dE_db",
            "grads.{linear}.kernel": "dE_dW",
            "{linear}.kernel": "W W_new",
            "grads.{linear}": "delta", "grads.{other}": "dE_dout",
            "{linear}.in": "out@l-1", "{linear}.input": "out@l-1",
            "{other}.in": "net", "{other}.input": "net",
            "{linear}.out": "net", "{linear}.output": "net",
            "{linear}_in": "out@l-1", "{linear}_input": "out@l-1",
            "{linear}_out": "net", "{linear}_output": "net",
            "{other}.out": "out", "{other}.output": "out",
            "{linear}.grad": "delta", "{linear}.out.grad": "delta", "{linear}.output.grad": "delta",
            "{other}.grad": "dE_dout", "{other}.out.grad": "dE_dout",
            "{other}.output.grad": "dE_dout",
            "{linear}.grad_output": "delta", "{other}.grad_output": "dE_dout",
            "{linear}.grad_input": "dE_dout@l-1", "{other}.grad_input": "delta",
            "{linear}": "net", "{other}": "out",
            "logits": "net@L out@L", "scores": "net@L out@L", "loss": COST, "out": "out@L net@L",
            "outputs": "out@L net@L", "output": "out@L net@L", "pred": "out@L net@L",
            "preds": "out@L net@L", "y_pred": "out@L net@L", "y_hat": "out@L net@L",
        },
        layout="rows", weights="to", mean_at="delta", raw_outputs=True,
    ),
    Convention(
        "johnson", "Justin Johnson",
        "Johnson (2017), Learning PyTorch with Examples: the network in NumPy and in tensors",
        "h h_relu y_pred grad_y_pred grad_w2 grad_h_relu grad_h grad_w1",
        {
            "x": "input", "y": "target", "w{l}": "W W_new", "h": "net@hidden out@hidden",
            "h_relu": "out@hidden", "y_pred": "out@L", "loss": COST, "grad_w{l}": "dE_dW",
            "grad_y_pred": "dE_dout@L delta@L", "grad_h_relu": "dE_dout@hidden",
            "grad_h": "delta@hidden dE_dout@hidden",
        },
        layout="rows", weights="from",
    ),
    Convention(
        "bishop", "Christopher Bishop",
        "Bishop (2006), Pattern Recognition and Machine Learning, section 5.3",
        "a1 z1 y t delta1 w1",
        {
            "x": "input", "t": "target", "y": "out@L", "a{l}": "net", "z{l}": "out",
            "delta{l}": "delta", "w{l}": "W W_new", "b{l}": "b b_new",
            "dE_dw{l}": "dE_dW", "dE_db{l}": "dE_db", "dw{l}": "dE_dW", "db{l}": "dE_db",
            "grad_w{l}": "dE_dW", "grad_b{l}": "dE_db", "h_prime{l}": "slope",
            "a": "net@*", "z": "out@*", "delta": "delta@*", "delta_k": "delta@L",
            "delta_j": "delta@hidden", "a_k": "net@L", "a_j": "net@hidden", "z_j": "out@hidden",
            "y_k": "out@L", "t_k": "target", "E": "E_epoch E_total E_mean",
        },
        weights="to", mean_at="never",
    ),
    Convention(
        "d2l", "Dive into Deep Learning",
        "Zhang, Lipton, Li & Smola (2023), Dive into Deep Learning, sections 5.2 and 5.3",
        "z h o y_hat dJ_do dJ_dh dJ_dz dJ_dW1 W1",
        {
            "X": "input", "x": "input", "y": "target", "Y": "target",
            "W{l}": "W W_new", "b{l}": "b b_new", "W{l}.grad": "dE_dW", "b{l}.grad": "dE_db",
            "H": "out@hidden", "h": "out@hidden", "H{l}": "out", "h{l}": "out",
            "O": "net@L out@L", "o": "net@L out@L", "z": "net@hidden", "Z": "net@hidden",
            "z{l}": "net", "Z{l}": "net", "y_hat": "out@L net@L", "Y_hat": "out@L net@L",
            "dJ_dW{l}": "dE_dW", "dJ_db{l}": "dE_db", "dJ_do": "delta@L dE_dout@L",
            "dJ_dO": "delta@L dE_dout@L", "dL_do": "delta@L dE_dout@L",
            "dJ_dh": "dE_dout@hidden", "dJ_dH": "dE_dout@hidden", "dJ_dh{l}": "dE_dout",
            "dJ_dz": "delta@hidden", "dJ_dZ": "delta@hidden", "dJ_dz{l}": "delta",
            "l": "E_total E_mean E_epoch", "L": "E_total E_mean E_epoch",
            "J": COST, "s": "", "dJ_dL": "", "dJ_ds": "",
        },
        mean_at="",
    ),
    Convention(
        "haykin", "Simon Haykin",
        "Haykin (2009), Neural Networks and Learning Machines, chapter 4",
        "v1 y1 d e delta1 dw1 w1",
        {
            "x": "input", "d": "target", "v{l}": "net", "y{l}": "out", "y": "out@L", "o": "out@L",
            "e": "dE_dout@L err@L", "delta{l}": "delta", "w{l}": "W W_new", "b{l}": "b b_new",
            "dw{l}": "change_W dE_dW", "db{l}": "change_b dE_db", "delta_w{l}": "change_W dE_dW",
            "delta_b{l}": "change_b dE_db", "phi_prime{l}": "slope", "dphi{l}": "slope",
            "e{l}": "dE_dout err@l", "v": "net@*", "delta": "delta@*",
            "E": "E_total E_mean E_epoch",
        },
        weights="to", descent=True, mean_at="never",
    ),
    Convention(
        "rashid", "Tariq Rashid",
        "Rashid (2016), Make Your Own Neural Network, part 2",
        "wih who hidden_inputs hidden_outputs final_inputs final_outputs output_errors",
        {
            "inputs": "input", "targets": "target", "wih": "W@1 W_new@1", "who": "W@L W_new@L",
            "hidden_inputs": "net@hidden", "hidden_outputs": "out@hidden",
            "final_inputs": "net@L", "final_outputs": "out@L",
            "output_errors": "dE_dout@L err@L", "hidden_errors": "dE_dout@hidden",
        },
        layout="columns", weights="to", descent=True, mean_at="never",
    ),
    Convention(
        "xor", "the XOR program",
        "Implementing the XOR Gate using Backpropagation in Neural Networks (2019), much copied",
        "hidden_layer_activation predicted_output d_predicted_output error_hidden_layer",
        {
            "inputs": "input", "expected_output": "target", "error": "dE_dout@L err@L",
            "hidden_weights": "W@1 W_new@1", "hidden_bias": "b@1 b_new@1",
            "output_weights": "W@L W_new@L", "output_bias": "b@L b_new@L",
            "hidden_layer_activation": "net@hidden out@hidden", "hidden_layer_output": "out@hidden",
            "output_layer_activation": "net@L out@L", "predicted_output": "out@L",
            "d_predicted_output": "delta@L", "error_hidden_layer": "dE_dout@hidden",
            "d_hidden_layer": "delta@hidden",
        },
        layout="rows", weights="from", descent=True, mean_at="never",
    ),
    Convention(
        "welch", "Welch Labs",
        "Welch Labs (2014), Neural Networks Demystified, parts 2 to 4",
        "z2 a2 z3 yHat delta3 dJdW2 delta2 dJdW1",
        {
            "X": "input", "y": "target", "yHat": "out@L", "W{l}": "W W_new", "z{l}": "net",
            "a{l}": "out", "delta{l}": "delta", "dJdW{l}": "dE_dW", "J": "E_epoch E_total E_mean",
        },
        layout="rows", weights="from", mean_at="never",
    ),
    Convention(
        "sklearn", "scikit-learn",
        "Pedregosa et al. (2011), scikit-learn: MLPClassifier and MLPRegressor",
        "coefs_[0] intercepts_[0] activations[1] deltas[0] coef_grads[0]",
        {
            "X": "input", "y": "target",
            "coefs_{item}": "W W_new", "intercepts_{item}": "b b_new",
            "coefs{item}": "W W_new", "intercepts{item}": "b b_new",
            "activations{item0}": "out", "deltas{item}": "delta",
            "coef_grads{item}": "dE_dW", "intercept_grads{item}": "dE_db",
            "loss": COST, "loss_": EARLIER, "best_loss_": EARLIER, "loss_curve_": EARLIER,
        },
        layout="rows", weights="from", mean_at="gradient",
    ),
    Convention(
        "own", "backprop",
        "the keys of this program, with the number of the layer in place of a unit",
        "net_1 out_1 dE_dout_1 dout_dnet_1 delta_1 dE_dW1 W1_new",
        {
            "X": "input", "T": "target", "W{l}": "W W_new", "b{l}": "b b_new",
            "W{l}_new": "W_new", "b{l}_new": "b_new",
            "{net}{l}": "net", "{out}{l}": "out", "{net}{l}_new": "net_new",
            "{out}{l}_new": "out_new", "{delta}{l}": "delta",
            "{error}_out": "E", "{error}_out_new": "E_new",
            "{error}_total": "E_total", "{error}_total_new": "E_total_new",
            "{error}_epoch": "E_epoch", "{error}_epoch_new": "E_epoch_new",
            "{error}_mean": "E_mean", "{error}_mean_new": "E_mean_new", "err": "err",
            "d{error}_d{out}{l}": "dE_dout", "d{out}_d{net}{l}": "slope", "J{l}": "jacobian",
            "d{error}_dW{l}": "dE_dW", "d{error}_db{l}": "dE_db",
            "change_W{l}": "change_W", "change_b{l}": "change_b",
        },
        layout="columns", weights="to",
    ),
)
# fmt: on

CONVENTIONS: Mapping[str, Convention] = {row.id: row for row in _ROWS}
"""The conventions by their ids. Of names that fit several equally well, the first one is taken."""
