"""Write what the program makes of the documentation anew: python tests/write_docs.py [PAGE …]

These are the outputs, tables and pictures. What has not changed stays as it is. Read the difference
before you keep it. With pages named, these alone are written, and no pictures.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "support"))

from pages import PAGES, rewritten, text_of
from pictures import DRAWN, path_of


def main() -> None:
    for page in sys.argv[1:] or PAGES:
        text = rewritten(page)
        if text != text_of(page):
            PAGES[page].write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {page}\n")
    if not sys.argv[1:]:
        write_pictures()


def write_pictures() -> None:
    for picture, draw in DRAWN.items():
        path, text = path_of(picture), draw()
        if not path.exists() or text != path.read_text(encoding="utf-8"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.name}\n")


if __name__ == "__main__":
    main()
