"""The trainer for long runs of small networks: machine code, equal to the emitted Python."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import llvmlite.binding as llvm

from backprop_cli.engine import Network, shuffled
from backprop_cli.train.engines.emitted import Emitted, Point
from backprop_cli.train.engines.machine import MachineWriter

PASSED = 4_000_000
"""Parameters that are changed, over all samples and epochs, in one call of the machine code."""

_DOUBLE, _NUMBER = ctypes.c_double, ctypes.c_int64
_DOUBLES, _INTEGERS = ctypes.POINTER(_DOUBLE), ctypes.POINTER(_NUMBER)
_TYPE = ctypes.CFUNCTYPE(None, _NUMBER, *[_DOUBLES] * 3, _INTEGERS, *[_NUMBER] * 3, *[_DOUBLES] * 2)
"""The arguments of `machine.HEAD`."""


class Code:
    """A function in machine code, and what keeps it alive."""

    def __init__(self, source: str) -> None:
        llvm.initialize_native_target()
        llvm.initialize_native_asmprinter()
        target = llvm.Target.from_default_triple()
        machine = target.create_target_machine(
            cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=2
        )
        module = llvm.parse_assembly(source)
        module.verify()
        options = llvm.create_pipeline_tuning_options(speed_level=2)
        builder = llvm.create_pass_builder(machine, options)
        builder.getModulePassManager().run(module, builder)
        self._engine = llvm.create_mcjit_compiler(module, machine)
        self._engine.finalize_object()
        self.call: Callable[..., None] = _TYPE(self._engine.get_function_address("watch"))


def _doubles(numbers: Sequence[float]) -> Any:
    return (_DOUBLE * max(len(numbers), 1))(*numbers)


class Compiled(Emitted):
    """Trains with machine code, which has no refusals: it computes what the careful ones do."""

    name = "compiled"

    def __init__(self, network: Network, shuffle: bool = False) -> None:
        super().__init__(network, shuffle)
        self._table = _doubles([number for row in self._rows for number in row])
        self._given = _doubles(self._fixed + self._rows[0] if self._one_sample else self._fixed)
        self._size = network.batch_size or 1

    @cached_property
    def _writer(self) -> MachineWriter:
        return MachineWriter(self._program, self._one_sample, self._network.reduces)

    @cached_property
    def _room(self) -> int:
        """How many numbers a batch keeps."""
        return self._writer.width * self._size

    @cached_property
    def _code(self) -> Code:
        return Code(self._writer.source())

    def prepare(self, watch: bool) -> None:
        _ = self._code

    def run(
        self, point: Point, first: int, count: int, watch: bool = True
    ) -> tuple[Point, list[float]]:
        point, errors = self._pieces(point, first, count, watch)
        return point, errors[:] if watch else []

    def sparse_run(
        self, point: Point, first: int, count: int, wanted: Sequence[int]
    ) -> tuple[Point, list[float]]:
        point, errors = self._pieces(point, first, count, True)  # each is computed anyway
        return point, [errors[epoch - first] for epoch in wanted]

    def _pieces(self, point: Point, first: int, count: int, watch: bool) -> tuple[Point, Any]:
        """The point after `count` epochs, and the errors that all of them, or the last, saw."""
        seen = (_DOUBLE * (count if watch else min(count, self._piece)))()
        for done in range(0, count, self._piece):
            epochs = min(self._piece, count - done)
            offset = done * ctypes.sizeof(_DOUBLE) if watch else 0
            piece = (_DOUBLE * epochs).from_buffer(seen, offset)
            point = self._run(point, first + done, epochs, piece)
        return point, seen

    @cached_property
    def _piece(self) -> int:
        """Epochs of one call: some hundredths of a second, for a call cannot be interrupted."""
        return max(1, PASSED // (len(self._rows) * len(self._program.state)))

    def _run(self, point: Point, first: int, count: int, errors: Any) -> Point:
        """One call: the point after `count` epochs, whose errors are written into an array."""
        state, kept = _doubles(point), (_DOUBLE * max(self._room, 1))()
        samples = len(self._rows)
        mixed = self._shuffle and not self._one_sample
        order = list(range(samples))
        if mixed:
            seed, epochs = self._network.seed, range(first, first + count)
            order = [n for epoch in epochs for n in shuffled(samples, seed, epoch)]
        self._code.call(
            count,
            state,
            self._given,
            self._table,
            (_NUMBER * len(order))(*order),
            samples if mixed else 0,
            samples,
            self._size,
            kept,
            errors,
        )
        return (*state[:-1], point[-1] + count * self._updates)
