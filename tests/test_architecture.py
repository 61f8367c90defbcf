"""The rules that keep the house in order, as docs and design state them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import backprop_cli

PACKAGE = Path(backprop_cli.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))


def name_of(path):
    return ".".join(("backprop_cli", *path.relative_to(PACKAGE).with_suffix("").parts))


def imports_of(path):
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def parts_of(path):
    return path.relative_to(PACKAGE).parts


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_imports_click_and_only_it_and_tables_import_rich(path):
    imported = {module.partition(".")[0] for module in imports_of(path)}
    in_cli = parts_of(path)[0] in ("cli", "__main__.py")
    assert in_cli or "click" not in imported
    assert in_cli or parts_of(path)[-1] == "tables.py" or "rich" not in imported


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_nothing_but_the_command_line_imports_it(path):
    if parts_of(path)[0] not in ("cli", "__main__.py"):
        assert not any(module.startswith("backprop_cli.cli") for module in imports_of(path))


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_array_trainer_imports_numpy(path):
    if "numpy" in {module.partition(".")[0] for module in imports_of(path)}:
        assert name_of(path).startswith("backprop_cli.train.engines.array")


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_command_line_prints(path):
    calls = [node.func.id for node in ast.walk(ast.parse(path.read_text("utf-8")))
             if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)]  # fmt: skip
    assert parts_of(path)[0] in ("cli", "__main__.py") or "print" not in calls


ALLOWED = {
    "errors": set(),
    "expr": set(),
    "functions": {"expr"},
    "notation": set(),
    "network": {"functions", "notation"},
    "quantities": {"expr", "network", "notation"},
    "steps": {"expr", "functions", "laws", "network", "notation", "quantities"},
    "run": {"arithmetic", "network", "quantities", "steps"},
}


@pytest.mark.parametrize(("module", "allowed"), ALLOWED.items())
def test_the_core_knows_only_what_lies_below_it(module, allowed):
    own = {
        imported.split(".")[1]
        for imported in imports_of(PACKAGE / f"{module}.py")
        if imported.startswith("backprop_cli.")
    }
    assert own <= allowed


def test_tracing_needs_neither_numpy_nor_anything_but_click_and_rich():
    code = (
        "import sys, backprop_cli.__main__ as program\n"
        "program.run(['trace'])\n"
        "print('numpy' in sys.modules, 'msgspec' in sys.modules)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "False False"


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_public_names_have_docstrings(path):
    tree = ast.parse(path.read_text("utf-8"))
    assert ast.get_docstring(tree), "module"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name
