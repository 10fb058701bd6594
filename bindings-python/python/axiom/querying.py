"""Queries: who did what, when, to what."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from datetime import datetime

from . import _axiom, encoding
from .exceptions import ArgumentError
from .models import Page

__all__ = ["query"]


def query(
    directory: str | os.PathLike[str],
    org: str,
    *,
    stream: str | Iterable[str] | None = None,
    since: datetime | str | None = None,
    until: datetime | str | None = None,
    recorded: bool = False,
    actor: str | Iterable[str] | None = None,
    actor_type: str | Iterable[str] | None = None,
    on_behalf_of: str | Iterable[str] | None = None,
    action: str | Iterable[str] | None = None,
    category: str | Iterable[str] | None = None,
    resource: str | Iterable[str] | None = None,
    status: str | Iterable[str] | None = None,
    risk: str | Iterable[str] | None = None,
    risk_at_least: str | None = None,
    trace: str | Iterable[str] | None = None,
    correlation: str | Iterable[str] | None = None,
    oldest_first: bool = False,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """One page of the entries of an organization that fit every argument that is given, the newest first.

    An argument with several values fits with any of them. What is asked is answered by the index that is kept
    beside each log, and by reading what it does not cover; nothing is written. Nothing is verified, and sealed fields
    stay sealed.

    Args:
        directory: Where the logs are; a recorder may be writing to it.
        org: The organization.
        stream: Only these streams; by default all of the organization's, in the order of their times of recording.
        since: Not before this time: a ``datetime`` with a time zone, or RFC 3339.
        until: Before this time.
        recorded: Whether ``since`` and ``until`` are about when the log took an entry, not about when it happened.
        actor: Who acted.
        actor_type: ``user``, ``service``, ``system`` or ``agent``.
        on_behalf_of: For whom the actor acted.
        action: What was done, like ``apply.applied``.
        category: What kind of thing was done, like ``apply``, or ``custom``.
        resource: A resource concerned.
        status: How it ended, like ``failed``.
        risk: ``low``, ``medium`` or ``high``.
        risk_at_least: The least of these.
        trace: The trace it belongs to, in hexadecimal.
        correlation: The undertaking it belongs to.
        oldest_first: Whether the oldest come first.
        limit: At most so many entries, and at least one.
        cursor: The ``next`` of a page of the same query, to go on from there.

    Raises:
        ArgumentError: An argument is not as it must be, or the cursor belongs to another query.
        NotFoundError: There is no log in the directory, none of the organization, or no such stream.
        DamagedError: A line is not an entry.
        StoreError: Files cannot be read.

    >>> with axiom.Recorder(directory, origin="audit.example.com") as recorder:
    ...     for user in ("user_41", "user_42", "user_41"):
    ...         receipt = recorder.record(
    ...             {"organizationId": "acme", "actionType": "apply.applied", "userId": user}
    ...         )
    >>> page = axiom.query(directory, "acme", actor="user_41", limit=1)
    >>> [entry["seq"] for entry in page.entries]
    [2]
    >>> page = axiom.query(directory, "acme", actor="user_41", limit=1, cursor=page.next)
    >>> [entry["seq"] for entry in page.entries]
    [0]
    """
    fields = {
        "actor": actor,
        "actor_type": actor_type,
        "on_behalf_of": on_behalf_of,
        "action": action,
        "category": category,
        "resource": resource,
        "status": status,
        "risk": risk,
        "risk_at_least": risk_at_least,
        "trace": trace,
        "correlation": correlation,
    }
    pairs = [(name, value) for name, given in fields.items() for value in _values(given)]
    pairs += [(name, _time(name, time)) for name, time in (("since", since), ("until", until)) if time is not None]
    lines, following = _axiom.query(
        directory, org, list(_values(stream)), pairs, recorded, oldest_first, max(limit, 1), cursor
    )
    return Page(tuple(json.loads(line) for line in lines), following)


def _values(given: str | Iterable[str] | None) -> Iterator[str]:
    if isinstance(given, str):
        yield given
    elif given is not None:
        yield from given


def _time(name: str, time: datetime | str) -> str:
    if isinstance(time, str):
        return time
    try:
        return str(encoding.plain(time))
    except ValueError as error:
        raise ArgumentError(f"{name}: {error}") from None
