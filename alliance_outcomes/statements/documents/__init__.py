"""Documents of a settlement, one file an ending: found by looking in this folder, imported only when asked for.

A module is called what its files end with. Its ``write(settlement, asked)`` gives the bytes of the file, the same for
the same settlement; ``NEEDS``, where it has it, names the packages it needs and last the extra that installs them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from ...problems import Problem, UsageError
from ...settlement import Settlement


@dataclass(frozen=True, slots=True)
class Asked:
    """How a document is asked for: in which language, its numbers in which dialect of CSV.

    ``evidence`` is the hash of the manifest of the bundle that the settlement is kept in, where it is; ``as_of`` the day
    it is as of; ``public`` leaves out what the contract marks as confidential.
    """

    language: str = "en"
    dialect: str = "plain"
    evidence: str = ""
    as_of: date | None = None
    public: bool = False


def endings() -> list[str]:
    """The endings of files that a settlement can be written to."""
    return sorted(f".{module.name}" for module in iter_modules(__path__))


def write(settlement: Settlement, ending: str, asked: Asked) -> bytes:
    """The settlement as a file of that ending. Raises UsageError where an extra is missing (AO069) or what the document says."""
    module = import_module(f"{__name__}.{ending.removeprefix('.')}")
    *packages, extra = getattr(module, "NEEDS", ("",))
    for package in packages:
        if find_spec(package) is not None:
            continue
        sentence = f"{ending} needs the package {package}, which is not installed."
        raise UsageError(Problem("AO069", sentence, f"Run pip install 'alliance-outcomes[{extra}]'."))
    document: bytes = module.write(settlement, asked)
    return document
