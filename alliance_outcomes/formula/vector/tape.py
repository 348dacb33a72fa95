"""The tape: operations as numpy calls on slots that are bound to a chunk of rows, with buffers used over and over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from .bounds import Known
from .columns import Codes, Column, Floats, Truths
from .operations import Given, Linear, Operation, Register, reads
from .slots import Slots
from .writing import Writer

CHUNK = 16_384
_FEWEST_ROWS = 4


class Tape:
    """Numpy calls that compute the wanted registers of a plan.

    ``numbers`` are registers written out as floats, ``flags`` as truths. With ``certify`` each row in which a
    comparison, a rounding or a division lies within its error is marked in doubt; without it only those that
    divide by zero.
    """

    def __init__(
        self,
        operations: Sequence[Operation],
        knowns: Sequence[Known],
        categories: Mapping[str, tuple[str, ...]],
        numbers: Sequence[Register],
        flags: Sequence[Register],
        effects: Sequence[Register],
        certify: bool,
    ) -> None:
        self.numbers, self.flags = list(dict.fromkeys(numbers)), list(dict.fromkeys(flags))
        needed = needed_for(operations, [*self.numbers, *self.flags, *effects])
        last = _last_reads(operations, needed)
        writer = Writer(operations, knowns, categories, certify)
        self.inputs: list[tuple[int, str]] = []
        self.blocks = _blocks(operations, needed)
        self.outputs = {register: writer.slot() for register in self.numbers}
        rows = {register: writer.slot() for block in self.blocks.values() for register in block}
        rows = {register: self.outputs.get(register, slot) for register, slot in rows.items()}
        for linear, block in self.blocks.items():
            writer.blocks[linear] = (writer.slot(), block)
        for register in needed:
            operation = operations[register]
            if isinstance(operation, Given):
                slot = writer.slot()
                self.inputs.append((slot, operation.name))
                writer.at[register] = slot
                if register in self.outputs:
                    writer.copy(slot, self.outputs[register])
                continue
            writer.write(register, rows.get(register, self.outputs.get(register)))
            for each in {register, *reads(operation)}:
                if last[each] <= register and each not in self.flags:
                    writer.free(each)
        self.codes = [(slot, name) for name, slot in writer.codes.items()]
        self.rows = [[rows[register] for register in block] for block in self.blocks.values()]
        self.wanted = [any(register in self.outputs for register in block) for block in self.blocks.values()]
        self.alone = [(register, slot) for register, slot in self.outputs.items() if register not in rows]
        self.truths = {register: writer.at[register] for register in self.flags}
        self.calls: list[Callable[[Slots], object]] = writer.calls
        self.writer = writer

    def run(
        self, columns: Mapping[str, Column], codes: Mapping[str, Codes], rows: int
    ) -> tuple[dict[Register, Floats], dict[Register, Truths], Truths]:
        """The wanted registers of every row, and which rows are in doubt."""
        numbers, blocks = self._outputs(rows)
        flags: dict[Register, Truths] = {register: np.empty(rows, dtype=np.bool_) for register in self.flags}
        doubt: Truths = np.zeros(rows, dtype=np.bool_)
        buffers = self.writer.buffers(min(rows, CHUNK))
        with np.errstate(all="ignore"):
            for start in range(0, rows, CHUNK):
                chunk = slice(start, min(rows, start + CHUNK))
                width = chunk.stop - start
                slots = [buffer[:width] for buffer in buffers] if width < len(buffers[0]) else list(buffers)
                slots[self.writer.doubt] = doubt[chunk]
                for slot, name in self.inputs:
                    slots[slot] = columns[name].values if width == rows else columns[name].values[chunk]
                for slot, name in self.codes:
                    slots[slot] = codes[name].codes[chunk]
                for register, slot in self.alone:
                    slots[slot] = numbers[register] if width == rows else numbers[register][chunk]
                self._bind(slots, blocks, chunk)
                for call in self.calls:
                    call(slots)
                for register, slot in self.truths.items():
                    flags[register][chunk] = slots[slot]
        return numbers, flags, doubt

    def _outputs(self, rows: int) -> tuple[dict[Register, Floats], list[Floats]]:
        """Arrays for what is wanted. The members of a block are its rows; a block that is not wanted serves every chunk."""
        numbers: dict[Register, Floats] = {}
        blocks: list[Floats] = []
        for members, wanted in zip(self.blocks.values(), self.wanted, strict=True):
            block = np.empty((len(members), rows if wanted else min(rows, CHUNK)))
            blocks.append(block)
            if wanted:
                numbers |= zip(members, block, strict=True)
        numbers |= {register: np.empty(rows) for register in self.numbers if register not in numbers}
        return numbers, blocks

    def _bind(self, slots: Slots, blocks: list[Floats], chunk: slice) -> None:
        """Let the slots of blocks and their members be the rows of a chunk."""
        width = chunk.stop - chunk.start
        for (slot, _), rows, block, wanted in zip(
            self.writer.blocks.values(), self.rows, blocks, self.wanted, strict=True
        ):
            part = block if width == block.shape[1] else block[:, chunk] if wanted else block[:, :width]
            slots[slot] = part
            for member, row in zip(rows, part, strict=True):
                slots[member] = row


def needed_for(operations: Sequence[Operation], wanted: Sequence[Register]) -> list[Register]:
    """The registers that the wanted ones rest on, and they themselves, in order."""
    found: set[Register] = set()
    stack = list(wanted)
    while stack:
        register = stack.pop()
        if register not in found:
            found.add(register)
            stack.extend(reads(operations[register]))
    return sorted(found)


def _blocks(operations: Sequence[Operation], needed: Sequence[Register]) -> dict[Linear, tuple[Register, ...]]:
    """By sum of many registers: those to be held as the rows of one array, so that one call sums them."""
    found: dict[Linear, tuple[Register, ...]] = {}
    held: set[Register] = set()
    for register in needed:
        operation = operations[register]
        if isinstance(operation, Linear):
            terms = [each for _, each in operation.terms]
            members = tuple(each for each in terms if each not in held and not isinstance(operations[each], Given))
            if len(members) >= _FEWEST_ROWS:
                found[operation] = members
                held.update(members)
    return found


def _last_reads(operations: Sequence[Operation], needed: Sequence[Register]) -> dict[Register, Register]:
    """By register: the last one that reads it."""
    last = {register: register for register in needed}
    for register in needed:
        for each in reads(operations[register]):
            last[each] = register
    return last
