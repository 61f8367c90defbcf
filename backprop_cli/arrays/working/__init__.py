"""Arrays as numbers, and the matrix steps of a network worked with them.

`values` turns what other libraries keep into plain numbers, without importing any of them;
`algebra` says what the operators of matrix formulas are on lists, `numpy_algebra` on NumPy's
arrays; `program` works the steps, with matrices or formulas of somebody else put in. Begin with
`values`. May import `engine`, `formulas` and `errors`.
"""

__all__ = ["algebra", "numpy_algebra", "program", "values"]
