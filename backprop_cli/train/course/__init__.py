"""A training from its beginning to its report: when to stop, what is remembered, what is written.

Begin with `training`. May import `engines`, beside what its wing may.
"""

from backprop_cli.train.course.loop import Run
from backprop_cli.train.course.report import Report
from backprop_cli.train.course.text import WRITERS
from backprop_cli.train.course.training import EPOCHS, Training

__all__ = ["EPOCHS", "WRITERS", "Report", "Run", "Training", "figure", "saving"]
