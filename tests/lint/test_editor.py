"""The schema in an editor: the YAML language server completes keys, says what they mean and marks what is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faulty import CONTRACT, spoiled
from tests.tree import ROOT

SERVER = ROOT / "tests/web/node_modules/yaml-language-server/bin/yaml-language-server"
SCHEMA = ROOT / "docs/schemas/contract.schema.json"


def missing() -> str:
    """What this machine lacks to run the server."""
    if shutil.which("node") is None:
        return "the YAML language server needs node"
    return "" if SERVER.exists() else "the YAML language server is not there: run `make web`, which needs npm"


class Editor:
    """An editor with one file open: requests and notifications over the server's standard input and output."""

    def __init__(self, folder: Path) -> None:
        command = ["node", str(SERVER), "--stdio"]
        self.server = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.uri = (folder / "contract.yaml").as_uri()
        self.asked = self.version = 0
        self.ask("initialize", processId=None, rootUri=folder.as_uri(), capabilities=CAPABILITIES)
        self.tell("initialized")

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.server.stdin
        self.server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self.server.stdin.flush()

    def _next(self) -> dict[str, Any]:
        """The next message; what the server asks meanwhile is answered: its settings, or nothing."""
        assert self.server.stdout
        length = 0
        while (line := self.server.stdout.readline().strip()) or not length:
            assert line or self.server.poll() is None, "the server has ended"
            if line.lower().startswith(b"content-length:"):
                length = int(line.partition(b":")[2])
        message: dict[str, Any] = json.loads(self.server.stdout.read(length))
        if "id" in message and "method" in message:
            items = message.get("params", {}).get("items", [])
            self._send({"id": message["id"], "result": [SETTINGS.get(item["section"], {}) for item in items]})
        return message

    def ask(self, method: str, **params: object) -> Any:
        """The answer to a request."""
        self.asked += 1
        self._send({"id": self.asked, "method": method, "params": params})
        while True:
            message = self._next()
            if message.get("id") == self.asked and "method" not in message:
                return message.get("result")

    def tell(self, method: str, **params: object) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def show(self, text: str) -> list[dict[str, Any]]:
        """Open or replace the file's text; what the server marks in it."""
        self.version += 1
        document = {"uri": self.uri, "version": self.version}
        if self.version == 1:
            self.tell("textDocument/didOpen", textDocument={**document, "languageId": "yaml", "text": text})
        else:
            self.tell("textDocument/didChange", textDocument=document, contentChanges=[{"text": text}])
        while True:
            message = self._next()
            if message.get("method") == "textDocument/publishDiagnostics":
                found: list[dict[str, Any]] = message["params"]["diagnostics"]
                return found

    def at(self, method: str, line: int, character: int) -> Any:
        """The answer to a request about a position, counted from 0."""
        position = {"line": line, "character": character}
        return self.ask(f"textDocument/{method}", textDocument={"uri": self.uri}, position=position)


CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
    },
}
SETTINGS = {
    "yaml": {
        "schemas": {SCHEMA.as_uri(): "*.yaml"},
        "schemaStore": {"enable": False},
        "validate": True,
        "hover": True,
        "completion": True,
    }
}


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor with the contract's schema."""
    if reason := missing():
        pytest.skip(reason)
    opened = Editor(tmp_path_factory.mktemp("editor"))
    yield opened
    opened.server.terminate()
    opened.server.communicate()


def place(text: str, words: str) -> tuple[int, int]:
    """The line and character at which ``words`` begin."""
    line = next(number for number, each in enumerate(text.splitlines()) if words in each)
    return line, text.splitlines()[line].index(words)


def test_a_right_contract_is_not_marked(editor: Editor) -> None:
    """What lint passes, the editor does not mark."""
    assert editor.show(CONTRACT) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (spoiled("weights: sum to 100 %", "wieghts: none"), "wieghts"),
        (spoiled("kind: pool", "kind: pol"), "pol"),
        (spoiled("length: year", "length: yearly"), "yearly"),
        (spoiled("full_at: 90}", "full_att: 90}"), "full_att"),
    ],
)
def test_an_unknown_key_or_kind_is_marked_where_it_stands(editor: Editor, text: str, words: str) -> None:
    """The mark is on the line of the fault."""
    lines = {each["range"]["start"]["line"] for each in editor.show(text)}
    assert place(text, words)[0] in lines


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("weights:", "What the indicators' weights do"),
        ("rounding:", "How written lines and limits are rounded."),
        ("currency:", "Such as EUR."),
        ("per: party", "party: each party has its own."),
        ("full_at: 90", "The level at which the score is the highest."),
    ],
)
def test_hover_says_what_a_key_means(editor: Editor, words: str, says: str) -> None:
    """The description of the schema is what the editor shows over the key."""
    editor.show(CONTRACT)
    line, character = place(CONTRACT, words)
    assert says in editor.at("hover", line, character + 1)["contents"]["value"]


@pytest.mark.parametrize(
    ("typed", "known"),
    [
        ("sett", {"settlement"}),
        ("facts:\n  cost: {unit: EUR}\nroun", {"rounding"}),
        ("periods:\n  len", {"length"}),
        ("result_areas:\n  care:\n    indicators:\n      visits:\n        wei", {"weight"}),
    ],
)
def test_keys_are_completed(editor: Editor, typed: str, known: set[str]) -> None:
    """Beginning to type a key offers it, with what it means."""
    text = f"contract: care\n{typed}"
    editor.show(text)
    lines = text.splitlines()
    items = editor.at("completion", len(lines) - 1, len(lines[-1]))["items"]
    offered = {item["label"]: item for item in items}
    assert known <= set(offered)
    assert all(offered[name].get("documentation") for name in known)


def test_check_jsonschema_takes_and_refuses(tmp_path: Path) -> None:
    """The schema from the command line of others: every contract here is taken, an unknown key refused."""
    program = Path(sys.executable).parent / "check-jsonschema"
    if not program.exists():
        pytest.skip("check-jsonschema is not installed")
    faulty = tmp_path / "faulty.yaml"
    faulty.write_text(spoiled("weights: sum to 100 %", "wieghts: none"), "utf-8")

    def checked(*files: Path) -> int:
        return subprocess.run([program, "--schemafile", SCHEMA, *files], capture_output=True, check=False).returncode

    assert checked(*sorted((ROOT / "contracts").glob("*.yaml"))) == 0
    assert checked(faulty) == 1
