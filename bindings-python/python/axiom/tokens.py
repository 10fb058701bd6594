"""Tokens that an organization's clients and installations show: API keys and licences, signed with Ed25519.

An :class:`Issuer` makes them, a :class:`Verifier` checks them offline with public keys alone.

>>> from datetime import timedelta
>>> public_key = axiom.tokens.generate_key("tokens.key", "tokens.example.com")
>>> issuer = axiom.tokens.Issuer("tokens.key")
>>> issued = issuer.issue("api", "acme", lifetime=timedelta(days=90), scopes=["audit:read"])

>>> verifier = axiom.tokens.Verifier([public_key])
>>> token = verifier.verify(issued.text, "api", "acme")
>>> token.require_scope("audit:read")
>>> verifier.verify(issued.text, "api", "other")
Traceback (most recent call last):
axiom.exceptions.WrongOrganizationError: the token belongs to another organization

- A token is a bearer token: who has its text has its rights. Hand the text out once, and keep its ``id`` where a record
  is enough. It is signed and not encrypted: put no secrets into it.
- Use a key for tokens alone. To rotate it, give the new public key to every verifier, then sign with the new one, and
  take the old one out when its last token has expired.
- A stolen key signs what the thief likes, of any time: take it out of the verifiers; revoking does not help.

All times are ``datetime`` with a time zone (another one is a ``TypeError``), and count in whole seconds.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from . import _axiom
from .exceptions import MissingScopeError
from .secrets import Secret

__all__ = [
    "IssuedToken",
    "Issuer",
    "PublicKey",
    "RevocationList",
    "Revocations",
    "Token",
    "Verifier",
    "generate_key",
    "inspect",
]


def generate_key(path: str | os.PathLike[str], name: str) -> bytes:
    """Creates a signing key in a file that its owner alone can read, and answers with the public key.

    ``name`` says whose key it is, such as ``tokens.example.com``. An existing file is never overwritten.

    Raises:
        ArgumentError: ``name`` is no such name.
        KeyFileError: The file exists or cannot be written.
    """
    return _axiom.generate_signing_key(path, name)


@dataclass(frozen=True)
class Token:
    """What a token says; from a :class:`Verifier`, it is also true. Its ``repr`` shows neither subject nor claims."""

    id: str
    """By which it is revoked and may be recorded: 32 hexadecimal digits."""
    kind: str
    """``api`` or ``licence``."""
    organization: str
    """Whose it is."""
    issued_at: datetime
    """When it was made."""
    not_before: datetime
    """From when on it counts."""
    expires_at: datetime | None
    """From when on it no longer counts; ``None`` for a licence without an end."""
    subject: str | None = field(repr=False)
    """Which of the organization's clients it is for, if it says so."""
    scopes: frozenset[str] = field(repr=False)
    """What it may be used for."""
    claims: Mapping[str, str] = field(repr=False, hash=False)
    """What the host added."""
    key_id: str = field(repr=False)
    """The id of the key that signed it."""

    def require_scope(self, scope: str) -> None:
        """Refuses a token without exactly this scope; none stands for another one.

        Raises:
            MissingScopeError: It lacks the scope.
        """
        if scope not in self.scopes:
            raise MissingScopeError(scope)


@dataclass(frozen=True)
class IssuedToken:
    """A new token."""

    text: Secret[str]
    """The text to be handed to the client, once."""
    token: Token
    """What it says: to be recorded."""


@dataclass(frozen=True)
class PublicKey:
    """A public key that a verifier trusts, and when, by the verifier's clock."""

    key: bytes
    """Its 32 bytes."""
    valid_from: datetime | None = None
    """From when on it is trusted."""
    valid_until: datetime | None = None
    """From when on no longer: when the last of its tokens has expired, say."""


@dataclass(frozen=True)
class Revocations:
    """Which tokens no longer count."""

    tokens: Collection[str] = ()
    """These, by their ids."""
    organizations: Mapping[str, datetime] = field(default_factory=dict)
    """All of these organizations that were issued before the time."""
    keys: Mapping[str, datetime] = field(default_factory=dict)
    """All of these keys, by their ids, that were issued before the time."""


@dataclass(frozen=True)
class RevocationList:
    """A signed revocation list that a verifier has accepted."""

    number: int
    """By which a newer list is known."""
    issued_at: datetime
    """When it was made."""
    expires_at: datetime
    """From when on a newer list should be there."""
    revocations: Revocations
    """What it says: also what the next list begins with."""
    key_id: str
    """The id of the key that signed it."""


class Issuer:
    """Signs tokens and revocation lists with the key file ``key`` (:func:`generate_key`).

    Raises:
        KeyFileError: The key file is missing, malformed or open to other users.
    """

    def __init__(self, key: str | os.PathLike[str]) -> None:
        self._native = _axiom.TokenIssuer(key)

    @classmethod
    def from_seed(cls, seed: Secret[bytes] | bytes | bytearray) -> Issuer:
        """The issuer with the key that follows from the 32 bytes of this seed (RFC 8032, section 5.1.5).

        Raises:
            ArgumentError: The seed has not 32 bytes.
        """
        issuer = cls.__new__(cls)
        issuer._native = _axiom.TokenIssuer.from_seed(Secret.of(seed)._native)
        return issuer

    @property
    def public_key(self) -> bytes:
        """The public key, for verifiers."""
        return self._native.public_key

    @property
    def key_id(self) -> str:
        """The id of the key: 16 hexadecimal digits."""
        return self._native.key_id

    def issue(
        self,
        kind: Literal["api", "licence"],
        organization: str,
        *,
        lifetime: timedelta | None = None,
        not_before: datetime | None = None,
        subject: str | None = None,
        scopes: Collection[str] = (),
        claims: Mapping[str, str] | None = None,
    ) -> IssuedToken:
        """Makes a token.

        Args:
            kind: ``api`` for clients, at most 366 days; ``licence`` for installations, as long as it is to be.
            organization: Whose it is.
            lifetime: How long it counts; a licence without one has no end.
            not_before: From when on it counts, if not at once.
            subject: Which of the organization's clients it is for.
            scopes: What it may be used for: at most 64, of 1 to 64 lower-case letters, digits, ``. _ : -``.
            claims: What the host adds: at most 32, named as scopes are, of at most 1024 bytes.

        Raises:
            ArgumentError: Something is out of its limits, or the token longer than 4096 bytes.
        """
        if isinstance(scopes, str):
            raise TypeError("scopes must be a list, also where it is one scope")
        options = (lifetime, not_before, subject, list(scopes), dict(claims or {}))
        text, token = self._native.issue(kind, organization, *options)
        secret: Secret[str] = Secret._from_native(text)
        return IssuedToken(secret, _token(token))

    def sign_revocations(self, revocations: Revocations, *, number: int, lifetime: timedelta) -> bytes:
        """Signs a revocation list: the bytes that verifiers take.

        Args:
            revocations: Every token that no longer counts, those of earlier lists too.
            number: 1 for the first list and more for every other one.
            lifetime: How long the list is current: publish the next one well before.

        Raises:
            ArgumentError: Something is out of its limits.
        """
        revoked = (list(revocations.tokens), dict(revocations.organizations), dict(revocations.keys))
        return self._native.sign_revocations(revoked, number, lifetime)

    def __repr__(self) -> str:
        return f"<axiom.tokens.Issuer {self.key_id}>"


class Verifier:
    """Checks tokens with public keys alone: no network, no database. Any number of threads may use one.

    Args:
        keys: The public keys that it trusts, as bytes or, with a time, as :class:`PublicKey`.
        require_revocations: Refuses every token while there is no current revocation list. Without this a verifier that
            never gets a list never refuses a revoked token.
        revocations_from: Refuses lists with a lower number: that of the last one that the host has seen.
        skew: How far apart the clocks of issuer and verifier may be, at most an hour.
        at: Checks what counted at that time, instead of now: for records, and for tests.

    Raises:
        ArgumentError: There is no key, one twice, or one that is none; or the skew is too long.
    """

    def __init__(
        self,
        keys: Iterable[bytes | PublicKey],
        *,
        require_revocations: bool = False,
        revocations_from: int = 0,
        skew: timedelta = timedelta(minutes=1),
        at: datetime | None = None,
    ) -> None:
        self._native = _axiom.TokenVerifier(_keys(keys), skew, require_revocations, revocations_from, at)

    def verify(self, text: str | Secret[str], kind: Literal["api", "licence"], organization: str) -> Token:
        """What the token says, if it is genuine, of this kind and this organization, and counts now.

        What it may do is up to its scopes: see :meth:`Token.require_scope`.

        Raises:
            TokenError: One of its kinds, in this order: :class:`~axiom.MalformedTokenError`,
                :class:`~axiom.UnknownKeyError`, :class:`~axiom.BadSignatureError`, :class:`~axiom.WrongKindError`,
                :class:`~axiom.WrongOrganizationError`, :class:`~axiom.NoRevocationsError`,
                :class:`~axiom.RevokedError`, :class:`~axiom.NotYetValidError`, :class:`~axiom.ExpiredTokenError`.
            ArgumentError: ``organization`` or ``kind`` is none.
        """
        if not isinstance(organization, str):
            raise TypeError("organization must be a str; verify_any_organization asks for none")
        return _token(self._native.verify(Secret.of(text)._native, kind, organization))

    def verify_any_organization(self, text: str | Secret[str], kind: Literal["api", "licence"]) -> Token:
        """As :meth:`verify`, whichever organization the token is of: for a host that learns it from the token."""
        return _token(self._native.verify(Secret.of(text)._native, kind, None))

    def update_revocations(self, revocations: bytes) -> RevocationList:
        """Takes a revocation list, in place of the one before. Keep its bytes, and give them again after a restart.

        Raises:
            MalformedTokenError, UnknownKeyError, BadSignatureError: It is none of a trusted key.
            OldRevocationsError: A newer one is known, or another one of its number.
        """
        number, issued_at, expires_at, revoked, key_id = self._native.update_revocations(revocations)
        return RevocationList(number, issued_at, expires_at, Revocations(tuple(revoked[0]), *revoked[1:]), key_id)

    def replace_keys(self, keys: Iterable[bytes | PublicKey]) -> None:
        """Trusts these keys from now on, and no others.

        Raises:
            ArgumentError: As for a new verifier.
        """
        self._native.replace_keys(_keys(keys))


def inspect(text: str | Secret[str]) -> Token:
    """What a token says, of which nobody has checked the signature: everything in it may be a lie.

    It is good for finding out which organization's keys to check it with.

    Raises:
        MalformedTokenError: It is no token.
    """
    return _token(_axiom.inspect_token(Secret.of(text)._native))


def _keys(keys: Iterable[bytes | PublicKey]) -> list[_axiom._Key]:
    if isinstance(keys, (bytes, PublicKey)):
        raise TypeError("keys must be a list, also where it is one key")
    known = [key if isinstance(key, PublicKey) else PublicKey(key) for key in keys]
    return [(key.key, key.valid_from, key.valid_until) for key in known]


def _token(said: _axiom._Token) -> Token:
    id, kind, organization, issued_at, not_before, expires_at, subject, scopes, claims, key_id = said
    times = (issued_at, not_before, expires_at)
    return Token(id, kind, organization, *times, subject, frozenset(scopes), claims, key_id)
