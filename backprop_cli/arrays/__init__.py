"""Arrays of somebody's own program, held against the network as whole matrices.

Begin with `algebra`, which says what the operators of matrix formulas are on numbers. May import
`formulas`, beside what the others here need.
"""

__all__ = ["algebra", "numpy_algebra"]
