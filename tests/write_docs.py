"""Write every output and table of the documentation anew: python tests/write_docs.py [PAGE …]

What has not changed stays as it is. Read the difference before you keep it.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "support"))

from pages import PAGES, rewritten, text_of


def main() -> None:
    for page in sys.argv[1:] or PAGES:
        text = rewritten(page)
        if text != text_of(page):
            PAGES[page].write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {page}\n")


if __name__ == "__main__":
    main()
