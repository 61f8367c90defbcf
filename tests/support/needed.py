"""What a test needs of the machine: a browser, LaTeX, a linter.

On a desk that lacks it the test is skipped, and says why. In CI, which installs all of it, a test
that was not run is a failure: otherwise a missing package would pass for a passing test.
"""

from __future__ import annotations

import os

import pytest


def needed(found: bool, reason: str) -> None:
    """Go on if it was found; else skip the test for this reason, or fail it where `CI` is set."""
    if found:
        return
    if os.environ.get("CI"):
        pytest.fail(f"{reason}: a skip, which is a failure in CI", pytrace=False)
    pytest.skip(reason)
