"""Write what the program makes of the documentation anew: python tests/write_docs.py [PAGE …]

These are the outputs, tables and pictures. What has not changed stays as it is. Read the difference
before you keep it. With pages named, these alone are written; `pictures` are the pictures alone.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "support"))

from pages import PAGES, rewritten, text_of
from photographs import CHROMIUM, TAKEN, text_in
from pictures import DRAWN, path_of

PICTURES = "pictures"


def main() -> None:
    wanted = sys.argv[1:] or [*PAGES, PICTURES]
    for page in (page for page in wanted if page != PICTURES):
        text = rewritten(page)
        if text != text_of(page):
            PAGES[page].write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {page}\n")
    if PICTURES in wanted:
        write_pictures()


def write_pictures() -> None:
    for picture, draw in DRAWN.items():
        _write(path_of(picture), draw().encode())
    for picture, photograph in TAKEN.items():
        path = path_of(picture)
        if not path.exists() or text_in(path.read_bytes()) != photograph.fingerprint():
            if CHROMIUM.exists():
                _write(path, photograph.take())
            else:
                sys.stdout.write(f"{path.name} is old, and there is no Chromium to take it anew\n")


def _write(path: Path, content: bytes) -> None:
    if not path.exists() or content != path.read_bytes():
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        sys.stdout.write(f"wrote {path.name}\n")


if __name__ == "__main__":
    main()
