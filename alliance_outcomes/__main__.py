"""``python -m alliance_outcomes``: the command line."""

from .cli import script

script()
