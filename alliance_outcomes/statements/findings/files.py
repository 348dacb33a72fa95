"""Names of files as machines elsewhere know them: below the folder the command runs in, with forward slashes."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote


def below_here(file: str) -> str:
    """``file`` relative to the working folder where it lies in it, else as it is."""
    path = Path(file)
    if path.is_absolute() and path.is_relative_to(Path.cwd()):
        path = path.relative_to(Path.cwd())
    return path.as_posix()


def as_uri(file: str) -> str:
    """``file`` as a reference of a URI: relative below the working folder, else absolute."""
    name = below_here(file)
    return Path(name).as_uri() if Path(name).is_absolute() else quote(name)
