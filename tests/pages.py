"""The written pages as they are followed: files written, commands typed one after another, in a folder of their own."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.documents import Block
from tests.running import said
from tests.tree import ROOT

REST = "..."
LENT = ("contracts", "examples", "indicators")
SHELL = {"cat", "cp", "mkdir", "python", "sed"}
HASH = re.compile(r"\b[0-9a-f]{64}\b")


def file_of(block: Block) -> str:
    """The file that a block is, blank where it is none."""
    return next((word.removeprefix("file=").strip('"') for word in block.words if word.startswith("file=")), "")


def commands_of(block: Block) -> Iterator[tuple[str, list[str]]]:
    """The commands of a console block, each with the lines shown below it."""
    command, shown = "", list[str]()
    for line in [*block.text.splitlines(), "$ "]:
        if line.startswith("$ "):
            if command:
                yield command, shown
            command, shown = line[2:], []
        else:
            shown.append(line)


def lines_of(block: Block) -> list[str]:
    """The commands of a block that shows no output, without comments; one that goes on after a backslash is one."""
    whole = block.text.replace("\\\n", " ")
    return [" ".join(shlex.split(line, comments=True, posix=False)) for line in whole.splitlines() if line.strip()]


def agrees(shown: list[str], real: list[str]) -> bool:
    """Whether ``real`` is what is shown, where a line of three points stands for any number of lines."""
    if not shown:
        return not real
    if shown[0].strip() != REST:
        return bool(real) and shown[0].rstrip() == real[0].rstrip() and agrees(shown[1:], real[1:])
    return any(agrees(shown[1:], real[start:]) for start in range(len(real) + 1))


class Reader:
    """Somebody who follows a page in a folder that holds the contracts, examples and indicators of the repository.

    ``HASH`` on a page stands for the 64 digits that a command showed last.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.hash = folder, ""
        for name in LENT:
            (folder / name).symlink_to(ROOT / name)

    def write(self, block: Block) -> None:
        """Put the file that a block is in its place, or, where the block says ``append``, at the end of what is there."""
        file = self.folder / file_of(block)
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("a" if "append" in block.words else "x", encoding="utf-8") as out:
            out.write(block.text)

    def type(self, command: str) -> tuple[int, list[str]]:
        """Type a command in the folder: its exit code, and what it says, any hash as HASH."""
        program, *arguments = shlex.split(command.replace("HASH", self.hash))
        if program == "alliance":
            os.chdir(self.folder)
            code, text = said(*arguments)
        else:
            code, text = self.run(program, command.replace("HASH", self.hash))
        if hashes := HASH.findall(text):
            self.hash = hashes[-1]
        return code, HASH.sub("HASH", text).splitlines()

    def run(self, program: str, command: str) -> tuple[int, str]:
        """Run what is no command of this package, by a shell."""
        assert program in SHELL, f"{program} is no command that a page should ask for"
        done = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=os.environ | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return done.returncode, done.stdout

    def follow(self, block: Block) -> None:
        """Do what a block says. Fails where a command ends otherwise than it should, or says something else."""
        if file_of(block):
            self.write(block)
        elif block.words[0] == "session":
            expected = 1 if "exit=1" in block.words else 0
            for command, shown in commands_of(block):
                code, real = self.type(command)
                told = "\n".join([f"$ {command}", *real])
                assert agrees(shown, real), told
                assert code == expected, told
        elif block.words == ("sh",):
            for command in lines_of(block):
                if not command.startswith(("make ", "pip ")):
                    code, real = self.type(command)
                    assert code == 0, "\n".join([f"$ {command}", *real])
