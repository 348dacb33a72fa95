"""Batches: thousands of payees settled in one go, exactly, at the speed of whole columns."""

from .arrays import inputs_of
from .binding import Inputs, bind_columns
from .settling import Batch, BatchSettlement, settle_batch

__all__ = ["Batch", "BatchSettlement", "Inputs", "bind_columns", "inputs_of", "settle_batch"]
