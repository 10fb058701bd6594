"""Verification: what an auditor runs."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from . import _axiom
from .exceptions import NoteError
from .models import Fault, LogReport, Report

__all__ = ["verify"]


def verify(
    directory: str | os.PathLike[str],
    vkey: str | None = None,
    checkpoints: Iterable[str | os.PathLike[str]] = (),
    *,
    strict: bool = False,
) -> Report:
    """Verifies every log of a directory; another process may be recording meanwhile.

    It does not stop at the first fault, and does not raise for one: the report names them all.

    Args:
        directory: Where the logs are.
        vkey: The public key, as :attr:`axiom.Recorder.verifier_key` gives it. Without it the key that the directory
            names is used, which proves nothing against who could write to the directory; ``key_source`` says so.
        checkpoints: Signed notes that were kept elsewhere, as text or as paths of files with one or more of them. A log
            that is missing, shorter or another one than they say is a fault.
        strict: Also parses every entry: canonical form, schema, organization.

    Raises:
        ArgumentError: ``vkey`` is no verifier key.
        NoteError: A checkpoint is no signed note.
        NotFoundError: There is no log in the directory.
        DamagedError: What names the logs is not as it was written.
        StoreError: A file of the directory cannot be read.
        OSError: The file of a checkpoint cannot be read.

    >>> with axiom.Recorder(directory, origin="audit.example.com") as recorder:
    ...     receipt = recorder.record({"organizationId": "acme", "actionType": "user.signed_in"})
    ...     notes, vkey = recorder.checkpoint(), recorder.verifier_key
    >>> report = axiom.verify(directory, vkey, notes)
    >>> report.ok, report.logs[0].anchored
    (True, 1)
    """
    if isinstance(checkpoints, (str, os.PathLike)):
        raise TypeError("checkpoints must be a list, also where it is one checkpoint")
    notes = [_notes(number, checkpoint) for number, checkpoint in enumerate(checkpoints, start=1)]
    described = json.loads(_axiom.verify(directory, vkey, notes, strict))
    return Report(
        origin=described["origin"],
        vkey=described["vkey"],
        key_source="directory" if vkey is None else "argument",
        logs=tuple(_log(log) for log in described["logs"]),
        faults=_faults(described["faults"]),
    )


def _notes(number: int, checkpoint: str | os.PathLike[str]) -> tuple[str, str]:
    """A name and the notes themselves; a note has several lines, and a path has one."""
    if isinstance(checkpoint, str) and "\n" in checkpoint:
        return f"checkpoint {number}", checkpoint
    path = Path(checkpoint)
    try:
        return str(path), path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise NoteError(f"{path} is not a text file") from None


def _log(described: dict[str, Any]) -> LogReport:
    return LogReport(**{**described, "faults": _faults(described["faults"])})


def _faults(described: list[dict[str, Any]]) -> tuple[Fault, ...]:
    return tuple(_fault(**fault) for fault in described)


def _fault(log: str, message: str, details: dict[str, Any]) -> Fault:
    return Fault(details.pop("kind"), log, message, details)
