"""Amendments: a file that says only what changes, read with the file that it amends, and that one with its own."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ..problems import ContractError, Place, Problem, UsageError, did_you_mean
from .laying import HEAD, laid_over, wrong
from .located import Amended, Document, Table, Text, place_of
from .model import Amendment
from .reading import read_document, stems_in
from .validating import validated

MOST_AMENDMENTS = 10


def amended(document: Document, problems: list[Problem]) -> Document | None:
    """The document with the files that it amends below it, or itself; None where one of them cannot be read.

    What is wrong is added to ``problems``: with the file or chain (AO142, AO143), an id (AO144), a day (AO145, AO146) or a
    key (AO147).
    """
    problems += document.problems
    if "amends" not in document.root:
        return replace(document, problems=())
    chain = _chain(document, problems)
    if chain is None:
        return None
    *newer, whole = chain
    root, files, layers = whole.root, tuple[Amended, ...](), [whole.root]
    previous = whole
    for each, head in reversed([(file, _head(file.root, problems)) for file in newer]):
        if head is None:
            return None
        if files and head.effect < files[0].until:
            sentence = f"The amendment takes effect before the one it amends does, on {files[0].until}."
            problems.append(wrong("AO146", sentence, "Write a later day.", each.root["effect"]))
        root = laid_over(root, head, each.root, problems)
        files, previous = (Amended(previous.file, head.effect, previous.lines), *files), each
        layers.append(each.root)
    return Document(document.file, document.lines, root, (), None, tuple(layers), files)


def _chain(document: Document, problems: list[Problem]) -> list[Document] | None:
    """The document, the one that it amends, and so on; None where one of them cannot be read (AO142, AO143)."""
    folder = Path(document.file).parent
    chain, seen = [document], {Path(document.file).resolve()}
    while "amends" in chain[-1].root:
        named = chain[-1].root["amends"]
        at = named if isinstance(named, Text) else chain[-1].root.keys_at["amends"]
        file = Path(chain[-1].file).parent / str(named) if isinstance(named, Text) else None
        if file is not None and file.resolve() in seen:
            problems.append(wrong("AO143", f"{named} amends itself, in a circle.", "Name the file before it.", at))
            return None
        if len(chain) > MOST_AMENDMENTS:
            sentence = f"More than {MOST_AMENDMENTS} amendments lie upon one another."
            problems.append(wrong("AO143", sentence, "Write the contract anew, as it holds.", at))
            return None
        try:
            if file is None:
                raise UsageError(Problem("AO142", "amends names no file.", "Write amends: contract.yaml."))
            chain.append(read_document(file, folder))
        except (ContractError, UsageError) as error:
            problems += [_unread(each, at, folder) for each in error.problems]
            return None
        seen.add(Path(chain[-1].file).resolve())
        problems += chain[-1].problems
    return chain


def _unread(problem: Problem, at: object, folder: Path) -> Problem:
    """A fault of an amended file: told in it, or where it is named if there is nothing to be read."""
    if problem.code == "AO001":
        near = did_you_mean(str(at), [f"{stem}.yaml" for stem in stems_in([folder])])
        return wrong("AO142", f"There is no file {at} to amend.", near or "Name one beside this file.", at)
    if problem.code in ("AO002", "AO142"):
        return replace(problem, place=at if isinstance(at, Place) else place_of(at))
    return problem


def amendments(whole: Document) -> tuple[Amendment, ...]:
    """The heads of the files of a document that amend another one, the first amendment first."""
    heads = [_head(layer, []) for layer in whole.layers if "amends" in layer]
    return tuple(each for each in heads if each is not None)


def _head(root: Table, problems: list[Problem]) -> Amendment | None:
    keys = {key: value for key, value in root.items() if key in HEAD}
    return validated(Amendment, Table(root.place, keys, root.keys_at), problems)
