"""Simulated students: seeded, and written without any formula of the program that marks them.

`networks` has the exercises, `paper` every line that a person works, `slips` and its neighbours
what can go wrong in one, `work` a student who makes a slip and carries it on.
"""
