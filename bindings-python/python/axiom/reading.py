"""Reading logs back: as dictionaries, or in forms that other programs read."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from typing import Any, Literal, overload

from . import _axiom
from .crypto import KeyTree

__all__ = ["entries", "export"]


@overload
def export(
    directory: str | os.PathLike[str],
    to: None = None,
    *,
    format: Literal["csv", "json", "jsonl"] = "jsonl",
    org: str | None = None,
) -> bytes: ...


@overload
def export(
    directory: str | os.PathLike[str],
    to: str | os.PathLike[str],
    *,
    format: Literal["csv", "json", "jsonl"] = "jsonl",
    org: str | None = None,
) -> int: ...


def export(
    directory: str | os.PathLike[str],
    to: str | os.PathLike[str] | None = None,
    *,
    format: Literal["csv", "json", "jsonl"] = "jsonl",
    org: str | None = None,
) -> bytes | int:
    """Exports all logs, or those of one organization: as bytes, or to a file, answering the number of entries.

    The file appears whole or not at all, replaces one that is there, and is readable by its owner alone.
    Nothing is verified on the way, and sealed fields stay sealed.

    Args:
        directory: Where the logs are; a recorder may be writing to it.
        to: The file to write; without it the bytes are returned.
        format: ``jsonl`` gives the stored lines byte for byte, which is what outside tools verify; ``json`` one array
            of entries with their hashes; ``csv`` one row an entry, safe for spreadsheets.
        org: The organization.

    Raises:
        ArgumentError: ``format`` or ``org`` is not as it must be.
        NotFoundError: There is no log in the directory, or none of the organization.
        DamagedError: A line is not an entry.
        StoreError: Files cannot be read or written.

    >>> with axiom.Recorder(directory, origin="audit.example.com") as recorder:
    ...     receipt = recorder.record({"organizationId": "acme", "actionType": "user.signed_in"})
    >>> axiom.export(directory)[:40]
    b'{"event":{"actionType":"user.signed_in",'
    """
    if to is None:
        return _axiom.export_bytes(directory, format, org)
    return _axiom.export_file(directory, format, org, to)


def entries(
    directory: str | os.PathLike[str],
    org: str | None = None,
    *,
    seal_key: str | os.PathLike[str] | None = None,
    keys: KeyTree | None = None,
) -> Iterator[dict[str, Any]]:
    """The entries of all logs, or of one organization's, one log after another.

    Each is a dictionary with ``event``, ``hash``, ``log``, ``prev``, ``seq`` and ``v``. They are read page by page, so
    memory does not grow with the logs. Nothing is verified on the way.

    Args:
        directory: Where the logs are; a recorder may be writing to it.
        org: The organization.
        seal_key: The key file to open sealed fields with; without keys they are left as they are.
        keys: The keys of organizations and data subjects to open sealed fields with. Each entry then has
            ``closed`` too: the JSON Pointers of fields that stay sealed, with ``"erased"`` where the key was destroyed
            and ``"revoked"`` where it is revoked.

    Raises:
        ArgumentError: ``org`` is not as it must be.
        KeyFileError: The key file cannot be used.
        NotFoundError: There is no log in the directory, or none of the organization.
        OpenError: While iterating: a sealed field does not open, and that is not because of the state of its key.
        DamagedError: While iterating: a line is not an entry.

    >>> with axiom.Recorder(directory, origin="audit.example.com") as recorder:
    ...     receipt = recorder.record({"organizationId": "acme", "actionType": "user.signed_in"})
    >>> [(entry["seq"], entry["event"]["actionType"]) for entry in axiom.entries(directory, "acme")]
    [(0, 'user.signed_in')]
    """
    native = _axiom.Entries(directory, org, seal_key, None if keys is None else keys._native)
    return _each(native, keys is not None)


def _each(native: _axiom.Entries, tell_closed: bool) -> Iterator[dict[str, Any]]:
    while page := native.page():
        for json_text, closed in page:
            entry: dict[str, Any] = json.loads(json_text)
            if tell_closed:
                entry["closed"] = dict(closed)
            yield entry
