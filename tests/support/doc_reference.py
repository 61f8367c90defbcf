"""The reference that the program writes of itself: commands from click, Python from docstrings.

`doc_tables` puts both on their pages.
"""

import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import click

import backprop_cli
from backprop_cli import BackpropError
from backprop_cli.cli import cli

DOCS = Path(__file__).parents[2] / "docs"
COMMANDS_PAGE = "commands.md"

# The commands.


def commands() -> str:
    """A section for each command: what it does, how it is called, every option."""
    group = click.Context(cli, info_name="backprop", **cli.context_settings)
    names = cli.list_commands(group)
    parts = []
    for name in names:
        command = cli.get_command(group, name)
        assert command is not None, name
        context = click.Context(command, info_name=name, parent=group)
        parts.append(f"## {name}\n\n{_told(command.help or '')}")
        usage = " ".join(command.collect_usage_pieces(context))
        parts.append(f"```text\nbackprop {name} {usage}\n```\n")
        parts.append(_options(command, context))
        parts.append(f"At length: {_place_of(name)}.\n")
    return "\n".join(parts)


def _told(help_text: str) -> str:
    """The help of a command as Markdown: what stands as it is there is a block here."""
    parts = []
    for part in inspect.cleandoc(help_text).split("\n\n"):
        if part.startswith("\b\n"):
            parts.append("```text\n" + part.removeprefix("\b\n") + "\n```\n")
        else:
            parts.append(part.replace("<", "&lt;").replace("*", "\\*") + "\n")
    return "\n".join(parts)


def _options(command: click.Command, context: click.Context) -> str:
    lines = ["| Option | Meaning | |\n", "| :-- | :-- | :-- |\n"]
    for parameter in command.get_params(context):
        record = parameter.get_help_record(context)
        if record is None or not isinstance(parameter, click.Option):
            continue
        names, told = record
        found = re.fullmatch(r"(.*?)\s*(?:\[([^][]*)\])?", told, re.DOTALL)
        assert found is not None, told
        about, extra = found[1], found[2] or ""
        cells = (f"`{names}`", about, f"`{extra}`" if extra else "")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    return "".join(lines)


def _place_of(command: str) -> str:
    """A link to where a command is told at length: its page, or the part of one."""
    heading = re.compile(rf"^#+ (.*\bbackprop {command}\b.*)$", re.MULTILINE)
    for page in sorted(DOCS.glob("*.md"), key=lambda page: page.stem != command):
        if page.name == COMMANDS_PAGE:
            continue
        text = page.read_text(encoding="utf-8")
        title = text.partition("\n")[0].removeprefix("# ")
        if page.stem == command:
            return f"[{title}]({page.name})"
        if heading.search(text):
            return f"[{title}]({page.name}#backprop-{command})"
    raise LookupError(f"no page tells of backprop {command}")


# The Python.

KNOWN = {*backprop_cli.__all__, "Any", "Iterable", "Iterator", "Mapping", "None", "Sequence"}
"""Types that who imports the package can make."""


def functions() -> str:
    return "\n".join(_function(name) for name in _of(inspect.isfunction))


def classes() -> str:
    return "\n".join(_class(name) for name in _of(inspect.isclass) if not _is_error(name))


def errors() -> str:
    """A row for each error that can be raised, with its base."""
    rows = ["| Error | Kind of | When |\n", "| :-- | :-- | :-- |\n"]
    for name in filter(_is_error, _of(inspect.isclass)):
        error = getattr(backprop_cli, name)
        bases = ", ".join(f"`{base.__name__}`" for base in error.__bases__)
        rows.append(f"| `{name}` | {bases} | {' '.join(_docstring(error).split())} |\n")
    return "".join(rows)


def _of(kind: object) -> Iterator[str]:
    assert callable(kind)
    return (name for name in backprop_cli.__all__ if kind(getattr(backprop_cli, name)))


def _is_error(name: str) -> bool:
    found = getattr(backprop_cli, name)
    return inspect.isclass(found) and issubclass(found, BackpropError)


def _function(name: str) -> str:
    function = getattr(backprop_cli, name)
    return f"### {name}\n\n{_signature(name, function)}\n{_prose(_docstring(function))}"


def _class(name: str) -> str:
    """What a class is, then what it has: fields, properties and methods that are no secret."""
    found = getattr(backprop_cli, name)
    parts = [f"### {name}\n\n{_prose(_docstring(found))}"]
    rows = [*_fields(found), *_members(found)]
    if rows:
        parts.append("| It has | Type | What it is |\n| :-- | :-- | :-- |\n" + "".join(rows))
    return "\n".join(parts)


def _fields(found: type) -> Iterator[str]:
    for name, type_ in inspect.get_annotations(found).items():
        if not name.startswith("_"):
            yield _row(name, type_, "")


def _members(found: type) -> Iterator[str]:
    for name, member in vars(found).items():
        function = getattr(member, "fget", None) or getattr(member, "func", None) or member
        if name.startswith("_") or not inspect.isfunction(function):
            continue
        returned = str(function.__annotations__.get("return", ""))
        arguments = ""
        if function is member:
            own = list(inspect.signature(function).parameters.values())[1:]
            if any(set(re.findall(r"\b[A-Z]\w+", str(part.annotation))) - KNOWN for part in own):
                continue  # it takes what only the program has
            arguments = str(inspect.Signature(own)).replace("'", "")
        first = _docstring(function).split("\n\n")[0] if function.__doc__ else ""
        yield _row(name + arguments, returned, " ".join(first.split()))


def _row(name: str, type_: str, about: str) -> str:
    cells = (f"`{name}`", f"`{type_}`" if type_ else "", about)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _docstring(documented: object) -> str:
    text = inspect.getdoc(documented)
    assert text, f"{documented} has no docstring"
    return text


def _signature(name: str, function: object) -> str:
    """How a function is called, on one line if it is short, else an argument a line."""
    assert callable(function)
    found = inspect.signature(function)
    whole = f"def {name}{found}: ...".replace("'", '"')
    whole = re.sub(r'(: |-> )"([^"]*)"', r"\1\2", whole)
    if len(whole) > 96:
        head, inside, tail = _split(whole)
        whole = head + "\n" + textwrap.indent(",\n".join(inside), "    ") + ",\n" + tail
    return f"```python\n{whole}\n```\n"


def _split(whole: str) -> tuple[str, list[str], str]:
    """A signature as what begins it, its arguments, and what ends it."""
    begin, end = whole.index("("), whole.rindex(") ->") if ") ->" in whole else whole.rindex("):")
    depth, parts = 0, [""]
    for sign in whole[begin + 1 : end]:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    inside = [part.strip() for part in parts]
    return whole[: begin + 1], inside, whole[end:]


def _prose(docstring: str) -> str:
    """A docstring as Markdown: what is tried in it becomes a block, doubled backticks one."""
    parts = []
    for part in docstring.replace("``", "`").split("\n\n"):
        if part.startswith(">>>"):
            parts.append(f"```pycon\n{part}\n```\n")
        else:
            parts.append(part + "\n")
    return "\n".join(parts)
