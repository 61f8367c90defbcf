"""Every number of backpropagation, the way a textbook writes it."""

__version__ = "0.1.0"
