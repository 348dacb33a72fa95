"""The excel reader: the formulas of a calculation as text that any spreadsheet computes, ties decided as the contract means.

``lowered`` cuts a formula where a cell of its own is needed, ``bounds`` says how far a spreadsheet's number may be
from the exact one, and ``Excel`` writes the text: A1 references, IF, MIN, MAX, ROUND, INT, COUNT; nothing newer than 2007.
"""

from ..vector.bounds import Known
from .bounds import ROUNDOFF, Decision, ratio, typed
from .lowering import lowered
from .reading import Cell, Excel, number

__all__ = ["ROUNDOFF", "Cell", "Decision", "Excel", "Known", "lowered", "number", "ratio", "typed"]
