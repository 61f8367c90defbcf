"""What axe-core finds wrong with a page for those who do not see it, or use no mouse."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

from needed import needed


def violations(page: Any) -> list[str]:
    """What is serious or critical: the rule, and the elements that break it."""
    needed(find_spec("axe_playwright_python") is not None, "axe-playwright-python is not installed")
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']][:5]}"
        for one in found
        if one["impact"] in ("serious", "critical")
    ]
