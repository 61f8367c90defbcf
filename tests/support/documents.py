"""A document with something of everything: comments, tables, lists in lists, odd names."""

MAZUR = """\
# Mazur 2015
eta = 0.50        # learning rate
inputs  = [0.05, 0.10]

[[layers]]
activation = "logistic"
weights = [[0.15, 0.20],   # h1
           [0.25, 0.30]]   # h2
bias = 0.35

[[layers]]
weights = [[0.4, 0.45, 0.5],
           [1, 5e-1]]

[optimizer]
name = "adam"
"my beta".x = 3
"""
