"""The recorder: events in, receipts out."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from types import TracebackType
from typing import TYPE_CHECKING

from . import _axiom
from .crypto import KeyTree
from .exceptions import ArgumentError
from .models import Finding, Receipt

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["Recorder"]


class Recorder:
    """Records events in the logs of a directory, one log for each organization and retention class.

    The directory is made where there is none, together with the key that signs its checkpoints (``signing.key``,
    readable by its owner alone); ``origin`` is then needed. Where there is one, ``origin`` may be left out, and another
    one is an error.

    Events are scrubbed of personal data, sealed where a key is given, linked by hash and written. A receipt is
    given only once its entry would survive the loss of power.

    Any number of threads may use one recorder, and they share its writes. Other Python threads run while it works.

    Args:
        directory: Where the logs are.
        origin: The public name of whoever keeps the logs, such as ``audit.example.com``; also the name of the key.
        scrub: ``False`` is the dangerous door: texts are stored as they come, personal data included, and what has
            entered the log cannot be taken out again. Use it only where the host has scrubbed already.
        seal_key: The key file (:func:`axiom.crypto.generate_key`) under which ``beforeState`` and ``afterState`` are
            encrypted.
        keys: Encrypts them under the keys of organizations and data subjects instead, so that they can be erased.
        seal: JSON Pointers of further fields to encrypt, within ``/metadata``: ``["/metadata/roleArn"]``.
            With ``keys``, a pair of two pointers is a field and where the event names the data subject it belongs to:
            ``[("/metadata/customer", "/subjectRefs/0")]``; an event that has the field and no subject there is refused.
        stream: Records every event in this stream, instead of that of its action.
        signing_key: Where the signing key is, or is made; by default ``signing.key`` in the directory.

    Raises:
        ArgumentError: An option is not as it must be, or the directory belongs to another origin.
        NotFoundError: There is no log, and no ``origin`` to make one with.
        LockedError: Another process, or another recorder of this one, writes to the directory.
        DamagedError: The directory is not as it was written.
        KeyFileError: A key file cannot be used.
        StoreError: Files cannot be read or written.

    A recorder does not survive ``os.fork``: in the child it raises :class:`axiom.ClosedError`, and the directory stays
    locked until all children that inherited it have ended. Start workers before it is opened, or with the ``spawn``
    method of ``multiprocessing``.

    >>> with axiom.Recorder(directory, origin="audit.example.com") as recorder:
    ...     receipt = recorder.record({
    ...         "organizationId": "acme",
    ...         "actionType": "approval.approved",
    ...         "userId": "user_41",
    ...         "reason": "asked by jane.doe@example.com",
    ...     })
    >>> receipt.seq, receipt.durable, receipt.findings[0].type
    (0, True, 'email')
    """

    def __init__(
        self,
        directory: str | os.PathLike[str],
        origin: str | None = None,
        *,
        scrub: bool = True,
        seal_key: str | os.PathLike[str] | None = None,
        keys: KeyTree | None = None,
        seal: Sequence[str | tuple[str, str]] = (),
        stream: str | None = None,
        signing_key: str | os.PathLike[str] | None = None,
    ) -> None:
        if isinstance(seal, str):
            raise TypeError("seal must be a sequence of pointers, not one")
        fields = [(field, None) if isinstance(field, str) else field for field in seal]
        if keys is None and any(subject is not None for _, subject in fields):
            raise ArgumentError("seal: a data subject's field is sealed with keys alone, so that it can be erased")
        native_keys = None if keys is None else keys._native
        self._native = _axiom.Recorder(
            directory, origin, scrub, seal_key, native_keys, fields, stream, signing_key
        )
        self._directory = os.fspath(directory)

    @property
    def directory(self) -> str:
        """Where the logs are."""
        return self._directory

    @property
    def origin(self) -> str:
        """The public name of whoever keeps the logs."""
        return self._native.origin

    @property
    def verifier_key(self) -> str:
        """The public key, for :func:`axiom.verify`: hand it to auditors by another way than with the logs."""
        return self._native.verifier_key

    @property
    def closed(self) -> bool:
        """Whether it takes no more events."""
        return self._native.closed

    def record(self, event: Mapping[str, object]) -> Receipt:
        """Records one event.

        Its members are those of the event schema, in camelCase: ``organizationId`` and ``actionType`` must be there;
        ``id``, ``timestamp``, ``userId``, ``provider``, ``status`` and ``riskLevel`` have defaults; the others are
        optional, and members with other names are kept. :mod:`axiom.encoding` says what Python values become.

        An event whose ``id`` or ``idempotencyKey`` was recorded lately is not recorded again; its receipt is that of the
        first, with ``duplicate`` set.

        Raises:
            EventError: It cannot be recorded as it is; ``pointer`` names the field. Or its ``id`` or ``idempotencyKey``
                is that of another event.
            CryptoError: A field could not be sealed.
            StoreError: It is unknown whether it was stored. The recorder then takes no more events; open a new one.
            DamagedError: Its log is not as it was written.
            ClosedError: The recorder has been closed.
        """
        answer = self._native.record_many([event])[0]
        if isinstance(answer, Exception):
            raise answer
        return _receipt(answer)

    def record_many(self, events: Iterable[Mapping[str, object]]) -> list[Receipt]:
        """Records events as one batch, which costs hardly more than a single one: their receipts, in order.

        An event that cannot be recorded does not keep the others from it. Afterwards the exception of the first such
        event is raised, with its place as ``index``, the ``receipts`` of the others, and all ``errors``:

        >>> with axiom.Recorder(directory, origin="audit.example.com") as recorder:
        ...     try:
        ...         receipts = recorder.record_many([
        ...             {"organizationId": "acme", "actionType": "scan.started"},
        ...             {"organizationId": "acme", "actionType": "scan.exploded"},
        ...             {"organizationId": "acme", "actionType": "scan.completed"},
        ...         ])
        ...     except axiom.EventError as error:
        ...         print(error.index, error.pointer, [receipt and receipt.seq for receipt in error.receipts])
        1 /actionType [0, None, 1]

        Raises:
            EventError, CryptoError, StoreError, DamagedError, ClosedError: As :meth:`record`, for the first event that
                was not recorded.
        """
        answers = self._native.record_many(list(events))
        receipts = [None if isinstance(answer, Exception) else _receipt(answer) for answer in answers]
        errors = {index: answer for index, answer in enumerate(answers) if isinstance(answer, Exception)}
        for index, error in errors.items():
            error.index, error.receipts, error.errors = index, tuple(receipts), errors
            raise error
        return [receipt for receipt in receipts if receipt is not None]

    def checkpoint(self) -> list[str]:
        """Signs and saves a checkpoint of every log, and returns the signed notes, ordered by organization and stream.

        A log is verified first, and one that is no more what was signed before is not signed. Closing does not sign:
        call this as often as new entries are to be protected, and keep the notes where the writer of the logs cannot
        reach.

        Raises:
            DamagedError: A log does not verify; all others have been signed.
            KeyFileError: The signing key is missing or does not belong to the directory.
            StoreError: Files cannot be read or written.
            ClosedError: The recorder has been closed.
        """
        return self._native.checkpoint()

    def close(self) -> None:
        """Waits for what other threads are recording, and lets the directory go. Closing twice is no error."""
        self._native.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<axiom.Recorder {self.directory!r} of {self.origin}{' (closed)' if self.closed else ''}>"


def _receipt(answer: _axiom._Receipt) -> Receipt:
    id, log, seq, hash, micros, durable, duplicate, findings, sealed = answer
    recorded_at = _EPOCH + timedelta(microseconds=micros)
    found = tuple(Finding(*each) for each in findings)
    return Receipt(id, log, seq, hash, recorded_at, durable, duplicate, found, tuple(sealed))


_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
