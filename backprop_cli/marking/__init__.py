"""Marking hand calculations: the first wrong line, the mistake behind it, the class, worksheets.

The way of an answer: `answers` reads it and finds its place on the `sheet`; `grade` compares it
with what is true and with what follows from the student's own numbers; `diagnose` holds a wrong
one against the catalogue in `mistakes`; `assessment` puts all of it together, and `report` says it.
"""
