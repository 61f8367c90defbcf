"""The tables of the documentation that the program fills: by name in `GENERATED`.

On a page they stand between ``<!-- table: NAME -->`` and ``<!-- end -->``.
"""

import re
from collections.abc import Iterator

import doc_reference

from backprop_cli.api import load
from backprop_cli.arrays.mistakes import ARRAY_MISTAKES
from backprop_cli.arrays.naming.conventions import CONVENTIONS
from backprop_cli.config.fields import ROUNDED, SPELLINGS, TABLES
from backprop_cli.engine.layers import MATRIX_ROLES
from backprop_cli.engine.matrix_view import listed_steps
from backprop_cli.engine.notation import ROLES, Notation
from backprop_cli.engine.quantities import Quantities
from backprop_cli.formulas import (
    ACTIVATIONS,
    ALIASES,
    ERRORS,
    OPTIMIZERS,
    SHORTCUTS,
    ErrorFunction,
    Optimizer,
    Ref,
)
from backprop_cli.marking.diagnosis.mistakes import CATALOGUE
from backprop_cli.marking.diagnosis.mistakes.slips import SLIPS
from backprop_cli.marking.diagnosis.rules import RULES
from backprop_cli.show import in_symbols
from backprop_cli.show.numbers import plain


def row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    return row(*head) + row(*[":--"] * len(head)) + "".join(row(*cells) for cells in rows)


def code(text: str) -> str:
    return f"`{text}`" if text else ""


def _named(kind: str, **parts: str) -> Ref:
    return Ref(Notation().name(kind, **parts))


NET, OUT, ALPHA = _named("net", u="j"), _named("out", u="j"), _named("constant", p="alpha")
TARGET = _named("target", u="j")


def activation_rows() -> Iterator[tuple[str, ...]]:
    for name, found in ACTIVATIONS.items():
        also = [alias for alias, meant in ALIASES.items() if meant == name]
        called = ", ".join(map(code, (name, *also)))
        alpha = [] if found.alpha is None else [ALPHA]
        if found.jacobian is not None:
            i, j = _named("out", u="i"), _named("out", u="j")
            value = "e^net_j / Σ_k e^net_k"
            same, other = (in_symbols(found.jacobian(i is k, i, k)) for k in (i, j))
            slope = f"∂out_i/∂net_j: {same} if i = j, else {other}"
        else:
            value = in_symbols(found.value(NET, *alpha))
            slope = in_symbols(found.slope(NET, OUT, *alpha))
        source = found.source
        if found.alpha is not None:
            source += f"; α = {found.alpha} unless said"
        yield called, code(value), code(slope), source


def _parameters(found: ErrorFunction) -> list[Ref]:
    return [_named("constant", p=name) for name in found.parameters]


def error_rows() -> Iterator[tuple[str, ...]]:
    n = _named("constant", p="n")
    for name, found in ERRORS.items():
        value, slope = (
            in_symbols(formula(TARGET, OUT, n, *_parameters(found)))
            for formula in (found.value, found.slope)
        )
        yield code(name), code(value), code(slope), defaults_of(found), found.source


def shortcut_rows() -> Iterator[tuple[str, ...]]:
    for (error, activation), found in SHORTCUTS.items():
        short = in_symbols(found.delta(TARGET, OUT))
        when = "where the targets of a sample sum to 1" if found.targets_sum_to_one else ""
        yield code(error), code(activation), code(short), when, found.source


def optimizer_rows() -> Iterator[tuple[str, ...]]:
    for name, found in OPTIMIZERS.items():
        yield _optimizer_row(code(name), f'"{name}"', found)
        for key, form in found.forms.items():
            chosen = f'{{ name = "{name}", {key} = 0.9 }}'
            yield _optimizer_row(f"{code(name)} with {code(key)}", chosen, form)


def _optimizer_row(called: str, chosen: str, row: Optimizer) -> tuple[str, ...]:
    network = load("momentum", [f"optimizer={chosen}"])
    weight = next(network.parameters())
    q = Quantities(network)
    known = q.in_optimizer(weight)
    lines = [
        f"{q.optimizer_line(rule.letter, weight).name.symbol} = {in_symbols(rule.formula(known))}"
        for rule in row.rules
    ]
    lines.append(f"w⁺ = {in_symbols(known.w + row.change(known))}")
    return called, "<br>".join(map(code, lines)), defaults_of(row), row.source


def defaults_of(row: ErrorFunction | Optimizer) -> str:
    """The parameters of a function, and what they are unless said."""
    return ", ".join(f"`{key}` = {plain(p.default)[0]}" for key, p in row.parameters.items())


KINDS = {
    "text": "text", "flag": "true or false", "integer": "whole number", "count": "whole number ≥ 1",
    "number": "number", "numbers": "list of numbers", "rows": "lists of numbers",
    "samples": "list", "pattern": "pattern", "letter": "letters", "names": "pattern or lists",
    "rounding": "whole number, or table", "points": "table of numbers",
    "split": "number, text, or table", "texts": "list of texts",
    "[layers]": "tables", "[error]": "name, or table", "[optimizer]": "name, or table",
}  # fmt: skip


def kind_of(kind: str) -> str:
    return KINDS.get(kind, "table" if kind.startswith("[") else kind)


def field_rows(name: str) -> Iterator[tuple[str, ...]]:
    for key, field in TABLES[name].items():
        also = [written for written, meant in SPELLINGS.get(name, {}).items() if meant == key]
        kind = ", ".join(map(code, field.choices)) if field.choices else kind_of(field.kind)
        kind += "".join(
            (
                "" if field.above is None else f" > {field.above:g}",
                "" if field.least is None else f" ≥ {field.least:g}",
                "" if field.below is None else f", < {field.below:g}",
            )
        )
        default = "" if field.default is None else str(field.default)
        default = code(default.lower() if field.kind == "flag" else default)
        if field.required:
            default = "required"
        about = field.about.replace("{", "`{").replace("}", "}`")
        yield ", ".join(map(code, (key, *also))), kind, default, about


MEANINGS = {
    "input": "value of an input", "target": "what an output should give",
    "net": "net input: weighted sum and bias", "out": "output: activation of the net input",
    "E": "what one output adds to the error", "E_total": "error of one sample",
    "E_epoch": "error of all samples", "E_mean": "its mean over the samples",
    "err": "target less output",
    "dE_dout": "error term: how the error changes with an output",
    "via": "the part of a hidden unit's error term that comes back along one path",
    "slope": "slope of the activation", "jacobian": "one entry of softmax's Jacobian",
    "delta": "how the error changes with a net input",
    "gradient": "how the error changes with a weight or bias",
    "parameter": "weight or bias", "state": "state of the optimizer before the update",
    "state_new": "state of the optimizer after it",
    "corrected": "state of adam, corrected for its start at 0",
    "intermediate": "what an optimizer computes besides",
    "change": "what the update adds", "new": "weight or bias after the update",
    "eta": "learning rate", "constant": "parameter of the optimizer",
}  # fmt: skip
FACTORS = ("dE_dnet", "dnet_dout", "dnet_dp")
"""Roles that stand in chain rules alone: nothing is called by their keys."""


def quantity_rows() -> Iterator[tuple[str, ...]]:
    examples = {"u": "h1", "v": "o1", "p": "w5", "i": "i1", "s": "m"}
    swapped = {"E": "o1", "target": "o1", "err": "o1", "jacobian": "o1", "constant": "beta"}
    for kind, (template, _, _) in ROLES.items():
        if kind in FACTORS:
            continue
        about = set(re.findall(r"\{([uvpsi])\}", template))
        parts = {part: examples[part] for part in about}
        if kind == "intermediate":
            parts["s"] = "c"
        if kind in swapped:
            parts = {part: swapped[kind] if part != "v" else "o2" for part in about}
        name = Notation().name(kind, **parts)
        yield code(name.key), code(name.symbol), MEANINGS[kind]


MATRIX_MEANINGS = {
    "input": "the inputs; X where there are several samples",
    "target": "the targets; T where there are several samples",
    "net": "net inputs of a layer",
    "out": "outputs of a layer",
    "E": "what each output adds to the error",
    "E_total": "error of each sample",
    "err": "targets less outputs",
    "dE_dout": "error terms of a layer",
    "slope": "slopes of the activation, of each unit by itself",
    "jacobian": "Jacobian of softmax, of one sample: ∂out_i/∂net_j",
    "delta": "how the error changes with the net inputs",
    "W": "weights into a layer",
    "b": "biases of a layer; one number where it shares one",
    "gradient": "how the error changes with weights or biases, over all samples of an update",
    "change": "what the update adds",
    "state": "state of the optimizer before the update",
    "state_new": "state of the optimizer after it",
    "corrected": "state of adam, corrected for its start at 0",
    "intermediate": "what an optimizer computes besides",
}


def matrix_rows() -> Iterator[tuple[str, ...]]:
    """A key of each kind, of a network of two layers whose last is softmax."""
    names = [
        name
        for optimizer in ("adam", "lion")
        for name in listed_steps(
            load("softmax", [f"optimizer.name={optimizer!r}"]), 1
        ).names.values()
        if name.layer in (0, 2) or name.kind == "slope"
    ]
    of_a_batch = {"E_epoch", "E_mean"}  # single numbers, which stand among the other quantities
    assert MATRIX_MEANINGS.keys() == MATRIX_ROLES.keys() - of_a_batch
    for kind, meaning in MATRIX_MEANINGS.items():
        name = next(name for name in names if name.kind == kind and not name.suffix)
        yield code(name.key), code(name.symbol), meaning
    new = next(name for name in names if name.kind == "W" and name.suffix)
    yield code(new.key), code(new.symbol), "weights after the update"


def rounded_rows() -> Iterator[tuple[str, ...]]:
    for key, kinds in ROUNDED.items():
        what = "; ".join(MEANINGS[kind] for kind in kinds if kind in MEANINGS)
        yield code(key), what or "everything that is not named"


def mistake_rows() -> Iterator[tuple[str, ...]]:
    for name, found in CATALOGUE.items():
        source = f" ({found.source})" if found.source else ""
        yield code(name), found.done, re.sub("[{}]", "", found.why) + source
    for name, slip in SLIPS.items():
        yield code(name), slip.done, slip.why


OF_ARRAYS = {
    "overwritten": ("A later quantity was written into the array, after its use or in its place.",
                    "Give the new numbers a name of their own, or copy the old ones first."),
    "overflow": ("A power of e is larger than any number of the array's type.",
                 "Softmax takes every net input less the largest, which cancels; the logistic of a "
                 "very negative net input is e^x/(1 + e^x)."),
    "log-of-zero": ("The error is NaN or infinite: it has the logarithm of 0.",
                    "Keep the outputs inside (0, 1), or compute the error from the net inputs."),
    "not-a-number": ("An array is NaN or infinite, and none before it is.",
                     "Whatever is made of it is so too: begin with the first."),
}  # fmt: skip
"""What `arrays.finding` sees in the numbers themselves, without a formula."""


def array_mistake_rows() -> Iterator[tuple[str, ...]]:
    for found in sorted(ARRAY_MISTAKES, key=lambda row: row.late):
        yield code(found.id), found.done, found.why
    for name, (done, why) in OF_ARRAYS.items():
        yield code(name), done, why


def convention_rows() -> Iterator[tuple[str, ...]]:
    for name, rule in RULES.items():
        yield code(name), rule.done, "yes" if rule.whole is not None else ""


LAYOUTS = {"columns": "a column", "rows": "a row", "": ""}
WEIGHTS = {"to": "a row", "from": "a column", "": ""}
MEANS = {
    "gradient": "in the gradients", "delta": "in δ", "update": "with η", "never": "sums", "": ""
}  # fmt: skip


def name_rows() -> Iterator[tuple[str, ...]]:
    for id_, found in CONVENTIONS.items():
        yield (code(id_), found.title, " ".join(map(code, found.example.split())),
               LAYOUTS[found.layout], WEIGHTS[found.weights], "−∂E" if found.descent else "∂E",
               MEANS[found.mean_at], found.source)  # fmt: skip


HEAD = ("Key", "What it takes", "Default", "Meaning")


GENERATED = {
    "activations": lambda: table(("Name", "Output", "Slope ∂out_j/∂net_j", "Source"),
                                 activation_rows()),
    "errors": lambda: table(
        ("Name", "Error of one output, E_j", "Slope ∂E/∂out_j", "Parameters", "Source"),
        error_rows(),
    ),
    "shortcuts": lambda: table(("Error", "Activation", "δ_j", "When", "Source"), shortcut_rows()),
    "optimizers": lambda: table(("Name", "Update", "Parameters", "Source"), optimizer_rows()),
    "quantities": lambda: table(("Key", "Symbol", "Meaning"), quantity_rows()),
    "matrices": lambda: table(("Key", "Symbol", "Meaning"), matrix_rows()),
    "rounded": lambda: table(("Key", "What is rounded"), rounded_rows()),
    "mistakes": lambda: table(("Id", "What was done", "Why it is wrong"), mistake_rows()),
    "array-mistakes": lambda: table(
        ("Id", "What was done", "Why it is wrong"), iter(dict.fromkeys(array_mistake_rows()))
    ),
    "commands": doc_reference.commands,
    "functions": doc_reference.functions,
    "classes": doc_reference.classes,
    "exceptions": doc_reference.errors,
    "names": lambda: table(
        ("Id", "Whose", "Names, for example", "A sample is", "A unit's weights are", "δ is of",
         "1/m is", "Source"), name_rows(),
    ),
    "conventions": lambda: table(("Id", "What is done", "In the config"), convention_rows()),
    **{f"config-{name or 'top'}": lambda name=name: table(HEAD, field_rows(name))
       for name in TABLES},
}  # fmt: skip
