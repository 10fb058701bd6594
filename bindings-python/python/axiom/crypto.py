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
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from . import _axiom

__all__ = ["generate_key", "open", "seal"]


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


def _bytes(data: bytes | bytearray | memoryview) -> bytes:
    """Without this check ``bytes(5)`` would be five zeros."""
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    raise TypeError(f"expected bytes, not {type(data).__name__}")
