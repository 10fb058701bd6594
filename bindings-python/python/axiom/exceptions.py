"""The exceptions that axiom raises.

```text
AxiomError
├── ArgumentError      an argument is not as it must be (also a ValueError)
├── EventError         an event cannot be recorded as it is (also a ValueError)
├── NoteError          a text is no signed checkpoint (also a ValueError)
├── DocumentError      a document is not of its form (also a ValueError)
├── BlockedError       a text is refused because of what was found in it
├── ClosedError        the recorder has been closed, or stayed behind in a fork
├── DamagedError       what is stored is not what was written
├── StoreError         files could not be read or written
│   ├── LockedError    another process or recorder writes to the directory
│   └── NotFoundError  there is no log in the directory
└── CryptoError        something could not be encrypted or signed
    ├── KeyFileError   a key file is missing, malformed or open to others
    ├── OpenError      something does not decrypt
    │   └── KeyNotFoundError  it was encrypted under another key
    ├── SigningError   a checkpoint or token could not be signed
    ├── KeyStateError  the key of an organization or data subject cannot be used as asked
    │   ├── KeyDestroyedError       it was destroyed, and what it encrypted is erased
    │   ├── KeyHeldError            it is under legal hold
    │   ├── KeyRevokedError         it is revoked: until it is destroyed it can be restored
    │   └── NoKeyError              there is none, and there has been none
    ├── SecretError    a secret is not there, or not what it should be
    │   ├── EndedError              the run that kept it has ended
    │   ├── ExpiredCredentialError  the credential has ended: get another one
    │   └── FetchError              its source does not give it
    └── TokenError     a token or a revocation list is refused
        ├── MalformedTokenError     it is not what the format says
        ├── UnknownKeyError         it is signed with a key that is not trusted now
        ├── BadSignatureError       its signature does not hold
        ├── WrongKindError          it is for something else
        ├── WrongOrganizationError  it is another organization's
        ├── NoRevocationsError      the verifier needs a current revocation list
        ├── RevokedError            it was revoked
        ├── NotYetValidError        it does not count yet
        ├── ExpiredTokenError       it is over
        ├── MissingScopeError       it lacks a scope
        └── OldRevocationsError     a newer revocation list is known
```

Messages are those of the Rust crates, with their causes. They never repeat an event's values, keys or decrypted data.
A value of the wrong Python type where no event is concerned is a plain ``TypeError``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .models import Finding, Receipt

__all__ = [
    "ArgumentError",
    "AxiomError",
    "BadSignatureError",
    "BlockedError",
    "ClosedError",
    "CryptoError",
    "DamagedError",
    "DocumentError",
    "EndedError",
    "EventError",
    "ExpiredCredentialError",
    "ExpiredTokenError",
    "FetchError",
    "KeyDestroyedError",
    "KeyFileError",
    "KeyHeldError",
    "KeyNotFoundError",
    "KeyRevokedError",
    "KeyStateError",
    "LockedError",
    "MalformedTokenError",
    "MissingScopeError",
    "NoKeyError",
    "NoRevocationsError",
    "NotFoundError",
    "NotYetValidError",
    "NoteError",
    "OldRevocationsError",
    "OpenError",
    "RevokedError",
    "SecretError",
    "SigningError",
    "StoreError",
    "TokenError",
    "UnknownKeyError",
    "WrongKindError",
    "WrongOrganizationError",
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


class DocumentError(AxiomError, ValueError):
    """A document is not of its form. The message says where, and shows nothing of the document."""


class BlockedError(AxiomError):
    """A text is refused because of what was found in it."""

    findings: tuple[Finding, ...]
    """Everything that was found, also what would not have refused it; never a value."""

    def __init__(self, message: str, findings: Sequence[tuple[Any, ...]] = ()) -> None:
        from .models import Finding

        super().__init__(message)
        self.findings = tuple(Finding(*found) for found in findings)


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
    """A checkpoint or a token could not be signed."""


class KeyStateError(CryptoError):
    """The key of an organization or a data subject cannot be used as asked; see :class:`axiom.crypto.KeyTree`."""


class KeyDestroyedError(KeyStateError):
    """The key was destroyed, and what it encrypted is erased."""


class KeyHeldError(KeyStateError):
    """A legal hold keeps the key from being revoked or destroyed: release it first."""

    holds: tuple[str, ...]
    """The names of the holds."""

    def __init__(self, message: str, holds: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.holds = tuple(holds)


class KeyRevokedError(KeyStateError):
    """The key is revoked, and can be restored until it is destroyed."""

    due: datetime | None
    """From when on it may be destroyed."""

    def __init__(self, message: str, due: datetime | None = None) -> None:
        super().__init__(message)
        self.due = due


class NoKeyError(KeyStateError):
    """There is no such key, and there has been none."""


class SecretError(CryptoError):
    """A secret is not there, or not what it should be."""


class EndedError(SecretError):
    """The run that kept it has ended, and it is wiped."""


class ExpiredCredentialError(SecretError):
    """The credential has ended, and its secret parts are wiped: get another one."""


class FetchError(SecretError):
    """The source of a secret does not give it.

    A source that is a function may raise it itself, to say what kind of failure it is. Of what a source raises its type
    alone is repeated; the exception itself is the ``__cause__`` of this one.
    """

    failure: str
    """``denied``, ``disabled``, ``not_found``, ``other``, ``throttled`` or ``unavailable``."""

    def __init__(self, message: str, failure: str = "other") -> None:
        super().__init__(message)
        self.failure = failure


class TokenError(CryptoError):
    """A token or a revocation list is refused.

    The first three kinds come before the signature has been checked; the others are about a genuine token, and its
    bearer may know them.
    """


class MalformedTokenError(TokenError):
    """It is not what the format says."""


class UnknownKeyError(TokenError):
    """It is signed with a key that the verifier does not trust at this time."""

    key_id: str
    """The id of the key that the token names."""

    def __init__(self, message: str, key_id: str = "") -> None:
        super().__init__(message)
        self.key_id = key_id


class BadSignatureError(TokenError):
    """Its signature does not hold."""


class WrongKindError(TokenError):
    """It is for something else."""


class WrongOrganizationError(TokenError):
    """It belongs to another organization, which is not named."""


class NoRevocationsError(TokenError):
    """The verifier must have a current revocation list, and has none: get one from the issuer."""


class RevokedError(TokenError):
    """It was revoked."""


class NotYetValidError(TokenError):
    """It does not count yet."""

    not_before: datetime | None
    """From when on it does."""

    def __init__(self, message: str, not_before: datetime | None = None) -> None:
        super().__init__(message)
        self.not_before = not_before


class ExpiredTokenError(TokenError):
    """It is over."""

    expires_at: datetime | None
    """Since when."""

    def __init__(self, message: str, expires_at: datetime | None = None) -> None:
        super().__init__(message)
        self.expires_at = expires_at


class MissingScopeError(TokenError):
    """It lacks a scope."""

    scope: str
    """The scope that was asked for."""

    def __init__(self, scope: str) -> None:
        super().__init__(f"the token lacks the scope {scope}")
        self.scope = scope


class OldRevocationsError(TokenError):
    """The revocation list is older than one that is known already."""
