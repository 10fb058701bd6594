"""Envelope encryption: AES-256-GCM under a data key of its own for each message, wrapped by a key file (format AXE1).

A message opens only with the key it was sealed for and under the same context. The context is not stored and not
encrypted; put identifiers into it, never secrets. It has 1 to 16 pairs of texts: keys of 1 to 64 bytes, values of at most
1024.

The Rust side wipes keys and decrypted data from memory. Python cannot wipe the ``bytes`` that it is handed: they stay
until something else happens to be written over them.

>>> name = axiom.crypto.generate_key("orders.key")
>>> context = {"organization": "acme", "purpose": "connection"}
>>> message = axiom.crypto.seal(b"role/reader", key="orders.key", context=context)
>>> axiom.crypto.open(message, key="orders.key", context=context)
b'role/reader'

An :class:`Encryptor` reads its keys once, chooses the suite, seals for several keys and whole files. A :class:`KeyTree`
has a key for each organization and data subject, which is destroyed to erase what it encrypted.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from . import _axiom
from .exceptions import ArgumentError

__all__ = [
    "Context",
    "Description",
    "Encryptor",
    "ErasureReceipt",
    "KeyTree",
    "describe",
    "describe_file",
    "generate_key",
    "open",
    "seal",
]


class Context:
    """What messages are bound to, checked and hashed once for many calls.

    A mapping does the same where a context is used once.

    Raises:
        ArgumentError: The pairs are out of their limits.
    """

    __slots__ = ("_native",)

    def __init__(self, pairs: Mapping[str, str]) -> None:
        self._native = _axiom.Context(dict(pairs))


@dataclass(frozen=True)
class Description:
    """What a message says of itself; nothing of it is authenticated before somebody opens it."""

    suite: str
    """How it is encrypted: ``aes-256-gcm``, ``xaes-256-gcm`` or ``aes-256-gcm-siv``."""
    keys: tuple[str, ...]
    """The names of the keys that open it."""
    frame_length: int | None
    """The bytes in a frame of a stream, None where the message is in one piece."""


class Encryptor:
    """Seals and opens messages under keys that were read once.

    >>> name = axiom.crypto.generate_key("orders.key")
    >>> encryptor = axiom.crypto.Encryptor("orders.key", suite="xaes-256-gcm")
    >>> context = axiom.crypto.Context({"organization": "acme", "purpose": "connection"})
    >>> message = encryptor.seal(b"role/reader", context)
    >>> encryptor.open(message, context)
    b'role/reader'
    >>> axiom.crypto.describe(message).keys == (name,)
    True

    ``also`` are keys that open new messages as well. ``older`` are keys that new messages are not written for: those of
    before a rotation. It may be used by several threads at once.

    With ``cache``, the messages of one organization and subject, as their contexts name them, share a data key for some
    minutes, which makes sealing and opening many short ones several times as fast. Which messages share one is visible
    in them. Files have data keys of their own.

    Raises:
        ArgumentError: The suite is none of those in :class:`Description`.
        KeyFileError: A key file is missing, malformed or open to other users.
    """

    __slots__ = ("_native",)

    def __init__(
        self,
        key: str | os.PathLike[str],
        *,
        also: Iterable[str | os.PathLike[str]] = (),
        older: Iterable[str | os.PathLike[str]] = (),
        suite: str = "aes-256-gcm",
        cache: bool = False,
    ) -> None:
        self._native = _axiom.Encryptor(key, list(also), list(older), suite, cache)

    @classmethod
    def _of(cls, native: _axiom.Encryptor) -> Encryptor:
        encryptor = cls.__new__(cls)
        encryptor._native = native
        return encryptor

    def seal(self, data: bytes | bytearray | memoryview, context: Context | Mapping[str, str]) -> bytes:
        """Encrypts ``data``, bound to ``context``.

        Raises:
            ArgumentError: The context is out of its limits.
        """
        return self._native.seal(_bytes(data), _context(context))

    def open(self, message: bytes | bytearray | memoryview, context: Context | Mapping[str, str]) -> bytes:
        """Decrypts what :meth:`seal`, :meth:`seal_file` or :func:`seal` encrypted.

        Raises:
            KeyNotFoundError: It was encrypted under none of the keys.
            OpenError: It does not open; whether the key, the context or the message is wrong is not said.
            ArgumentError: The context is out of its limits.
        """
        return self._native.open(_bytes(message), _context(context))

    def rewrap(
        self, message: bytes | bytearray | memoryview, context: Context | Mapping[str, str]
    ) -> bytes | None:
        """The same message for the current keys in place of the older ones, or None where it is for them already.

        The data is neither decrypted nor changed.

        Raises:
            KeyNotFoundError: It was encrypted under none of the keys.
            OpenError: Its front does not hold under this context.
            ArgumentError: The context is out of its limits.
        """
        return self._native.rewrap(_bytes(message), _context(context))

    def seal_file(
        self,
        source: str | os.PathLike[str],
        target: str | os.PathLike[str],
        context: Context | Mapping[str, str],
    ) -> int:
        """Encrypts a file of any length into a new one that only its owner can read; answers the length of ``source``.

        ``target`` appears complete or not at all; an existing file is never overwritten.

        >>> _ = axiom.crypto.generate_key("backup.key")
        >>> encryptor = axiom.crypto.Encryptor("backup.key")
        >>> encryptor.seal_file("backup.key", "copy.axe", {"purpose": "backup"})
        67
        >>> encryptor.open_file("copy.axe", "copy.key", {"purpose": "backup"})
        67

        Raises:
            StoreError: A file cannot be read or written, or ``target`` exists.
            ArgumentError: The context is out of its limits.
        """
        return self._native.seal_file(source, target, _context(context))

    def open_file(
        self,
        source: str | os.PathLike[str],
        target: str | os.PathLike[str],
        context: Context | Mapping[str, str],
    ) -> int:
        """Decrypts what :meth:`seal_file` encrypted into a new file that only its owner can read; answers its length.

        ``target`` appears when all of it has been found authentic, or not at all.

        Raises:
            KeyNotFoundError: It was encrypted under none of the keys.
            OpenError: It does not open; whether the key, the context or the message is wrong is not said.
            StoreError: A file cannot be read or written, or ``target`` exists.
            CryptoError: The message is in one piece, and :meth:`open` opens it.
        """
        return self._native.open_file(source, target, _context(context))


@dataclass(frozen=True)
class ErasureReceipt:
    """The evidence of an erasure. It names the destroyed keys and not whose they were."""

    organization: str
    """Whose keys were destroyed, or whose data subject's."""
    scope: str
    """``subject`` or ``organization``."""
    keys: tuple[str, ...]
    """The destroyed keys, in ascending order: all that were ever destroyed for the subject, or in the organization."""
    at: datetime
    """When the last of them was destroyed, in UTC."""
    by: str
    """Who asked for it."""
    reason: str
    """Why."""
    digest: str
    """SHA-256 over time, keys and organization, in hexadecimal."""
    event: dict[str, Any]
    """The event ``log.erased``, for :meth:`axiom.Recorder.record`; recorded twice it is one entry."""


class KeyTree:
    """The keys of organizations and their data subjects, which are destroyed to erase what they encrypted.

    Each is made at its first use and kept, wrapped, in the directory ``store``; the key file ``key`` wraps the keys of
    the organizations, and those wrap the rest. What is encrypted carries a reference and no key, so that destroying the
    kept one erases it, wherever it was copied to. A data subject is an opaque reference, such as ``sub_19``; without
    one, a call concerns the organization with all its subjects.

    The way is :meth:`revoke`, a grace in which :meth:`restore` undoes it, and then :meth:`destroy`. A legal hold
    (:meth:`hold`) stands in the way of the first and the last.

    >>> from datetime import timedelta
    >>> name = axiom.crypto.generate_key("master.key")
    >>> keys = axiom.crypto.KeyTree("keys", key="master.key")
    >>> context = {"organization": "acme", "subject": "sub_19", "column": "address"}
    >>> person = keys.encryptor("acme", "sub_19")
    >>> message = person.seal(b"12 Example Road", context)
    >>> due = keys.revoke("acme", "sub_19", grace=timedelta(days=30))
    >>> keys.state("acme", "sub_19")
    'revoked'
    >>> keys.restore("acme", "sub_19")
    >>> person.open(message, context)
    b'12 Example Road'
    >>> receipt = keys.destroy_without_grace("acme", "sub_19", by="user_41", reason="request of the data subject")
    >>> person.open(message, context)
    Traceback (most recent call last):
    ...
    axiom.exceptions.KeyDestroyedError: the key ... was destroyed, and what it encrypted is erased
    >>> receipt.event["actionType"]
    'log.erased'

    An older copy of ``store``, together with the key file, opens what was erased since: keep no backup of it for longer
    than the grace. Unwrapped keys are held in memory for at most five minutes, so that another process notices a
    destruction with that delay. What Python was handed before stays in its memory.

    All calls but :meth:`encryptor` and :meth:`state` change the store and return when that is on disk. Any number of
    threads and processes may use one store.

    Raises:
        KeyFileError: The key file is missing or malformed, or it or the directory is open to other users.
        StoreError: The directory cannot be read or written.
    """

    __slots__ = ("_native",)

    def __init__(self, store: str | os.PathLike[str], *, key: str | os.PathLike[str]) -> None:
        self._native = _axiom.KeyTree(store, key)

    def encryptor(self, organization: str, subject: str | None = None) -> Encryptor:
        """Seals and opens the host's own columns and files under the key of a subject, or of the organization itself.

        The key is made where there is none. The encryptor stands for the key that there is now: once that is destroyed
        it neither seals nor opens, and a new one for the same subject has a new key.

        Raises:
            KeyRevokedError: The key is revoked.
            ArgumentError: The organization or the subject is not as it must be.
        """
        return Encryptor._of(self._native.encryptor(organization, subject))

    def state(self, organization: str, subject: str | None = None) -> str | None:
        """``enabled``, ``revoked`` or ``destroyed``: that of the newest key; None where there has been none.

        Raises:
            KeyRevokedError: For a subject, where the organization is revoked.
        """
        return self._native.state(organization, subject)

    def revoke(self, organization: str, subject: str | None = None, *, grace: timedelta) -> datetime:
        """Takes the key out of use; answers from when on it may be destroyed. Revoking again only lengthens the grace.

        Everything that needs the key raises :class:`axiom.KeyRevokedError`.

        Raises:
            KeyHeldError: A legal hold is on it, on its organization, or on one of the organization's subjects.
            NoKeyError: There has been none.
            KeyDestroyedError: It was destroyed.
            ArgumentError: ``grace`` is negative.
        """
        if grace < timedelta(0):
            raise ArgumentError("grace: must not be negative")
        return self._native.revoke(organization, subject, grace)

    def restore(self, organization: str, subject: str | None = None) -> None:
        """Calls a revocation off.

        Raises:
            NoKeyError: There has been none.
            KeyDestroyedError: It comes too late.
        """
        self._native.restore(organization, subject)

    def destroy(
        self, organization: str, subject: str | None = None, *, by: str, reason: str
    ) -> ErasureReceipt:
        """Destroys a key whose grace is over; record ``event`` of the receipt.

        Where it was destroyed already, the answer is the receipt of that: one who lost it asks again.

        Raises:
            KeyRevokedError: The grace is not over; ``due`` says when it is.
            ArgumentError: The key was not revoked.
            KeyHeldError: A legal hold is on it, on its organization, or on one of the organization's subjects.
            NoKeyError: There has been none.
        """
        return _receipt(self._native.destroy(organization, subject, by, reason))

    def destroy_without_grace(
        self, organization: str, subject: str | None = None, *, by: str, reason: str
    ) -> ErasureReceipt:
        """The dangerous door: destroys the key at once, whether it was revoked or not.

        Raises:
            KeyHeldError: A legal hold is on it, on its organization, or on one of the organization's subjects.
            NoKeyError: There has been none.
        """
        return _receipt(self._native.destroy_without_grace(organization, subject, by, reason))

    def hold(self, organization: str, subject: str | None = None, *, name: str) -> None:
        """Puts the key under a legal hold: it can be neither revoked nor destroyed. An organization's holds all in it.

        Where there is no key, or only destroyed ones, it is made, so that a hold can come before the data.

        Raises:
            ArgumentError: ``name`` has not 1 to 64 printable ASCII characters without spaces.
            KeyRevokedError: For a subject: the organization is revoked; hold that.
        """
        self._native.hold(organization, subject, name)

    def release(self, organization: str, subject: str | None = None, *, name: str) -> None:
        """Ends a legal hold.

        Raises:
            ArgumentError: There is no such hold.
            NoKeyError: There has been none.
        """
        self._native.release(organization, subject, name)


def generate_key(path: str | os.PathLike[str]) -> str:
    """Creates a random key in a file that its owner alone can read; answers the key's name, which is not secret.

    An existing file is never overwritten. Back the file up: what was encrypted under a lost key is lost.

    Raises:
        KeyFileError: The file exists or cannot be written.
    """
    return _axiom.generate_key(path)


def seal(
    data: bytes | bytearray | memoryview,
    *,
    key: str | os.PathLike[str],
    context: Mapping[str, str],
) -> bytes:
    """Encrypts ``data`` under the key file ``key``, bound to ``context``; it grows by about 160 bytes.

    Raises:
        ArgumentError: The context is out of its limits.
        KeyFileError: The key file is missing, malformed or open to other users.
    """
    return _axiom.seal(_bytes(data), key, dict(context))


def open(
    message: bytes | bytearray | memoryview,
    *,
    key: str | os.PathLike[str],
    context: Mapping[str, str],
) -> bytes:
    """Decrypts what :func:`seal` encrypted.

    Raises:
        KeyNotFoundError: It was encrypted under another key.
        OpenError: It does not open; whether the key, the context or the message is wrong is not said.
        ArgumentError: The context is out of its limits.
        KeyFileError: The key file is missing, malformed or open to other users.
    """
    return _axiom.open(_bytes(message), key, dict(context))


def describe(message: bytes | bytearray | memoryview) -> Description:
    """What a message says of itself, without a key.

    Raises:
        OpenError: This is no message.
    """
    suite, keys, frame_length = _axiom.describe(_bytes(message))
    return Description(suite, tuple(keys), frame_length)


def describe_file(path: str | os.PathLike[str]) -> Description:
    """What the message in a file says of itself, without a key and without reading all of it.

    Raises:
        OpenError: This is no message.
        StoreError: The file cannot be read.
    """
    suite, keys, frame_length = _axiom.describe_file(path)
    return Description(suite, tuple(keys), frame_length)


def _receipt(answer: _axiom._ErasureReceipt) -> ErasureReceipt:
    organization, scope, keys, at, by, reason, digest, event = answer
    return ErasureReceipt(organization, scope, tuple(keys), at, by, reason, digest, json.loads(event))


def _context(context: Context | Mapping[str, str]) -> _axiom.Context | dict[str, str]:
    return context._native if isinstance(context, Context) else dict(context)


def _bytes(data: bytes | bytearray | memoryview) -> bytes:
    """Without this check ``bytes(5)`` would be five zeros."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    raise TypeError(f"expected bytes, not {type(data).__name__}")
