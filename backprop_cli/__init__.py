"""Every number of backpropagation, the way a textbook writes it.

In a notebook::

    from backprop_cli import load, trace

    trace("mazur")                      # shows as tables
    trace("mazur")["w5_new"]            # 0.35891647971788465
    load("mazur", ["eta=0.1"])          # a network, to look at or to trace
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backprop_cli.errors import BackpropError as BackpropError
    from backprop_cli.tracing import Trace as Trace
    from backprop_cli.tracing import load as load
    from backprop_cli.tracing import trace as trace

__all__ = ["BackpropError", "Trace", "__version__", "load", "trace"]
__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """Import on first use: `backprop --version` should not wait for what it does not need."""
    if name == "BackpropError":
        from backprop_cli.errors import BackpropError

        return BackpropError
    if name in ("Trace", "load", "trace"):
        import importlib

        return getattr(importlib.import_module("backprop_cli.tracing"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
