"""A program as LLVM IR: the same statements as the emitted Python, for a machine to run.

Nothing is reassociated, and no product is fused with a sum: values are those of the Python to the
last bit, because they are the same operations in the same order, and e^x, ln, tanh and their like
are the functions of the C library that Python's `math` calls too. Numbers are handed over as
values, never written into the text.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from backprop_cli.formulas import RULES, TINY
from backprop_cli.train.engines.plan import Plan
from backprop_cli.train.engines.program import FIXED, SAMPLE, SHARED, Place, Program, adding_round

LIBRARY = {"exp": 1, "log": 1, "log1p": 1, "tanh": 1, "erfc": 1, "pow": 2}
"""What the C library computes, of how many arguments. LLVM is not told what these functions are:
where it knows them it exchanges some for others, which changes bits."""


def _exactly(number: float) -> str:
    """A float as IR writes it: its 64 bits."""
    return f"0x{struct.pack('>d', number).hex().upper()}"


# Operators that are more than one instruction: what `arithmetic.FLOAT` makes of them.
PRELUDE = f"""
declare double @llvm.sqrt.f64(double)
declare double @llvm.fabs.f64(double)

define internal double @nonzero(double %x) alwaysinline {{
  %zero = fcmp oeq double %x, 0.0
  %y = select i1 %zero, double {_exactly(TINY)}, double %x
  ret double %y
}}
define internal double @divide(double %a, double %b) alwaysinline {{
  %c = call double @nonzero(double %b)
  %q = fdiv double %a, %c
  ret double %q
}}
define internal double @ln(double %x) alwaysinline {{
  %y = call double @nonzero(double %x)
  %l = call double @log(double %y)
  ret double %l
}}
define internal double @square(double %x) alwaysinline {{
  %y = fmul double %x, %x
  ret double %y
}}
define internal double @larger(double %a, double %b) alwaysinline {{
  %more = fcmp ogt double %b, %a
  %m = select i1 %more, double %b, double %a
  ret double %m
}}
define internal double @chosen(double %test, double %then, double %otherwise) alwaysinline {{
  %positive = fcmp ogt double %test, 0.0
  %c = select i1 %positive, double %then, double %otherwise
  ret double %c
}}
define internal double @sign(double %x) alwaysinline {{
  %positive = fcmp ogt double %x, 0.0
  %negative = fcmp olt double %x, 0.0
  %p = uitofp i1 %positive to double
  %n = uitofp i1 %negative to double
  %s = fsub double %p, %n
  ret double %s
}}
define internal double @Phi(double %x) alwaysinline {{
  %minus = fneg double %x
  %scaled = fdiv double %minus, {_exactly(math.sqrt(2))}
  %tail = call double @erfc(double %scaled)
  %p = fmul double {_exactly(0.5)}, %tail
  ret double %p
}}
define internal double @phi(double %x) alwaysinline {{
  %half = fmul double {_exactly(-0.5)}, %x
  %power = fmul double %half, %x
  %e = call double @exp(double %power)
  %d = fdiv double %e, {_exactly(math.sqrt(2 * math.pi))}
  ret double %d
}}
attributes #0 = {{ nobuiltin nounwind willreturn memory(none) }}
""" + "".join(
    f"declare double @{name}({', '.join(['double'] * count)}) #0\n"
    for name, count in LIBRARY.items()
)

# epochs, state (read and written), fixed; rows of samples, the order in which epochs present them
# and how far it is from one epoch to the next, samples of an epoch, of a batch; room for what a
# batch keeps of its samples; the error of each epoch (written).
HEAD = (
    "define void @watch(i64 %epochs, ptr noalias %state, ptr noalias %fixed, ptr noalias %rows,"
    " ptr noalias %order, i64 %stride, i64 %count, i64 %size, ptr noalias %kept,"
    " ptr noalias %errors) {"
)


class MachineWriter(Plan):
    """Writes the function `watch`, which goes through epochs and notes the error of each.

    Every variable of the plan is a place in memory here; LLVM finds registers for them.
    """

    def __init__(self, program: Program, one_sample: bool, grouped: bool) -> None:
        super().__init__(program, "watch", one_sample, careful=True, grouped=grouped)
        self._lines: list[str] = []
        self._count = 0
        places = [(round_, number) for round_ in self.rounds() for number in self.kept(round_)]
        self._cells = {pair: at for at, pair in enumerate(places if grouped else [])}

    @property
    def width(self) -> int:
        """How many numbers a batch keeps of each of its samples."""
        return len(self._cells)

    def source(self) -> str:
        """The module."""
        fixed, given = self.fixed(), self.given()
        names = {*self.variable.values(), *(f"v{number}" for number in (*fixed, *given))}
        names |= {f"v{number}" for number in (*self.program.sample, self.program.size)}
        self._lines = [HEAD, "entry:", *(f"  %{name} = alloca double" for name in sorted(names))]
        self._lines += ["  %seen = alloca double", "  %from = alloca i64", "  %to = alloca i64"]
        for pointer, numbers in (("state", given), ("fixed", fixed)):
            for offset, number in enumerate(numbers):
                self._store(f"v{number}", self._loaded(pointer, str(offset)))
        self._body(FIXED)
        with self._loop("0", "%epochs") as epoch:
            self._line("store double -0.0, ptr %seen")
            if self.one_sample:
                self._update()
            elif self.grouped:
                self._batches(epoch)
            else:
                with self._loop("0", "%count") as row:
                    self._sample(epoch, row)
                    self._update()
            at = self._new(f"getelementptr double, ptr %errors, i64 {epoch}")
            self._line(f"store double {self._new('load double, ptr %seen')}, ptr {at}")
        for offset, number in enumerate(given):
            into = self._new(f"getelementptr double, ptr %state, i64 {offset}")
            self._line(f"store double {self._load(f'v{number}')}, ptr {into}")
        return "\n".join([PRELUDE, *self._lines, "  ret void", "}", ""])

    def _line(self, text: str) -> None:
        self._lines.append(f"  {text}")

    def _new(self, instruction: str) -> str:
        """The name of what an instruction gives."""
        self._count += 1
        self._line(f"%t{self._count} = {instruction}")
        return f"%t{self._count}"

    def _load(self, name: str) -> str:
        return self._new(f"load double, ptr %{name}")

    def _store(self, name: str, value: str) -> None:
        self._line(f"store double {value}, ptr %{name}")

    def _loaded(self, pointer: str, at: str) -> str:
        """A number of one of the arrays."""
        return self._new(
            f"load double, ptr {self._new(f'getelementptr double, ptr %{pointer}, i64 {at}')}"
        )

    @contextmanager
    def _loop(self, begin: str, end: str) -> Iterator[str]:
        """What is written inside is gone through for each number from begin up to end."""
        self._count += 1
        label, before = f"l{self._count}", f"b{self._count}"
        self._lines += [f"  br label %{before}", f"{before}:", f"  br label %{label}.head"]
        self._lines += [f"{label}.head:"]
        self._line(f"%{label} = phi i64 [{begin}, %{before}], [%{label}.next, %{label}.end]")
        self._line(f"%{label}.more = icmp slt i64 %{label}, {end}")
        self._line(f"br i1 %{label}.more, label %{label}.body, label %{label}.out")
        self._lines.append(f"{label}.body:")
        yield f"%{label}"
        self._lines += [f"  br label %{label}.end", f"{label}.end:"]
        self._line(f"%{label}.next = add i64 %{label}, 1")
        self._lines += [f"  br label %{label}.head", f"{label}.out:"]

    def _sample(self, epoch: str, row: str) -> None:
        """The inputs and targets of a sample, by its place in the order of an epoch."""
        begin = self._new(f"mul i64 {epoch}, %stride")
        place = self._new(f"add i64 {begin}, {row}")
        pointer = self._new(f"getelementptr i64, ptr %order, i64 {place}")
        number = self._new(f"load i64, ptr {pointer}")
        at = self._new(f"mul i64 {number}, {len(self.program.sample)}")
        for offset, leaf in enumerate(self.program.sample):
            if leaf in self.needed:
                self._store(f"v{leaf}", self._loaded("rows", self._new(f"add i64 {at}, {offset}")))

    def _update(self) -> None:
        """An update after one sample."""
        self._counted()
        self._body(SAMPLE)
        self._moved()

    def _batches(self, epoch: str) -> None:
        """An update after each batch: the loops over its samples, and what lies between."""
        more = self._new("add i64 %count, %size")
        batches = self._new(f"udiv i64 {self._new(f'sub i64 {more}, 1')}, %size")
        with self._loop("0", batches) as batch:
            begin = self._new(f"mul i64 {batch}, %size")
            whole = self._new(f"add i64 {begin}, %size")
            short = self._new(f"icmp slt i64 {whole}, %count")
            end = self._new(f"select i1 {short}, i64 {whole}, i64 %count")
            self._counted()
            size = self._new(f"sub i64 {end}, {begin}")
            self._store(f"v{self.program.size}", self._new(f"sitofp i64 {size} to double"))
            for number in self.sums:
                self._store(f"v{number}", "-0.0")
            self._body(SHARED)
            for round_ in self.rounds():
                with self._loop(begin, end) as row:
                    self._sample(epoch, row)
                    self._keeping(round_, self._new(f"sub i64 {row}, {begin}"))
                self._body(Place(round_ + 1, False))
            self._moved()

    def _keeping(self, round_: int, row: str) -> None:
        """One sample in a loop over a batch, with what loops before have kept of it."""
        begin = self._new(f"mul i64 {row}, {self.width}")
        for (other, number), at in self._cells.items():
            if other < round_:
                self._store(f"v{number}", self._loaded("kept", self._new(f"add i64 {begin}, {at}")))
        self._body(Place(round_, True))
        for (other, number), at in self._cells.items():
            if other == round_:
                cell = self._new(f"add i64 {begin}, {at}")
                into = self._new(f"getelementptr double, ptr %kept, i64 {cell}")
                self._line(f"store double {self._load(f'v{number}')}, ptr {into}")

    def _counted(self) -> None:
        name = f"v{self.program.count}"
        self._store(name, self._new(f"fadd double {self._load(name)}, 1.0"))

    def _moved(self) -> None:
        new = [self._load(self.variable[new]) for new, _ in self.moves]
        for (_, old), value in zip(self.moves, new, strict=True):
            self._store(self.variable[old], value)

    def _body(self, place: Place) -> None:
        """The statements of one place, and what it adds to sums over the samples."""
        for number in self.statements:
            if self.places[number] == place:
                self._store(self.variable[number], self._operation(number))
        for total, one in self.sums.items():
            if place == (adding_round(self.places[one]), True):
                self._add(f"v{total}", one)
        if place == SAMPLE:
            self._add("seen", self.program.error)

    def _add(self, name: str, number: int) -> None:
        so_far = self._load(name)
        self._store(name, self._new(f"fadd double {so_far}, {self._value(number)}"))

    def _value(self, number: int) -> str:
        return (
            self._load(self.variable[number]) if number in self.named else self._operation(number)
        )

    def _operation(self, number: int) -> str:
        """The value of an operation, worked from left to right."""
        node, operands = self.nodes[number], list(self.operands(number))
        values = [self._value(operand) for operand in operands]
        if node.op not in ("+", "*", "max"):
            return self._new(_called(RULES[node.op].llvm, values))
        result = values[0]
        for arg, operand, value in zip(node.args[1:], operands[1:], values[1:], strict=True):
            instruction = RULES[node.op].llvm if arg == operand else "fsub"
            result = self._new(_called(instruction, [result, value]))
        return result


def _called(instruction: str, values: Sequence[str]) -> str:
    """An instruction, or a call of an @function, on doubles."""
    if instruction.startswith("@"):
        return f"call double {instruction}({', '.join(f'double {value}' for value in values)})"
    return f"{instruction} double {', '.join(values)}"
