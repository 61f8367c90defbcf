"""Names that no author owns: the many ways in which people spell the same few quantities.

They are asked where the conventions know nothing. `SPELLINGS` are the pieces, as regular
expressions; `COMMON` puts them together.
"""

from __future__ import annotations

SPELLINGS = {
    "W": r"(?:[wW]|weights?|Weights?|[tT]heta|syn|synapse|synaptic_weights|kernel)",
    "b": r"(?:[bB]|bias|biases|Bias|Biases|intercept)",
    "net": r"(?:[zZ]|[nN]et|preact|pre_?activations?|pre|weighted_sum|logits|zs)",
    "out": r"(?:[aA]|[oO]ut|[aA]ct|activations?|[hHoO]|outputs?)",
    "delta": r"(?:[dD]elta|[dD]eltas|error_term|local_gradient|dz|dZ)",
    "d": r"(?:d_?|g_?|grad_|gradient_|nabla_|[dD](?:L|l|E|C|J|loss|Loss|cost|error)_?d?_?)",
    "by": r"(?:grads?|gradients?|d)\.",
    "grad": r"(?:_grads?|_gradient|\.grad|_g)",
    "new": r"(?:new|updated|next)(?:_|\.|_params\.|_parameters\.|_weights\.)?",
    "newly": r"_?(?:new|updated|next|after)",
    "old": r"(?:old|prev|previous|initial|init|original)"
    r"(?:_|\.|_params\.|_parameters\.|_weights\.)?",
    "before": r"_?(?:old|prev|previous|init|initial|before|orig|original|copy)",
    "of_old": r"(?:_?(?:old|prev|previous|init|initial|before|orig|original|copy|start)|_?0)",
    "inputs": r"(?:X|x|xs|X_?b|x_?b|inputs?|input_layer|X_?batch|x_?batch|batch_?[xX]|X_?train|"
    r"x_?train|train_?[xX]|features|data|[aA]_?0|layer_?0|input_data|training_inputs)",
    "targets": r"(?:[yY]|[tTdD]|ys|[yYtT]_?d|targets?|labels?|[yY]_?true|[yY]_?b|[yY]_?batch|"
    r"batch_?[yY]|[yY]_?train|train_?[yY]|[yY]_?(?:onehot|one_hot|oh|enc)|one_?hot(?:_labels|_targets)?|"
    r"expected(?:_outputs?)?|desired(?:_outputs?)?|target_outputs?|training_outputs|ground_truth)",
    "outputs": r"(?:[yY]_?[hH]at|[yY]_?[pP]red|preds?|predictions?|predicted(?:_outputs?)?|AL|aL|"
    r"outputs?|output_layer|probs?|probabilities|[oO]|out|softmax_out(?:put)?|final_outputs?|y_out)",
    "logits": r"(?:logits?|scores|ZL|zL|output_layer_inputs?|final_inputs?)",
    "cost": r"(?:cost|loss|[JLEC]|mse|bce|cross_entropy|ce|total_loss|data_loss|total_error|"
    r"loss_value|cost_value|mean_loss|error_total|sse)",
}  # fmt: skip

# fmt: off
COMMON = {
    "{inputs}": "input",
    "{targets}": "target",
    "{outputs}": "out@L net@L",
    "{logits}": "net@L",
    "{cost}": "E_mean E_total E_epoch",
    "error": "dE_dout@L err@L E@L E_mean E_total E_epoch",
    "errors": "dE_dout@L err@L E@L",
    "{d}{outputs}": "dE_dout@L delta@L",
    "{d}{logits}": "delta@L",
    "d{out}{n}_d{net}{n2}": "slope",
    "d{outputs}_d{net}{n2}": "slope@L",
    "slope{n}": "slope", "slope_{layer}": "slope", "{layer}_slope": "slope",
    "params{item}[0]": "W W_new", "params{item}[1]": "b b_new",
    "grads{item}[0]": "dE_dW", "grads{item}[1]": "dE_db",
    "grads.{linear}.{W}": "dE_dW", "grads.{linear}.{b}": "dE_db",
    "{linear}.{W}": "W W_new", "{linear}.{b}": "b b_new",
    "{by}{W}{n}": "dE_dW", "{by}{b}{n}": "dE_db",
    "{by}{net}{l}": "delta", "{by}{out}{l}": "dE_dout",
    "{new}{W}{n}": "W_new", "{W}{n}{newly}": "W_new",
    "{new}{b}{n}": "b_new", "{b}{n}{newly}": "b_new",
    "{old}{W}{n}": "W", "{W}{n}{before}": "W", "{W}{of_old}{item}": "W", "{b}{of_old}{item}": "b",
    "{old}{b}{n}": "b", "{b}{n}{before}": "b",
    "{net}{l}{newly}": "net_new", "{out}{l}{newly}": "out_new",
    "dtheta{n}": "dE_dW dE_db change_W change_b",
    "{d}{W}{n}": "dE_dW", "{W}{n}{grad}": "dE_dW",
    "{d}{b}{n}": "dE_db", "{b}{n}{grad}": "dE_db",
    "{d}{W}{pair}": "dE_dW", "{W}{pair}{grad}": "dE_dW",
    "{W}{pair}{newly}": "W_new", "{new}{W}{pair}": "W_new",
    "delta_{W}{n}": "change_W dE_dW", "delta_{b}{n}": "change_b dE_db",
    "Delta{W}{n}": "change_W dE_dW", "Delta{b}{n}": "change_b dE_db",
    "{W}{n}_delta": "dE_dW change_W", "{b}{n}_delta": "dE_db change_b",
    "{W}{n}_update": "change_W dE_dW", "{b}{n}_update": "change_b dE_db",
    "theta{n}": "W W_new b b_new",
    "{W}{pair}": "W W_new", "{W}{n}": "W W_new", "{b}{n}": "b b_new",
    "{layer}_{W}": "W W_new", "{layer}_{b}": "b b_new",
    "{d}{layer}_{W}": "dE_dW", "{d}{layer}_{b}": "dE_db",
    "{layer}_{W}{grad}": "dE_dW", "{layer}_{b}{grad}": "dE_db",
    "{delta}{n}": "delta", "{d}{net}{n}": "delta", "{net}{n}{grad}": "delta",
    "{layer}_delta": "delta", "{layer}_deltas": "delta", "{layer}_gradient": "delta dE_dout",
    "{layer}_error": "dE_dout err@l delta", "{layer}_errors": "dE_dout err@l delta",
    "error_at_{layer}": "dE_dout", "error_{layer}": "dE_dout delta",
    "Error_at_{layer}": "dE_dout",
    "{d}{layer}": "delta dE_dout",
    "{d}{out}{l}": "dE_dout delta", "{out}{n}{grad}": "dE_dout",
    "d{l}": "delta", "e{l}": "dE_dout err@l", "error{l}": "dE_dout err@l",
    "fc{l}_in": "out@l-1", "fc{l}_input": "out@l-1", "fc{l}_out": "net", "fc{l}_output": "net",
    "{layer}_in": "net", "{layer}_input": "net out@l-1", "{layer}_inputs": "net out@l-1",
    "{layer}_net": "net", "{layer}_z": "net", "{layer}_preact": "net",
    "{layer}_pre_activation": "net", "{layer}_logits": "net", "{layer}_sum": "net",
    "{layer}_out": "out", "{layer}_output": "out", "{layer}_outputs": "out", "{layer}_a": "out",
    "{layer}_activations": "out net", "{layer}_activation": "out net", "{layer}_act": "out",
    "{net}{n}": "net", "{out}{n}": "out",
    "hidden": "out@hidden", "hidden_layer": "out@hidden", "h": "out@hidden", "H": "out@hidden",
    "{layer}": "out",
    "{new}{W}": "W_new@-*", "{W}{newly}": "W_new@-*", "{new}{b}": "b_new@-*",
    "{b}{newly}": "b_new@-*", "{old}{W}": "W@-*", "{W}{before}": "W@-*", "{old}{b}": "b@-*",
    "{b}{before}": "b@-*", "{d}hidden": "dE_dout@hidden delta@hidden",
    "{d}h": "dE_dout@hidden delta@hidden", "{d}H": "dE_dout@hidden delta@hidden",
    "{W}": "W@-* W_new@-*", "{b}": "b@-* b_new@-*",
    "z": "net@*", "Z": "net@*", "a": "out@*", "A": "out@*",
    "{delta}": "delta@*", "{d}{W}": "dE_dW@*", "{d}{b}": "dE_db@*",
    "{W}{grad}": "dE_dW@*", "{b}{grad}": "dE_db@*",
}
# fmt: on
