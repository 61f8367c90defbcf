"""The pictures of the documentation, which the program makes itself: by name in `DRAWN`.

Terminals are rich's, without the fonts that it would have fetched from elsewhere: whoever looks at
them uses a font that is there.
"""

import io
import tempfile
from pathlib import Path

from pages import ROOT, printed, workplace
from rich.console import Console
from rich.terminal_theme import TerminalTheme
from rich.text import Text

THEME = TerminalTheme(
    (30, 33, 39), (222, 226, 230),
    [(30, 33, 39), (240, 113, 120), (126, 200, 140), (229, 192, 123),
     (97, 175, 239), (198, 120, 221), (86, 182, 194), (222, 226, 230)],
)  # fmt: skip

FORMAT = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" role="img" \
xmlns="http://www.w3.org/2000/svg">
<title>TITLE</title>
<style>
.{unique_id}-matrix {{
    font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
    font-size: {char_height}px;
}}
.{unique_id}-title {{ font: bold 18px system-ui, sans-serif; }}
{styles}
</style>
<defs>
<clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
</clipPath>
{lines}
</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">
{matrix}
</g>
</g>
</svg>
"""


def terminal(command: str, columns: int) -> str:
    """An SVG of a terminal in which a command was called."""
    with tempfile.TemporaryDirectory() as folder, workplace(folder, columns):
        output = printed(f"{command} --color always")
    shown = Console(
        record=True, width=columns, file=io.StringIO(), force_terminal=True, highlight=False,
        color_system="truecolor",
    )  # fmt: skip
    shown.print(Text.assemble("$ ", (command, "bold green")), soft_wrap=True)
    shown.print(Text.from_ansi(output.rstrip("\n")), soft_wrap=True)
    shown.print()
    svg = shown.export_svg(
        title="", theme=THEME, unique_id="bp-terminal", code_format=FORMAT.replace("TITLE", command)
    )
    return "".join(line.rstrip() + "\n" for line in svg.splitlines())


def written(command: str) -> str:
    """What a command writes, which is a picture."""
    with tempfile.TemporaryDirectory() as folder, workplace(folder):
        return printed(command)


DRAWN = {
    "diagram.svg": lambda: written("backprop diagram mazur --format svg"),
    "structure.svg": lambda: written("backprop diagram mazur --show structure --format svg"),
    "trace.svg": lambda: terminal(
        "backprop trace mazur --only E_total --only dE_dw5 --only w5_new", 80
    ),
}
"""Pictures that are text, the same to the last byte whenever they are made."""


def path_of(picture: str) -> Path:
    return ROOT / "docs" / "pictures" / picture
