"""Students: who answer every line, make one mistake and carry on, or round as they go."""

import math
from decimal import Decimal

from strategies import to_toml

from backprop_cli import load
from backprop_cli.config import open_config
from backprop_cli.config.build import network_of
from backprop_cli.config.document import parse_document
from backprop_cli.errors import Place
from backprop_cli.marking.diagnosis import Diagnosis
from backprop_cli.marking.reading.answers import Answer, number_of
from backprop_cli.marking.sheet import sheet_of
from backprop_cli.marking.verdicts import mark

EXAMPLES = (
    "mazur", "batch", "xor", "softmax", "adam", "momentum", "deep", "han-kamber", "gurlahosur",
    "negnevitsky", "relu", "tanh",
)  # fmt: skip
NOWHERE = Place("answers.toml")


def network_from(config):
    """The network of a config that `strategies.configs` draws."""
    return network_of(parse_document(to_toml(config), "drawn.toml"))


def typed(value, digits):
    """A number as a student writes it, with so many significant digits."""
    return number_of(Decimal(f"{value:.{digits - 1}e}"))


def in_decimals(value, places):
    """A number as a student writes it, with so many decimals."""
    return number_of(Decimal(f"{value:.{places}f}"))


def answer(entry, number):
    return Answer(entry.address, number, NOWHERE)


def worked(sheet, wrong=None, digits=9, written=typed, asked=lambda entry: entry.asked):
    """The answers of a student who carries on from what is written down.

    `wrong` maps the slots of entries to the formulas that are worked in place of the right ones.
    None if something cannot be written as a number.
    """
    wrong = wrong or {}
    values, answers = list(sheet.truths), []
    for entry in sheet.entries:
        value = sheet.value(entry, values, wrong.get(entry.slot))
        if not math.isfinite(value) or abs(value) > 1e200:
            return None
        if asked(entry) or entry.slot in wrong:
            number = written(value, digits)
            value = number.value
            answers.append(answer(entry, number))
        values[entry.slot] = value
    return answers


def entry_of(sheet, key):
    """The line of the sheet with this key, which may be qualified."""
    return next(entry for entry in sheet.entries if entry.key == key)


def answers_to(sheet, **texts):
    """Answers as they are typed, by the keys of their lines."""
    return [answer(entry_of(sheet, key), number_of(text)) for key, text in texts.items()]


def signs_of(name, settings=()):
    """A network under each convention of signs, with the same function: biases turn with theirs."""
    for bias in ("added", "subtracted"):
        turned = biases_turned(name) if bias == "subtracted" else []
        for delta in ("gradient", "descent"):
            convention = [f"convention.bias={bias}", f"convention.delta={delta}"]
            yield load(name, [*settings, *turned, *convention])


def biases_turned(name):
    """Settings that turn the sign of every bias of an example."""
    turned = []
    for number, layer in enumerate(open_config(name).data["layers"]):
        if "bias" in layer:
            turned.append(f"layers.{number}.bias={-layer['bias']}")
        if "biases" in layer:
            values = ", ".join(str(-bias) for bias in layer["biases"])
            turned.append(f"layers.{number}.biases=[{values}]")
    return turned


DESKS = {}


def desk(name, settings=(), epochs=1):
    """The diagnosis of an example, kept for all tests."""
    key = (name, tuple(settings), epochs)
    if key not in DESKS:
        DESKS[key] = Diagnosis(sheet_of(load(name, settings), range(1, epochs + 1)))
    return DESKS[key]


def examined(diagnosis, answers):
    """The answers marked, with an eye to known mistakes."""
    return mark(diagnosis.sheet, answers, None, diagnosis.examination)


def certain(diagnosis, marking):
    """The mistakes named for certain, by the slots of the wrong answers."""
    found = diagnosis.explanations(marking).items()
    return {slot: known.findings if known.certain else () for slot, known in found}
