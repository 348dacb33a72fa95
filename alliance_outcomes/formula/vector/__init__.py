"""The vector reader: the same formulas over columns of payees and scenarios, in floats that know how wrong they can be.

A *tape* of numpy calls reads whole columns; *bounds* say how far each float may be from the exact value; where a
value's *grid* is coarser than twice its error, ties are decided exactly; the *certified* reading tells which rows
are decided in every comparison and rounding, so that only the others need the exact reader.
"""

from .columns import Codes, Column, of_codes, of_decimals, of_floats, of_fractions, of_ratios, of_units, outside
from .lowering import CannotRead
from .reader import Certified, Reading, Vector

__all__ = [
    "CannotRead",
    "Certified",
    "Codes",
    "Column",
    "Reading",
    "Vector",
    "of_codes",
    "of_decimals",
    "of_floats",
    "of_fractions",
    "of_ratios",
    "of_units",
    "outside",
]
