"""A test that cannot be run is skipped at a desk, and fails in CI."""

from __future__ import annotations

import pytest
from needed import needed


@pytest.mark.parametrize("variable", ["", "1"])
def test_what_is_there_lets_the_test_go_on(monkeypatch, variable):
    monkeypatch.setenv("CI", variable)
    needed(True, "never told")


def test_at_a_desk_the_test_is_skipped_for_the_reason(monkeypatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="there is no Chromium here"):
        needed(False, "there is no Chromium here")


def test_in_ci_it_fails_for_the_reason(monkeypatch):
    monkeypatch.setenv("CI", "1")
    with pytest.raises(pytest.fail.Exception, match="there is no Chromium here"):
        needed(False, "there is no Chromium here")
