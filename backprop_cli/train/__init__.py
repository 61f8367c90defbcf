"""Many epochs of the steps, fast: their course, and the engines that compute them.

`engines` are trainers that agree with the steps to the last bit, or nearly; `course` is a training
from its beginning to its report. Begin with `engines/engine.py`, which says what a trainer can do.
May import all wings but marking, the interface and the command line.
"""

from backprop_cli.train.late import state_before

__all__ = ["course", "engines", "state_before"]
