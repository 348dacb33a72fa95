"""One target under atheris: ``python -m assurance.fuzzing.one TARGET FOLDER [options of libFuzzer] [folders of inputs]``.

It runs in an environment of its own, ``.venv-fuzz``, which `make fuzz` builds. It ends at the first finding, with its traceback.
"""

from __future__ import annotations

import logging
import sys
from pathlib import Path


def main(name: str, folder: Path, options: list[str]) -> None:
    """Fuzz until libFuzzer has had enough."""
    import atheris  # type: ignore[import-untyped]  # it has none, and stands in an environment of its own

    with atheris.instrument_imports(include=["alliance_outcomes"]):
        from .form import attempt, target

        run = target(name).ready(folder)
    logging.disable(logging.CRITICAL)

    def once(data: bytes) -> None:
        attempt(run, data)

    atheris.Setup([sys.argv[0], *options], once)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), sys.argv[3:])
