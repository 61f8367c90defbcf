"""Pages in a real browser: one Chromium for all tests, a fresh page for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from needed import needed

CHROMIUM = Path("/usr/bin/chromium")
ALONE = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

Opened = Callable[..., Any]


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, started once."""
    needed(find_spec("playwright"), "Playwright is not installed")
    needed(CHROMIUM.exists(), "Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ALONE)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path) -> Iterator[Opened]:
    """Open HTML in a page of the browser: ``page = opened(html, width=360)``.

    The test fails if the page asks for anything but itself, or has an error to tell.
    """
    contexts, wrong = [], []

    def open_(html: str, width: int = 1440, height: int = 900, at: str = "", **options: Any) -> Any:
        path = tmp_path / f"page{len(contexts)}.html"
        path.write_text(html, encoding="utf-8")
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        page = context.new_page()
        own = path.as_uri()
        page.on("console", lambda told: wrong.append(told.text) if told.type == "error" else None)
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on(
            "request",
            lambda request: (
                None
                if request.url.partition("#")[0] == own
                or request.url.startswith(("blob:", "data:"))
                else wrong.append(f"asked for {request.url}")
            ),
        )
        page.goto(own + at)
        return page

    yield open_
    for context in contexts:
        context.close()
    assert wrong == []
