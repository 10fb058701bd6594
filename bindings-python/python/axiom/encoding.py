"""What Python values become in an event.

| Python | in the event |
|---|---|
| ``str``, ``bool``, ``None`` | the same; ``None`` in place of a field of the schema counts as absent |
| ``int`` | a number within ±(2**53 - 1), beyond that its decimal text |
| ``float`` | a whole number if it is one below 2**53, else its shortest decimal text; NaN and infinities are refused |
| ``dict`` and other mappings | an object; keys are non-empty printable ASCII strings |
| ``list``, ``tuple`` | an array |
| ``datetime`` with a time zone | RFC 3339 in UTC with microseconds; without a time zone it is refused |
| ``date`` | ISO 8601 |
| ``Decimal`` | its decimal text; NaN and infinities are refused |
| ``Enum`` | its value |
| ``UUID``, ``Path``, IP addresses | their text |

Everything else is refused with an :class:`axiom.EventError` that names the field: ``bytes`` (encode them as text), sets
(they have no order), objects. Numbers that are no small integers become text because readers of JSON disagree about
them, and what is hashed must have one form.
"""

from __future__ import annotations

import datetime
import decimal
import enum
import ipaddress
import os
import uuid
from collections.abc import Mapping

__all__ = ["plain"]


def plain(value: object) -> object:
    """What stands for a value that JSON does not have.

    The recorder calls it for every value that is no ``str``, ``int``, ``float``, ``bool``, ``None``, ``dict``, ``list``
    or ``tuple``.

    >>> from datetime import datetime, timezone
    >>> axiom.encoding.plain(datetime(2026, 3, 1, 9, 30, tzinfo=timezone.utc))
    '2026-03-01T09:30:00.000000Z'
    >>> from decimal import Decimal
    >>> axiom.encoding.plain(Decimal("19.90"))
    '19.90'

    Raises:
        TypeError, ValueError: it cannot be stored; the message says why and never repeats the value.
    """
    if isinstance(value, datetime.datetime):
        return _utc(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    if isinstance(value, decimal.Decimal):
        return _finite(value)
    if isinstance(value, (uuid.UUID, ipaddress.IPv4Address, ipaddress.IPv6Address)):
        return str(value)
    if isinstance(value, os.PathLike):
        return os.fsdecode(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(_refusal(value))


def _utc(moment: datetime.datetime) -> str:
    if moment.utcoffset() is None:
        raise ValueError("is a datetime without a time zone; add one, such as tzinfo=timezone.utc")
    try:
        utc = moment.astimezone(datetime.timezone.utc).replace(tzinfo=None)
    except OverflowError:
        raise ValueError("is a datetime outside the years 1 to 9999 in UTC") from None
    return utc.isoformat(timespec="microseconds") + "Z"


def _finite(number: decimal.Decimal) -> str:
    if not number.is_finite():
        raise ValueError("must be a finite number")
    return str(number)


def _refusal(value: object) -> str:
    kind = type(value)
    name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
    if isinstance(value, (bytes, bytearray, memoryview)):
        return f"{name} cannot be stored; encode it as text, for example in Base64"
    if isinstance(value, (set, frozenset)):
        return f"{name} cannot be stored, because it has no order; sort it into a list"
    return f"{name} cannot be stored; convert it to text, a number, a list or a dict"
