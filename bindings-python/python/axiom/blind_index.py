"""Finds encrypted values without decrypting them.

A blind index is stored beside an encrypted value: a keyed hash (HMAC-SHA256), which is the same for the same value, and
which nobody can compute who does not have the key.

It tells whoever sees it which rows have the same value, and how often each value occurs: index values that are nearly
unique, such as addresses, and not countries or diagnoses. Every organization, field and version has a key of its own.
The index of a value is as personal as the value, and must be erased with it.

>>> master = axiom.secrets.Secret.generate()
>>> emails = axiom.blind_index.BlindIndex(master, 1, "acme", "email", normalization="folded")
>>> stored = emails.write("Ada@Example.com")
>>> stored in emails.lookup(" ada@example.com "), stored in emails.lookup("eve@example.com")
(True, False)
"""

from __future__ import annotations

from typing import Literal

from . import _axiom
from .secrets import Secret

__all__ = ["BlindIndex"]


class BlindIndex:
    """The indexes of one field of one organization.

    All settings but the version stay as they are for as long as there is an index that was written with them.

    Args:
        master: 32 secret bytes, such as :meth:`axiom.secrets.Secret.generate` gives; keep them in an envelope
            (:func:`axiom.crypto.seal`).
        version: The number of this master key, 0 to 255; the first byte of every index.
        organization: Whose values they are.
        field: The host's name of the field, 1 to 255 bytes.
        normalization: Which values count as the same: ``exact``, none but the same text; ``folded``, whatever the
            case, the space around it and the way Unicode writes it; ``digits``, whatever stands between the digits.
        bits: How long an index is, 8 to 256 bits. With ``b`` bits a search among ``n`` values finds about ``n / 2**b``
            others, which the host sorts out after decrypting.

    Raises:
        ArgumentError: A setting is out of its limits.
    """

    def __init__(
        self,
        master: Secret[bytes] | bytes | bytearray,
        version: int,
        organization: str,
        field: str,
        *,
        normalization: Literal["digits", "exact", "folded"],
        bits: int = 128,
    ) -> None:
        key = Secret.of(master)._native
        self._native = _axiom.BlindIndex(key, version, organization, field, normalization, bits)

    def write(self, value: str) -> bytes:
        """What to store beside the encrypted value.

        Raises:
            ArgumentError: The normalization leaves nothing of the value, or cannot read it.
        """
        return self._native.write(value)

    def lookup(self, value: str) -> list[bytes]:
        """What an index of this value may be: one for each version, the one that is written first.

        Raises:
            ArgumentError: As :meth:`write`.
        """
        return self._native.lookup(value)

    def rotate(self, master: Secret[bytes] | bytes | bytearray, version: int) -> None:
        """Writes under another version of the master key from now on, and still looks up the versions before.

        Raises:
            ArgumentError: It has this version already.
        """
        self._native.rotate(Secret.of(master)._native, version)

    def retire(self, version: int) -> None:
        """No longer looks up this version, of which no index is left.

        Raises:
            ArgumentError: It is the version that is written, or unknown.
        """
        self._native.retire(version)
