"""Arrays of somebody's own program: read, bound to the quantities of a network, and checked.

`naming` says what the names of arrays may mean, `orienting` which way they stand, `choosing` their
signs and means, `judging` whether they are right and `finding` which mistake makes a wrong one: one
of `mistakes`, or, by `lifting`, one of the catalogue's. `making` makes a network of arrays, and
`capturing` one of a model of PyTorch. Begin with `checking`, which puts these together; nothing is
imported here, for a network needs no marking. May import the wings from `errors` to `marking`;
nothing below imports it.
"""

__all__ = [
    "capturing",
    "checking",
    "files",
    "making",
    "naming",
    "renaming",
    "report",
    "working",
    "written",
]
