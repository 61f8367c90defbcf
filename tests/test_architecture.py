"""The rules that keep the house in order, as CONTRIBUTING draws it. Late imports count too.

What is not seen is an attribute of an imported package: `from house import low; low.a.X`.
"""

import ast
import re
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import backprop_cli

pytestmark = pytest.mark.thorough

PACKAGE = Path(backprop_cli.__file__).parent
NAME = PACKAGE.name

# A wing, and the wings that it may import. Nothing else may be imported, and nothing upwards.
ARROWS = {
    "errors": [],
    "files": ["errors"],
    "formulas": ["errors"],
    "engine": ["errors", "formulas"],
    "config": ["errors", "files", "formulas", "engine"],
    "show": ["errors", "formulas", "engine"],
    "show.formats": ["formulas", "engine", "show"],
    "train": ["errors", "formulas", "engine", "train.engines"],
    "train.engines": ["errors", "formulas", "engine"],
    "train.course": ["errors", "files", "formulas", "engine", "config", "show", "show.formats",
                     "train.engines"],
    "marking": ["errors", "formulas", "engine", "config", "show", "show.formats",
                "marking.sheet", "marking.reading", "marking.verdicts", "marking.diagnosis",
                "marking.diagnosis.mistakes"],
    "marking.sheet": ["formulas", "engine"],
    "marking.reading": ["errors", "engine", "config", "marking.sheet"],
    "marking.verdicts": ["errors", "engine", "config", "marking.sheet", "marking.reading"],
    "marking.diagnosis": ["formulas", "engine", "marking.sheet", "marking.reading",
                          "marking.verdicts", "marking.diagnosis.mistakes"],
    "marking.diagnosis.mistakes": ["formulas", "engine", "marking.reading"],
    "draw": ["errors", "formulas", "engine", "show"],
    "arrays": ["errors", "files", "formulas", "engine", "show", "show.formats", "marking.reading",
               "marking.diagnosis.mistakes", "arrays.working", "arrays.naming", "arrays.making",
               "arrays.mistakes"],
    "arrays.working": ["errors", "formulas", "engine"],
    "arrays.naming": ["errors", "formulas", "engine", "arrays.working"],
    "arrays.making": ["errors", "engine", "config", "arrays.working"],
    "arrays.capturing": ["errors", "formulas", "engine", "arrays.working", "arrays.making"],
    "arrays.mistakes": ["formulas", "engine", "arrays.working"],
    "page": ["draw", "errors", "formulas", "engine", "config", "show", "show.formats",
             "train.engines"],
    "api": ["errors", "formulas", "engine", "config", "show", "show.formats", "train", "arrays",
            "draw"],
    "cli": ["errors", "files", "formulas", "engine", "config", "show", "show.formats", "train",
            "train.course", "train.engines", "marking", "marking.sheet", "marking.reading",
            "marking.verdicts", "api", "arrays", "draw", "page", ""],
    "__main__": ["cli", "errors", "files"],
    "": ["api", "arrays", "arrays.capturing", "arrays.making", "config", "engine", "errors",
         "show"],
}  # fmt: skip
"""The empty name is the package itself, whose face is what a notebook imports."""

# Who alone may import a package, or print.
RESERVED = {
    "click": ("cli", "__main__"),
    "rich": ("cli", "show.tables"),
    "numpy": ("train.engines", "arrays"),
    "jinja2": ("page.frame",),
    "markupsafe": ("page",),
    "llvmlite": ("train.engines.compiled",),
    "matplotlib": ("train.course.figure",),
    "torch": ("arrays",),
    "safetensors": ("arrays",),
}


class House:
    """The modules below a folder: who imports whom, and what each package shows of itself."""

    def __init__(self, folder: Path, name: str = NAME) -> None:
        self.name = name
        paths = {self._dotted(path, folder): path for path in sorted(folder.rglob("*.py"))}
        self.trees = {module: ast.parse(path.read_text("utf-8")) for module, path in paths.items()}
        self.packages = {m for m, path in paths.items() if path.name == "__init__.py"}

    @staticmethod
    def _dotted(path: Path, folder: Path) -> str:
        parts = path.relative_to(folder).with_suffix("").parts
        return ".".join(part for part in parts if part != "__init__")

    def imported(self, module: str, typing: bool = True) -> list[tuple[str, str]]:
        """(module, name) of every import of a module; without `typing`, those that run alone."""
        found = []
        for node in _walked(self.trees[module], typing):
            if isinstance(node, ast.Import):
                found += [(alias.name, "") for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{module}: a relative import"
                found += [(node.module or "", alias.name) for alias in node.names]
        return found

    def own(self, module: str, typing: bool = True) -> list[tuple[str, str]]:
        """The imports of modules of this house, without its name."""
        prefix = self.name + "."
        return [
            (target.removeprefix(prefix) if target != self.name else "", name)
            for target, name in self.imported(module, typing)
            if target == self.name or target.startswith(prefix)
        ]

    def wing(self, module: str, wings: dict[str, list[str]]) -> str:
        """The innermost wing that a module belongs to."""
        fitting = [w for w in wings if module == w or (w and module.startswith(f"{w}."))]
        return max(fitting, key=len, default="?")

    def face(self, package: str) -> list[str]:
        """What a package lists in `__all__`."""
        for node in self.trees[package].body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
                return list(ast.literal_eval(node.value))
        return []

    def arrows(self, wings: dict[str, list[str]]) -> set[tuple[str, str]]:
        """Pairs of wings, the first of which imports the second."""
        return {
            (self.wing(module, wings), self.wing(self._meant(target, name), wings))
            for module in self.trees
            for target, name in self.own(module)
        } - {(wing, wing) for wing in wings}

    def _meant(self, target: str, name: str) -> str:
        """The module that is imported: a name may be a module itself."""
        inner = f"{target}.{name}" if target else name
        return inner if inner in self.trees else target

    def circle(self) -> list[str]:
        """Modules that import each other in a circle, late imports included; [] if none do."""
        graph = {
            module: {self._meant(*pair) for pair in self.own(module, typing=False)} - {module}
            for module in self.trees
            if module not in self.packages  # a face lists its modules: that is no circle
        }
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            return list(error.args[1])
        return []

    def past_a_face(self, wings: dict[str, list[str]]) -> list[str]:
        """Imports from outside a package of what its face does not list, or of a hidden module."""
        found = []
        for module in self.trees:
            for target, name in self.own(module):
                packages = [p for p in self.packages if p and f"{target}.".startswith(f"{p}.")]
                for package in packages:
                    if f"{module}.".startswith(f"{package}."):
                        if self._meant(target, name) == package != module:
                            found.append(f"{module}: its own face")
                        continue  # at home
                    inside = target.removeprefix(package).lstrip(".").partition(".")[0] or name
                    if inside not in self.face(package):
                        found.append(f"{module}: {target}.{name}")
        return found


def _walked(tree: ast.AST, typing: bool):
    for child in ast.iter_child_nodes(tree):
        if not typing and isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            continue
        yield child
        yield from _walked(child, typing)


HOUSE = House(PACKAGE)


def test_arrows_go_one_way():
    """Every arrow between wings is in the table, and every arrow of the table is there."""
    found = HOUSE.arrows(ARROWS)
    allowed = {(wing, other) for wing, others in ARROWS.items() for other in others}
    assert sorted(found - allowed) == []
    assert sorted(allowed - found) == [], "arrows that are not needed any more"


def test_the_table_itself_has_no_circle():
    TopologicalSorter({wing: set(others) - {""} for wing, others in ARROWS.items()}).prepare()


def test_no_modules_import_each_other_in_a_circle():
    assert HOUSE.circle() == []


def test_nothing_imports_past_a_face():
    assert HOUSE.past_a_face(ARROWS) == []


@pytest.mark.parametrize("package", sorted(HOUSE.packages - {""}))
def test_each_face_says_what_lives_there_and_lists_what_there_is(package):
    tree = HOUSE.trees[package]
    said = ast.get_docstring(tree)
    assert re.search(r"[Bb]egin\s+with", said)
    assert re.search(r"[Mm]ay\s+import", said)
    modules = {m.rpartition(".")[2] for m in HOUSE.trees if m.rpartition(".")[0] == package}
    bound = {
        a.asname or a.name for n in tree.body if isinstance(n, ast.ImportFrom) for a in n.names
    }
    bound |= {n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    bound |= {ast.unparse(t) for n in tree.body if isinstance(n, ast.Assign) for t in n.targets}
    assert set(HOUSE.face(package)) <= modules | bound


def wrong_house(folder: Path, **files: str) -> House:
    for name, text in files.items():
        path = folder.joinpath(*name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        for package in (folder, path.parent):
            init = package / "__init__.py"
            if not init.exists():
                init.write_text("")
    return House(folder, "house")


def test_a_wrong_house_is_seen(tmp_path):
    wings = {"low": [], "high": ["low"], "": []}
    fine = wrong_house(tmp_path / "fine", low__a="X = 1", high__b="from house.low.a import X")
    assert fine.arrows(wings) == {("high", "low")}
    assert fine.circle() == []
    assert fine.past_a_face(wings) == ["high.b: low.a.X"]
    late = wrong_house(
        tmp_path / "late",
        low__a="def f():\n    from house.high.b import g\n",
        high__b="from house.low import a",
    )
    assert ("low", "high") in late.arrows(wings)
    assert set(late.circle()) == {"low.a", "high.b"}
    own = wrong_house(tmp_path / "own", low__a="from house.low import Y", low__b="Y = 1")
    assert own.past_a_face(wings) == ["low.a: its own face"]
    shown = wrong_house(tmp_path / "shown", low__a="X = 1", high__b="from house.low import X")
    assert shown.past_a_face(wings) == ["high.b: low.X"]
    (tmp_path / "shown/low/__init__.py").write_text(
        "from house.low.a import X\n\n__all__ = ['X']\n"
    )
    assert House(tmp_path / "shown", "house").past_a_face(wings) == []


@pytest.mark.parametrize("package", RESERVED)
def test_a_package_is_imported_where_it_belongs_alone(package):
    for module in HOUSE.trees:
        names = {target.partition(".")[0] for target, _ in HOUSE.imported(module)}
        if package in names:
            assert any(f"{module}.".startswith(f"{home}.") for home in RESERVED[package]), module


@pytest.mark.parametrize("module", HOUSE.trees)
def test_only_the_command_line_prints(module):
    calls = [
        node.func.id
        for node in ast.walk(HOUSE.trees[module])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
    written = [
        ast.unparse(n) for n in ast.walk(HOUSE.trees[module]) if isinstance(n, ast.Attribute)
    ]
    wing = HOUSE.wing(module, ARROWS)
    assert wing in ("cli", "__main__") or "print" not in calls
    # `files` closes the streams; nobody else touches them.
    assert wing in ("cli", "__main__", "files") or not {"sys.stdout", "sys.stderr"} & {*written}


@pytest.mark.parametrize("module", HOUSE.trees)
def test_public_names_have_docstrings(module):
    tree = HOUSE.trees[module]
    assert ast.get_docstring(tree), "module"
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
            assert ast.get_docstring(node), node.name


NEEDLESS = {
    ("trace",): ("numpy", "llvmlite", "jinja2", "markupsafe", "backprop_cli.train.engines",
                 "backprop_cli.marking", "backprop_cli.config.schema", "asyncio"),
    ("train", "--epochs", "5", "--engine", "emitted"): (
        "numpy", "llvmlite", "rich", "backprop_cli.train.course.saving",
        "backprop_cli.train.course.checkpoint",
    ),
    ("train", "--epochs", "5", "--engine", "array"): ("llvmlite",),
    ("train", "--epochs", "5", "--engine", "compiled"): ("numpy",),
}  # fmt: skip


def test_next_to_nothing_is_loaded_before_an_interruption_is_caught():
    code = (
        "import sys\nbefore = {*sys.modules}\nimport backprop_cli.__main__\n"
        "print(*{name for name in {*sys.modules} - before if '.' not in name})\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    found = {*result.stdout.split()}
    assert "backprop_cli" in found
    assert found <= {"backprop_cli", "__future__", "importlib", "warnings"}


@pytest.mark.parametrize("command", NEEDLESS, ids=" ".join)
def test_nothing_is_imported_that_is_not_needed(command):
    code = (
        "import sys, backprop_cli.__main__ as program\n"
        f"program.run({list(command)})\n"
        f"print([name for name in {NEEDLESS[command]} if name in sys.modules])\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"
