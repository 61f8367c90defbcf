"""What a config means, worked out a second time, by automatic differentiation.

Nothing here is shared with the program: a config is the plain dict that TOML gives (numeric
weights only), derivatives come from `autograd`, and formulas are written for accuracy instead of
in the textbook's form. Where the two agree, both are right or both are wrong in the same way.

Parameters are a dict of arrays: ``W1`` (a row per receiving unit), ``b1`` (one number where the
layer shares its bias, one per unit otherwise), ``W2`` and so on. Layer 1 is the first with weights.

``update = "sequential"`` is no gradient of anything, so it is worked by hand, from the top down;
test_oracle.py holds the hand-written pass and `autograd` equal wherever both apply.
"""

from oracle.functions import ACTIVATIONS, ALPHA, ERRORS, SLOPES, logistic
from oracle.learning import OPTIMIZERS, train, updates
from oracle.passes import (
    error,
    forward,
    gradient,
    gradient_by_hand,
    optimizer,
    parameters,
    samples,
    terms,
    terms_by_hand,
)
from oracle.quantities import expected_quantities, forward_quantities, unit_names

__all__ = [
    "ACTIVATIONS",
    "ALPHA",
    "ERRORS",
    "OPTIMIZERS",
    "SLOPES",
    "error",
    "expected_quantities",
    "forward",
    "forward_quantities",
    "gradient",
    "gradient_by_hand",
    "logistic",
    "optimizer",
    "parameters",
    "samples",
    "terms",
    "terms_by_hand",
    "train",
    "unit_names",
    "updates",
]
