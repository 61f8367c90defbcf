"""What a terminal shows."""

import re


def without_codes(text: str) -> str:
    """`text` without the codes that colour a terminal."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)
