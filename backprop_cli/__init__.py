"""Every number of backpropagation, the way a textbook writes it.

In a notebook::

    from backprop_cli import load, trace

    trace("mazur")                      # shows as tables
    trace("mazur")["w5_new"]            # 0.35891647971788465
    load("mazur", ["eta=0.1"])          # a network, to look at or to trace
    network([W1, W2], [b1, b2], inputs=X, targets=Y, activations="tanh")    # one from arrays
    check(net, locals())                # which array of a program is the first wrong one, and why

The package is a house of wings, from the formulas to the command line; `CONTRIBUTING.md` draws
it. Begin with `engine/steps.py`: that is the textbook.
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False  # that of `typing` takes its time to be loaded
if TYPE_CHECKING:
    from backprop_cli.api import Trace, assert_backprop, check, load, trace
    from backprop_cli.arrays.capturing import capture
    from backprop_cli.arrays.making import network
    from backprop_cli.arrays.report import Report
    from backprop_cli.config.writing import to_toml
    from backprop_cli.engine import Network
    from backprop_cli.errors import (
        BackpropError,
        CheckFailed,
        ConfigError,
        FileError,
        InexactError,
        OutOfRange,
        UsageError,
    )
    from backprop_cli.show import Summary

__all__ = [
    "BackpropError",
    "CheckFailed",
    "ConfigError",
    "FileError",
    "InexactError",
    "Network",
    "OutOfRange",
    "Report",
    "Summary",
    "Trace",
    "UsageError",
    "__version__",
    "assert_backprop",
    "capture",
    "check",
    "load",
    "network",
    "to_toml",
    "trace",
]
__version__ = "0.1.0"

_HOMES = {
    "Network": "engine", "Summary": "show", "Trace": "api", "load": "api", "trace": "api",
    "assert_backprop": "api", "check": "api", "network": "arrays.making",
    "Report": "arrays.report", "capture": "arrays.capturing", "to_toml": "config.writing",
}  # fmt: skip


def __getattr__(name: str) -> object:
    """Import on first use: `backprop --version` should not wait for what it does not need."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    found: object = getattr(
        importlib.import_module(f"{__name__}.{_HOMES.get(name, 'errors')}"), name
    )
    return found


def __dir__() -> list[str]:
    return sorted(__all__)
