"""Photographs of pages that the program makes, for the documentation: by name in `TAKEN`.

A browser draws them, and not the same to the last dot on every machine. So a photograph carries
the fingerprint of the page that was photographed, and is taken anew when the page is another.
"""

import hashlib
import re
import struct
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from pages import printed, workplace

CHROMIUM = Path("/usr/bin/chromium")
ALONE = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
]  # fmt: skip
BEGIN = b"\x89PNG\r\n\x1a\n"
KEYWORD = b"Source"
LARGEST = 150_000
"""Bytes of a photograph."""
LONG = re.compile(r"\b\d+\.\d{13,}(?:e[+-]?\d+)?")
"""Numbers whose last digits a machine's exponential decides."""


class Photograph(NamedTuple):
    """The command that writes a page, where to look at it, and the size of the window."""

    command: str
    at: str
    width: int
    height: int

    def page(self) -> str:
        with tempfile.TemporaryDirectory() as folder, workplace(folder):
            return printed(self.command)

    def fingerprint(self) -> str:
        """What tells this photograph from one of another page, or of another place on it."""
        page = LONG.sub(lambda number: f"{float(number[0]):.12g}", self.page())
        whole = "\n".join((*map(str, self), page))
        return hashlib.sha256(whole.encode()).hexdigest()

    def take(self) -> bytes:
        """The photograph as PNG, which says of which page it is."""
        from playwright.sync_api import sync_playwright

        with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
            path = Path(folder) / "page.html"
            path.write_text(self.page(), encoding="utf-8")
            browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ALONE)
            window = browser.new_page(
                viewport={"width": self.width, "height": self.height},
                color_scheme="light",
                reduced_motion="reduce",
            )
            window.goto(path.as_uri() + self.at)
            window.wait_for_timeout(300)
            taken = window.screenshot()
            browser.close()
        return with_text(fewer_colours(taken), self.fingerprint())


TAKEN = {"page.png": Photograph("backprop trace mazur --format html", "#dE_dw5", 1200, 800)}


def fewer_colours(png: bytes) -> bytes:
    """The same picture with a palette, which is a third of the size."""
    import io

    from PIL import Image

    smaller = io.BytesIO()
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE)
    picture.save(smaller, "PNG", optimize=True)
    return smaller.getvalue()


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Kind and content of each part of a PNG."""
    assert png.startswith(BEGIN)
    at = len(BEGIN)
    while at < len(png):
        (length,) = struct.unpack_from(">I", png, at)
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def with_text(png: bytes, text: str) -> bytes:
    """The PNG with a text in it, behind its head."""
    parts = list(chunks(png))
    parts.insert(1, (b"tEXt", KEYWORD + b"\0" + text.encode("latin-1")))
    return BEGIN + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def text_in(png: bytes) -> str | None:
    """The text that `with_text` has put in."""
    for kind, body in chunks(png):
        if kind == b"tEXt" and body.startswith(KEYWORD + b"\0"):
            return body.removeprefix(KEYWORD + b"\0").decode("latin-1")
    return None


def size_of(png: bytes) -> tuple[int, int]:
    """Width and height, in dots."""
    width, height = struct.unpack_from(">II", next(chunks(png))[1])
    return width, height
