"""A settlement as a workbook: one payee, live formulas beside the exact results, for an auditor to change an input.

``live`` says which cell holds which formula, ``inputs`` what is typed, ``shares`` how a line is shared, ``page`` how a
sheet looks, and ``book`` writes the sheets.
"""

from .book import write_workbook

__all__ = ["write_workbook"]
