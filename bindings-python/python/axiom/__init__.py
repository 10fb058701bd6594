"""Tamper-evident audit logs, personal data found and redacted, envelope encryption.

Everything happens in this process and in local files: no server, no account, no telemetry.

>>> import axiom
>>> with axiom.Recorder(directory, origin="audit.example.com") as recorder:
...     receipt = recorder.record({
...         "organizationId": "acme",
...         "actionType": "apply.applied",
...         "userId": "user_41",
...         "beforeState": {"encrypted": False},
...         "afterState": {"encrypted": True},
...         "reason": "asked by jane.doe@example.com",
...     })
...     notes = recorder.checkpoint()
...     vkey = recorder.verifier_key
>>> bool(axiom.verify(directory, vkey=vkey, checkpoints=notes))
True
>>> next(axiom.entries(directory))["event"]["reason"]
'asked by [REDACTED:email]'

- :class:`Recorder` records events; :mod:`axiom.encoding` says what Python values become.
- :func:`verify` checks logs with a public key; :func:`entries` and :func:`export` read them back; :func:`query` finds
  entries by time, actor, action and more.
- :mod:`axiom.pii` scans and redacts texts; :mod:`axiom.sqli` finds SQL injection; :mod:`axiom.crypto` encrypts and
  decrypts.
- :mod:`axiom.tokens` issues and checks API keys and licences; :mod:`axiom.secrets` holds secrets and credentials that
  end; :mod:`axiom.blind_index` finds encrypted values.
- :mod:`axiom.exceptions` has every exception; :class:`AxiomError` is the root of them.
"""

from . import blind_index, crypto, encoding, exceptions, models, pii, secrets, sqli, tokens
from .exceptions import (
    ArgumentError,
    AxiomError,
    BadSignatureError,
    BlockedError,
    ClosedError,
    CryptoError,
    DamagedError,
    DocumentError,
    EndedError,
    EventError,
    ExpiredCredentialError,
    ExpiredTokenError,
    FetchError,
    KeyDestroyedError,
    KeyFileError,
    KeyHeldError,
    KeyNotFoundError,
    KeyRevokedError,
    KeyStateError,
    LockedError,
    MalformedTokenError,
    MissingScopeError,
    NoKeyError,
    NoRevocationsError,
    NotFoundError,
    NotYetValidError,
    NoteError,
    OldRevocationsError,
    OpenError,
    RevokedError,
    SecretError,
    SigningError,
    StoreError,
    TokenError,
    UnknownKeyError,
    WrongKindError,
    WrongOrganizationError,
)
from .models import Fault, Finding, LogReport, Page, Receipt, Report
from .querying import query
from .reading import entries, export
from .recorder import Recorder
from .verification import verify

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
    "Fault",
    "FetchError",
    "Finding",
    "KeyDestroyedError",
    "KeyFileError",
    "KeyHeldError",
    "KeyNotFoundError",
    "KeyRevokedError",
    "KeyStateError",
    "LockedError",
    "LogReport",
    "MalformedTokenError",
    "MissingScopeError",
    "NoKeyError",
    "NoRevocationsError",
    "NotFoundError",
    "NotYetValidError",
    "NoteError",
    "OldRevocationsError",
    "OpenError",
    "Page",
    "Receipt",
    "Recorder",
    "Report",
    "RevokedError",
    "SecretError",
    "SigningError",
    "StoreError",
    "TokenError",
    "UnknownKeyError",
    "WrongKindError",
    "WrongOrganizationError",
    "blind_index",
    "crypto",
    "encoding",
    "entries",
    "exceptions",
    "export",
    "models",
    "pii",
    "query",
    "secrets",
    "sqli",
    "tokens",
    "verify",
]
