"""Keys as people write them: which quantity is meant by δ_o1, dE/dw5, w5+ or "net h1"."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import product
from typing import NamedTuple

from backprop_cli.engine import GREEK, Address, Letters, Name, Notation
from backprop_cli.errors import nearest
from backprop_cli.marking.reading.earlier import Earlier
from backprop_cli.marking.sheet import Sheet

Qualifiers = Mapping[str, int]
"""Numbers of epoch, batch and sample, as far as they are said."""

LAST_EPOCH = 1_000_000
LONGEST_KEY = 500

_QUALIFIER = re.compile(r"(epoch|batch|sample)[\s_]*([0-9]{1,9})", re.IGNORECASE)
_PRIMES = str.maketrans(dict.fromkeys("'′’‘`´", "+"))
_LETTER_NAMES = {letter: name for name, letter in GREEK.items()} | {"∂": "d", "ϵ": "epsilon"}
_HAT = "\N{COMBINING CIRCUMFLEX ACCENT}"
_IGNORED = re.compile(r"[^a-z0-9+]")
_UPDATED = re.compile(r"^new(?=.)|(?:\+|updated|new)$")


class UnknownKey(Exception):  # noqa: N818 - told to the user as a problem of the answers
    """No quantity has this key, or several might be meant: what is wrong, and what would help.

    What would help is a `hint`, or the quantity that may be `meant` and, where there is none, the
    hint `otherwise`. It is looked for when it is asked for.
    """

    def __init__(
        self,
        what: str,
        hint: str | None = None,
        *,
        meant: Callable[[], str | None] = lambda: None,
        otherwise: str | None = None,
    ) -> None:
        super().__init__(what)
        self.what, self._hint, self._meant, self._otherwise = what, hint, meant, otherwise

    @cached_property
    def meant(self) -> str | None:
        """The key of the quantity that may be meant, as far as a guess can tell."""
        return self._meant()

    @property
    def hint(self) -> str | None:
        """What would help, if anything."""
        if self._hint is not None:
            return self._hint
        return f"did you mean '{self.meant}'?" if self.meant else self._otherwise


def qualifier(text: str) -> tuple[str, int] | None:
    """("sample", 2) for "sample2", "Sample 2" or "sample_2"."""
    match = _QUALIFIER.fullmatch(text.strip())
    return (match[1].lower(), int(match[2])) if match else None


def plain_form(text: str) -> str:
    """The key without what people write in different ways: case, spaces, signs, Greek letters."""
    text = text.strip().replace("Δ", "change ").replace("∆", "change ")
    text = unicodedata.normalize("NFKD", text.translate(_PRIMES)).replace(_HAT, "hat")
    text = "".join(_LETTER_NAMES.get(char, char) for char in text.lower())
    text = _IGNORED.sub("", text.replace("\\partial", "d").replace("\\", ""))
    core = _UPDATED.sub("", text)
    return text if core == text else core + "+"


class Given(NamedTuple):
    """Something that the config gives: its name and slot, and the key of its value after the step.

    That is None for what no step changes.
    """

    name: str
    slot: int
    updated: str | None


def parted(text: str, said: Qualifiers) -> tuple[str, Qualifiers]:
    """The key without the qualifiers before it, and all that is said. Raises `UnknownKey`."""
    if len(text) > LONGEST_KEY:
        raise UnknownKey(f"a key of {len(text):,} characters is too long")
    parts = text.split(".")
    known = dict(said)
    while len(parts) > 1 and (found := qualifier(parts[0])) is not None:
        if known.get(found[0], found[1]) != found[1]:
            raise UnknownKey(f"{found[0]} {known[found[0]]} and {found[0]} {found[1]} at once")
        known[found[0]] = found[1]
        parts = parts[1:]
    return ".".join(parts), known


class Keys:
    """The keys of a sheet, and every other way of writing them."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        first = sheet.entries[0].address.epoch
        self._places: dict[str, list[Address]] = {}
        self._of: dict[tuple[str, int | None, int | None], list[Address]] = {}
        self._forms: dict[str, list[str]] = {}
        self._updates: dict[str, str] = {}
        names: dict[str, Name] = {}
        for entry in sheet.entries:
            if entry.address.epoch == first:
                key, at = entry.step.key, entry.address
                self._places.setdefault(key, []).append(at)
                for sample, batch in product((at.sample, None), (at.batch, None)):
                    self._of.setdefault((key, sample, batch), []).append(at)
                names[entry.step.key] = entry.step.name
        for key, name in names.items():
            self._enter(key, {plain_form(key), plain_form(name.symbol)})
            if name.kind == "new":
                self._updates[name.parts["p"]] = key
        self._before = Earlier(sheet.network, self._places, plain_form)
        self._own = frozenset(self._forms)
        for key, name in names.items():
            forms = set(map(plain_form, _aliases(name, sheet.network.descent)))
            self._enter(key, forms - self._own)

    def _enter(self, key: str, forms: Iterable[str]) -> None:
        for form in forms:
            self._forms.setdefault(form, []).append(key)

    @cached_property
    def _givens(self) -> Mapping[str, Given]:
        """Inputs, targets and parameters, by key and by what else is written for it."""
        found = {}
        for key, slot in self.sheet.given_slots.items():
            sample, _, name = key.rpartition(".")
            found[key] = Given(name, slot, self._updates.get(name))
            if (form := plain_form(name)) not in self._forms:
                found.setdefault(f"{sample}.{form}" if sample else form, found[key])
        return found

    @property
    def written(self) -> list[str]:
        """Every key as it is written in files."""
        return list(self._places)

    def address(self, text: str, said: Qualifiers) -> Address:
        """Where the quantity that `text` means stands. Raises `UnknownKey`."""
        key, said = parted(text, said)
        maker = self._before.maker(key)
        return self._placed(self._key(key), said) if maker is None else self._earlier(maker, said)

    def _earlier(self, maker: str, said: Qualifiers) -> Address:
        """The line that has made a weight or a state what the update in question finds."""
        if not self._before.sees(maker, said):
            return self._placed(maker, said)  # which says what is wrong
        made = self._before.made(maker, said)
        if made is None:
            raise UnknownKey(
                "before the first update this is given", f"after the update it is called {maker}"
            )
        where = {"epoch": made.epoch, "batch": made.batch, "sample": made.sample}
        return self._placed(maker, where)

    def given(self, text: str, said: Qualifiers) -> Given | None:
        """The given that `text` means, as it is in the first epoch; None if it means none."""
        key, said = parted(text, said)
        if said.get("epoch", 1) != 1 or "batch" in said:
            return None
        sample = f"sample{said['sample']}." if "sample" in said else ""
        found = self._givens.get(sample + key)
        return found or self._givens.get(sample + plain_form(key))

    def has(self, text: str) -> bool:
        """Whether this is the key, as it is written, of a quantity or of a given."""
        return text in self._places or text in self._givens

    def is_own(self, text: str) -> bool:
        """Whether this is the key or the symbol of a quantity, and no other name of it."""
        return plain_form(text.rpartition(".")[2]) in self._own

    def _key(self, text: str) -> str:
        if text in self._places:
            return text
        found = self._forms.get(plain_form(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise UnknownKey("this may be " + " or ".join(found), "write the one that is meant")
        some = (self.written[at] for at in (0, len(self.written) // 2, -1))
        raise UnknownKey(
            "there is no such quantity",
            meant=partial(self._nearest, text),
            otherwise="known are " + ", ".join(some),
        )

    def _nearest(self, text: str) -> str | None:
        near = nearest(text, self._places)
        if near is not None:
            return near
        form = nearest(plain_form(text), self._forms)
        return None if form is None else self._forms[form][0]

    def _placed(self, key: str, said: Qualifiers) -> Address:
        epoch = said.get("epoch", 1)
        if epoch < 1:
            raise UnknownKey("epochs are counted from 1")
        if epoch > LAST_EPOCH:
            what = f"epoch {epoch} is too late to be reached"
            raise UnknownKey(what, f"up to {LAST_EPOCH:,} epochs are worked")
        fitting = self._fitting(key, said)
        if len(fitting) == 1:
            return fitting[0]._replace(epoch=epoch)
        wrong = [f"{name} {said[name]}" for name in ("batch", "sample") if name in said]
        if not fitting:
            last = max(at.sample for at in self._places[key])
            hint = f"samples are counted from 1 to {last}" if last else None
            raise UnknownKey(f"there is no {key} of {' of '.join(wrong)}", hint)
        level = "batch" if fitting[0].sample == 0 else "sample"
        first, last = (getattr(at, level) for at in (fitting[0], fitting[-1]))
        hint = (
            f"say it before the key ({level}{first}. to {level}{last}.), "
            f"or in a line [{level}{first}] above"
        )
        raise UnknownKey(f"which {level}'s {key} is this?", hint)

    def _fitting(self, key: str, said: Qualifiers) -> list[Address]:
        """The places of a key with the batch and sample that are said; without, of whole batches
        rather than of their samples."""
        batch = said.get("batch")
        found = self._of.get((key, said.get("sample", 0), batch), [])
        return found if found or "sample" in said else self._of.get((key, None, batch), [])


_BOOK = Notation(Letters())


def _aliases(name: Name, descent: bool) -> Iterator[str]:
    """What else people call a quantity."""
    parts, kind = name.parts, name.kind
    suffix = "new" if name.suffix == "_new" else name.suffix
    yield Name(_BOOK, kind, parts, name.suffix).key
    match kind:
        case "E":
            for word in ("error", "loss", "cost"):
                yield f"{word}_{parts['u']} {suffix}"
        case "E_total":
            for word in ("E", "error", "total error", "loss", "cost", "E_tot"):
                yield word + suffix
        case "via":
            yield f"dE_{parts['v']}/dout_{parts['u']}"
            yield f"dE_dout_{parts['u']} {parts['v']}"
        case "dE_dout":
            yield f"dE_total/dout_{parts['u']}"
            yield f"dE_{parts['u']}/dout_{parts['u']}"
            yield f"dE_d{parts['u']}"
        case "slope":
            yield f"dout_{parts['u']}"
        case "delta" if not descent:
            yield f"dE_dnet_{parts['u']}"
            yield f"dE_total/dnet_{parts['u']}"
            yield f"dE_{parts['u']}/dnet_{parts['u']}"
        case "gradient":
            yield f"dE_total/d{parts['p']}"
            yield f"grad_{parts['p']}"
            yield f"gradient {parts['p']}"
        case "corrected":
            yield f"hat {parts['s']} {parts['p']}"
        case "change":
            yield f"delta {parts['p']}"
