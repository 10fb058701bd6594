"""What several tests need."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import axiom
import pytest

ORIGIN = "audit.example.com"


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """Where logs are to be; nothing is there yet."""
    return tmp_path / "logs"


@pytest.fixture
def recorder(directory: Path) -> Iterator[axiom.Recorder]:
    with axiom.Recorder(directory, ORIGIN) as recorder:
        yield recorder


@pytest.fixture(scope="session")
def repository() -> Path:
    return Path(__file__).parents[2]


@pytest.fixture(scope="session")
def command(repository: Path) -> Path:
    """The command line: ``AXIOM_BIN``, or built here."""
    if given := os.environ.get("AXIOM_BIN"):
        return Path(given)
    build = ["cargo", "build", "--quiet", "--package", "axiom-cli", "--message-format", "json"]
    messages = subprocess.run(build, cwd=repository, stdout=subprocess.PIPE, check=True).stdout.splitlines()
    built = [message["executable"] for message in map(json.loads, messages) if message.get("executable")]
    return Path(built[-1])


@pytest.fixture
def read_back(recorder: axiom.Recorder, directory: Path) -> Callable[..., dict[str, Any]]:
    """Records an event with the given members and reads it back from the log."""

    def record(**members: object) -> dict[str, Any]:
        receipt = recorder.record(event(**members))
        stored = {(entry["log"], entry["seq"]): entry["event"] for entry in axiom.entries(directory)}
        found: dict[str, Any] = stored[receipt.log, receipt.seq]
        return found

    return record


def event(**members: object) -> dict[str, object]:
    return {"organizationId": "acme", "actionType": "apply.applied", **members}


def segment(directory: Path) -> Path:
    """The only segment of the only log."""
    (path,) = directory.glob("*/*/segments/*.jsonl")
    return path
