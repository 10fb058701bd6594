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

An :class:`Encryptor` reads its keys once, chooses the suite, seals for several keys and whole files.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from . import _axiom

__all__ = ["Context", "Description", "Encryptor", "describe", "describe_file", "generate_key", "open", "seal"]


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


def _context(context: Context | Mapping[str, str]) -> _axiom.Context | dict[str, str]:
    return context._native if isinstance(context, Context) else dict(context)


def _bytes(data: bytes | bytearray | memoryview) -> bytes:
    """Without this check ``bytes(5)`` would be five zeros."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    raise TypeError(f"expected bytes, not {type(data).__name__}")
