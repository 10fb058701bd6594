"""The exceptions that axiom raises.

```text
AxiomError
├── ArgumentError      an argument is not as it must be (also a ValueError)
├── EventError         an event cannot be recorded as it is (also a ValueError)
├── NoteError          a text is no signed checkpoint (also a ValueError)
├── ClosedError        the recorder has been closed, or stayed behind in a fork
├── DamagedError       what is stored is not what was written
├── StoreError         files could not be read or written
│   ├── LockedError    another process or recorder writes to the directory
│   └── NotFoundError  there is no log in the directory
└── CryptoError        something could not be encrypted or signed
    ├── KeyFileError   a key file is missing, malformed or open to others
    ├── OpenError      something does not decrypt
    │   └── KeyNotFoundError  it was encrypted under another key
    └── SigningError   a checkpoint could not be signed
```

Messages are those of the Rust crates, with their causes. They never repeat an event's values, keys or decrypted data.
A value of the wrong Python type where no event is concerned is a plain ``TypeError``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .models import Receipt

__all__ = [
    "ArgumentError",
    "AxiomError",
    "ClosedError",
    "CryptoError",
    "DamagedError",
    "EventError",
    "KeyFileError",
    "KeyNotFoundError",
    "LockedError",
    "NotFoundError",
    "NoteError",
    "OpenError",
    "SigningError",
    "StoreError",
]


class AxiomError(Exception):
    """The root of all exceptions of this package.

    The attributes say more where :meth:`axiom.Recorder.record_many` raised it.
    """

    index: int | None = None
    """The place of the event in the batch, from 0."""

    receipts: Sequence[Receipt | None] = ()
    """One for each event of the batch: its receipt, or None where it was not recorded."""

    errors: Mapping[int, AxiomError] = {}
    """Every event of the batch that was not recorded, by its place, and why."""


class ArgumentError(AxiomError, ValueError):
    """An argument is not as it must be."""


class EventError(AxiomError, ValueError):
    """An event cannot be recorded as it is."""

    pointer: str
    """JSON Pointer (RFC 6901) of the field that is to blame; empty where it is the event as a whole."""

    def __init__(self, message: str, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class NoteError(AxiomError, ValueError):
    """A text is no signed checkpoint."""


class ClosedError(AxiomError):
    """The recorder has been closed, or belongs to the process that this one was forked from."""


class DamagedError(AxiomError):
    """What is stored is not what was written: run :func:`axiom.verify` before anything else."""


class StoreError(AxiomError):
    """Files could not be read or written."""


class LockedError(StoreError):
    """Another process, or another recorder of this one, writes to the directory."""


class NotFoundError(StoreError):
    """There is no log in the directory."""


class CryptoError(AxiomError):
    """Something could not be encrypted, decrypted or signed."""


class KeyFileError(CryptoError):
    """A key file is missing, malformed, in the way, or open to other users."""


class OpenError(CryptoError):
    """Something does not decrypt: the key, the context or the bytes are wrong, and nobody is told which."""


class KeyNotFoundError(OpenError):
    """It was encrypted under another key than the given one."""


class SigningError(CryptoError):
    """A checkpoint could not be signed."""
