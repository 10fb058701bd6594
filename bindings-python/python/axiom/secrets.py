"""Secrets, credentials that end, what lives as long as one run, and secrets that change.

>>> password = axiom.secrets.Secret("correct horse")
>>> print(password, password == "correct horse")
Secret(..) True

What is kept here lies in Rust's memory, and is wiped when the object goes, its run ends, or its credential is asked for
after it has expired.

What Python cannot promise: a ``str`` or ``bytes`` is immutable, and nobody can wipe one. The text that a secret was
made from, and what :meth:`Secret.expose` gives out, stay in memory until something else is written over them. Where
that matters, make secrets from a ``bytearray`` with :meth:`Secret.take`, from a file or from the environment, and use
them in :meth:`Secret.borrow`. The parts of a credential come out as ``str`` alone. An object that is part of a
reference cycle goes when the garbage collector comes by, or never where a function is in it that a
:class:`ReloadingSecret` calls.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Generic, Literal, NoReturn, SupportsIndex, TypeVar, cast, final, overload

from . import _axiom

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Ephemeral", "ReloadingSecret", "Secret", "TempCredential"]

_Content = TypeVar("_Content", str, bytes)


class _Unserializable:
    """Neither copied nor pickled."""

    __slots__ = ()

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"a {type(self).__name__} is neither copied nor pickled")


@final
class Secret(_Unserializable, Generic[_Content]):
    """A secret of any form: a password, a token, a connection string.

    Nothing shows, copies or pickles its content but :meth:`expose` and :meth:`borrow`. ``==`` with a ``str`` (by its
    UTF-8), ``bytes`` or another secret takes a time that depends on the lengths alone.

    Raises:
        TypeError: The content is neither ``str`` nor ``bytes`` nor ``bytearray``.
    """

    __slots__ = ("_native",)
    __hash__ = None  # type: ignore[assignment]
    _native: _axiom.Secret

    @overload
    def __init__(self: Secret[str], content: str) -> None: ...
    @overload
    def __init__(self: Secret[bytes], content: bytes | bytearray) -> None: ...
    def __init__(self, content: str | bytes | bytearray) -> None:
        self._native = _axiom.Secret(content)

    @classmethod
    def take(cls, source: bytearray) -> Secret[bytes]:
        """The bytes of ``source``, which is overwritten with zeros.

        >>> source = bytearray(b"4711")
        >>> secret = axiom.secrets.Secret.take(source)
        >>> source, secret == b"4711"
        (bytearray(b'\\x00\\x00\\x00\\x00'), True)
        """
        secret = Secret(source)
        _wipe(source)
        return secret

    @classmethod
    def generate(cls) -> Secret[bytes]:
        """32 random bytes of the operating system: a key."""
        return Secret._from_native(_axiom.generate_secret())

    @classmethod
    def from_env(cls, name: str) -> Secret[str]:
        """The value of an environment variable, which never becomes a Python object.

        The environment itself stays as it is: child processes inherit it.

        Raises:
            SecretError: The variable is not set, empty or not UTF-8.
        """
        return Secret._from_native(_axiom.Secret.from_env(name))

    @overload
    @classmethod
    def of(cls, content: str | Secret[str]) -> Secret[str]: ...
    @overload
    @classmethod
    def of(cls, content: bytes | bytearray | Secret[bytes]) -> Secret[bytes]: ...
    @classmethod
    def of(
        cls, content: str | bytes | bytearray | Secret[str] | Secret[bytes]
    ) -> Secret[str] | Secret[bytes]:
        """``content`` itself where it is a secret, and else a secret of it."""
        return content if isinstance(content, Secret) else Secret(content)

    @classmethod
    def _from_native(cls, native: _axiom.Secret) -> Secret[_Content]:
        secret = cls.__new__(cls)
        secret._native = native
        return secret

    def expose(self) -> _Content:
        """The content, as what it was made of. Python cannot wipe it again.

        Raises:
            EndedError: The run that kept it has ended.
            SecretError: It was to be a text, and is not UTF-8.
        """
        return cast(_Content, self._native.expose())

    @contextmanager
    def borrow(self) -> Iterator[bytearray]:
        """The bytes, in a buffer that is overwritten with zeros at the end; do not make it longer.

        >>> with axiom.secrets.Secret("correct horse").borrow() as buffer:
        ...     len(buffer)
        13
        >>> buffer == bytes(13)
        True

        Raises:
            EndedError: The run that kept it has ended.
        """
        buffer = self._native.copy()
        try:
            yield buffer
        finally:
            _wipe(buffer)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, (Secret, str, bytes, bytearray)):
            return self._native.equals(Secret.of(other)._native)
        return NotImplemented

    def __repr__(self) -> str:
        return "Secret(..)"


class TempCredential(_Unserializable):
    """A credential for a customer's account that ends by itself: an assumed role, a session token.

    Every access asks the clock; from the end on the secret parts are gone. Used as a context manager, it is wiped at
    the end of the block at the latest. Nothing runs at the moment of expiry: the first access after it wipes.

    Args:
        provider: Whose credential it is: ``aws``, say.
        external_id: What the customer's side asks for when the role is assumed, one for each connection. No secret.
        public: Parts that are no secret, such as an access key id.
        secret: The secret parts.
        lifetime: How long it lives, by default an hour, at most twelve.
        expires_at: Its end, as the provider says, instead of a lifetime.

    Raises:
        ArgumentError: It has no secret part, would live too long, or lacks a name.
        ExpiredCredentialError: Its end has come already.

    >>> from datetime import timedelta
    >>> with axiom.secrets.TempCredential(
    ...     "aws", "connection-41", secret={"session_token": "FwoGZ"}, lifetime=timedelta(minutes=15)
    ... ) as credential:
    ...     credential.expose("session_token")
    'FwoGZ'
    >>> credential.expose("session_token")
    Traceback (most recent call last):
    axiom.exceptions.ExpiredCredentialError: the credential has expired at ... or was wiped before
    """

    def __init__(
        self,
        provider: str,
        external_id: str,
        *,
        secret: Mapping[str, str | Secret[str]],
        public: Mapping[str, str] | None = None,
        lifetime: timedelta | None = None,
        expires_at: datetime | None = None,
    ) -> None:
        parts = {name: Secret.of(part)._native for name, part in secret.items()}
        self._native = _axiom.TempCredential(provider, external_id, dict(public or {}), parts, lifetime, expires_at)

    def public(self, name: str) -> str:
        """The part of this name that is no secret.

        Raises:
            ExpiredCredentialError: It has ended.
            KeyError: It has no such part.
        """
        return self._native.public(name)

    def expose(self, name: str) -> str:
        """The secret part of this name. Python cannot wipe what this gives out.

        Raises:
            ExpiredCredentialError: It has ended.
            KeyError: It has no such part.
        """
        return self._native.expose(name)

    def wipe(self) -> None:
        """Wipes the secret parts now."""
        self._native.wipe()

    @property
    def provider(self) -> str:
        """Whose credential it is."""
        return self._native.provider

    @property
    def external_id(self) -> str:
        """The external id of the connection."""
        return self._native.external_id

    @property
    def expires_at(self) -> datetime:
        """From when on it is of no use, in UTC."""
        return self._native.expires_at

    def record(self) -> dict[str, str]:
        """What an event may say about it: ``provider``, ``externalId`` and ``expiresAt``; no part of it."""
        return self._native.record()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.wipe()

    def __repr__(self) -> str:
        return f"<axiom.secrets.TempCredential of {self.provider} until {self.expires_at.isoformat()}>"


class Ephemeral(_Unserializable):
    """The end of everything that a run touched: secrets, credentials and temporary files.

    At the end of the block, by an exception too, all of it is wiped at once, and every secret of it that is still
    around raises :class:`axiom.EndedError`. What was exposed to Python before is out of reach.

    Args:
        directory_in: Where :meth:`directory` is made, by default in the system's directory for temporary files. On a
            copy-on-write file system and on flash, old blocks may survive being overwritten: name one in memory, such
            as ``/dev/shm``, where that matters.

    >>> with axiom.secrets.Ephemeral() as run:
    ...     password = run.keep("correct horse")
    ...     path = run.directory() / "token"
    ...     size = path.write_text("for a tool that insists on files")
    >>> path.exists()
    False
    >>> password.expose()
    Traceback (most recent call last):
    axiom.exceptions.EndedError: the run has ended, and what it kept is wiped
    """

    def __init__(self, directory_in: str | os.PathLike[str] | None = None) -> None:
        self._native = _axiom.Ephemeral(directory_in)

    @overload
    def keep(self, content: str) -> Secret[str]: ...
    @overload
    def keep(self, content: bytes | bytearray) -> Secret[bytes]: ...
    @overload
    def keep(self, content: TempCredential) -> TempCredential: ...
    def keep(self, content: str | bytes | bytearray | TempCredential) -> Secret[str] | Secret[bytes] | TempCredential:
        """A secret of this content, or this credential; wiped when the run ends.

        Raises:
            EndedError: The run has ended; a credential is then wiped.
        """
        if isinstance(content, TempCredential):
            self._native.keep_credential(content._native)
            return content
        kept: Secret[str] | Secret[bytes] = Secret._from_native(self._native.keep(content))
        return kept

    def directory(self) -> Path:
        """The run's own directory, which its owner alone can enter; made when it is first asked for.

        Every file in it is overwritten and removed when the run ends.

        Raises:
            EndedError: The run has ended.
            StoreError: It cannot be made.
        """
        return Path(self._native.directory())

    def end(self) -> None:
        """Wipes everything, and removes the temporary files; ending twice is no error.

        Raises:
            StoreError: A file could not be overwritten or removed; all else is wiped and removed.
        """
        self._native.end()

    @property
    def ended(self) -> bool:
        """Whether it has ended."""
        return self._native.ended

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.end()

    def __repr__(self) -> str:
        return f"<axiom.secrets.Ephemeral{' (ended)' if self.ended else ''}>"


class ReloadingSecret(_Unserializable, Generic[_Content]):
    """A secret that changes while the process runs.

    :meth:`current` fetches it anew where it is older than the interval. A fetch that fails changes nothing: the last
    good value stays, and :attr:`last_failure` tells. There is no thread behind it.

    Args:
        source: A file that its owner alone can read, or a function that gives the value. Let a function that cannot get
            it raise an exception; :class:`axiom.FetchError` says what kind of failure it is.
        interval: How old the value gets before it is fetched anew.
        max_age: How old the last good value may get while fetches fail; without this, as old as it must.
        binary: Whether it is bytes, every one of the file's; otherwise it is a text, a file's without the line feed at
            its end.

    Raises:
        FetchError: The first value cannot be had.

    >>> import os
    >>> descriptor = os.open("password", os.O_WRONLY | os.O_CREAT, 0o600)
    >>> size = os.write(descriptor, b"correct horse\\n")
    >>> os.close(descriptor)
    >>> password = axiom.secrets.ReloadingSecret("password")
    >>> password.current().expose()
    'correct horse'
    """

    @overload
    def __init__(
        self: ReloadingSecret[str],
        source: str | os.PathLike[str] | Callable[[], str],
        *,
        interval: timedelta = ...,
        max_age: timedelta | None = ...,
        binary: Literal[False] = ...,
    ) -> None: ...
    @overload
    def __init__(
        self: ReloadingSecret[bytes],
        source: str | os.PathLike[str] | Callable[[], bytes | bytearray],
        *,
        interval: timedelta = ...,
        max_age: timedelta | None = ...,
        binary: Literal[True],
    ) -> None: ...
    def __init__(
        self,
        source: str | os.PathLike[str] | Callable[[], str | bytes | bytearray],
        *,
        interval: timedelta = timedelta(minutes=1),
        max_age: timedelta | None = None,
        binary: bool = False,
    ) -> None:
        path, function = (source, None) if isinstance(source, (str, os.PathLike)) else (None, source)
        self._native = _axiom.ReloadingSecret(path, function, not binary, interval, max_age)

    def current(self) -> Secret[_Content]:
        """The current value. One thread fetches; those that come meanwhile get the last good value at once.

        Raises:
            FetchError: The last good value is older than ``max_age``.
        """
        return Secret._from_native(self._native.current())

    def refresh(self) -> Secret[_Content]:
        """The value, fetched now: on a timer of the host, or when it is told of a change.

        Raises:
            FetchError: The source fails; the last good value stays.
        """
        return Secret._from_native(self._native.refresh())

    @property
    def age(self) -> timedelta:
        """How long ago the source last said what the value is."""
        return self._native.age

    @property
    def is_stale(self) -> bool:
        """Whether two intervals have passed since the source last said what the value is."""
        return self._native.is_stale

    @property
    def last_failure(self) -> tuple[str, datetime] | None:
        """What :attr:`axiom.FetchError.failure` was, and when; ``None`` after a fetch that succeeded."""
        return self._native.last_failure

    def __repr__(self) -> str:
        return "<axiom.secrets.ReloadingSecret>"


def _wipe(buffer: bytearray) -> None:
    """In its place: a slice of the same length moves nothing."""
    buffer[:] = bytes(len(buffer))
