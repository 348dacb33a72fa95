"""Batches: thousands of payees settled in one go, exactly, at the speed of whole columns."""

from .binding import Inputs, bind_columns
from .settling import Batch, BatchSettlement, settle_batch

__all__ = ["Batch", "BatchSettlement", "Inputs", "bind_columns", "settle_batch"]
