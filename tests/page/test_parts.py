"""The steps on the page are those of the trace."""

import re

import pytest

from backprop_cli.api import trace

NETWORKS = [
    ("mazur", 1), ("xor", 2), ("relu", 1), ("softmax", 1)
]  # fmt: skip


@pytest.mark.parametrize(("name", "epochs"), NETWORKS)
def test_every_step_has_key_and_value_of_the_trace(backprop, name, epochs):
    text = backprop("trace", name, "--epochs", str(epochs), "--format", "html").out
    found = re.findall(
        r'<li class="step" id="([^"]*)" data-key="([^"]*)".*? data-value="([^"]*)"', text
    )
    worked = trace(name, epochs)
    several = epochs > 1
    shown = [key for line, key in zip(worked.lines, worked, strict=True) if line.step.shown]
    assert [identity for identity, _, _ in found] == shown
    assert several == all(key.startswith("epoch") for key in shown)
    assert all(identity == key for identity, key, _ in found)
    assert [float(value) for *_, value in found] == [worked[key] for key in shown]
