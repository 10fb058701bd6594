"""Finds personal data in text, checks it, and replaces it by placeholders.

Places are counted in code points, as Python does: ``text[finding.start:finding.end]`` is the value.
Long texts are scanned while other Python threads run.

>>> text = "🙂 bob@example.com paid with 4111 1111 1111 1111"
>>> [(finding.type, text[finding.start:finding.end]) for finding in axiom.pii.scan(text)]
[('email', 'bob@example.com'), ('credit_card', '4111 1111 1111 1111')]
>>> axiom.pii.redact(text)
'🙂 [REDACTED:email] paid with [REDACTED:credit_card]'

The functions use the default settings; a :class:`Scanner` has others, and reads JSON, tables and streams as well.
:class:`RedactingFilter` keeps personal data out of the logs of :mod:`logging`.
"""

from __future__ import annotations

from collections.abc import Sequence

from . import _axiom
from .exceptions import ArgumentError
from .models import Finding
from .redacting_filter import RedactingFilter
from .scanner import Scanner, StreamRedactor

__all__ = ["RedactingFilter", "Scanner", "StreamRedactor", "redact", "rules", "scan", "scan_json", "types", "validate"]


def scan(
    text: str,
    types: Sequence[str] | None = None,
    min_score: float | None = None,
    regions: Sequence[str] = (),
) -> list[Finding]:
    """What stands in ``text``: sorted, without overlaps.

    Args:
        text: Any text.
        types: Looks for these types only, by their names in :func:`types`.
        min_score: Reports nothing that scores less, from 0.0 to 1.0; by default 0.5, which leaves out what has no more
            than a vague form.
        regions: Knows the national telephone numbers of these regions (ISO 3166-1: ``"US"``, ``"DE"``).

    Raises:
        ArgumentError: An unknown type or region, a score out of range, or a lone surrogate in the text.

    >>> axiom.pii.scan("card 4111 1111 1111 1111", types=["credit_card"])
    [Finding(type='credit_card', start=5, end=24, score=1.0, validated=True, action='redact', pointer='')]
    """
    return [Finding(*found) for found in _axiom.scan(text, types, min_score, regions)]


def redact(
    text: str,
    types: Sequence[str] | None = None,
    min_score: float | None = None,
    regions: Sequence[str] = (),
) -> str:
    """``text`` with ``[REDACTED:type]`` in place of what stands in it; scanning the result finds nothing more.

    Args and raises: as :func:`scan`.

    >>> axiom.pii.redact("IBAN DE89 3704 0044 0532 0130 00, please")
    'IBAN [REDACTED:iban], please'
    """
    return _axiom.redact(text, types, min_score, regions)


def scan_json(document: str | bytes) -> list[Finding]:
    """What stands in a JSON document; see :meth:`Scanner.scan_json`.

    Raises:
        DocumentError: It is no JSON.

    >>> axiom.pii.scan_json('{"to": ["bob@example.com"]}')[0].pointer
    '/to/0'
    """
    return Scanner().scan_json(document)


def types() -> list[str]:
    """The names of the types that the scanner knows.

    >>> axiom.pii.types()[:4]
    ['iban', 'credit_card', 'us_ssn', 'email']
    """
    return _axiom.types()


def validate(rule: str, value: str) -> bool:
    """Whether ``value`` is well-formed by a rule: a number's (``"iban"``, ``"us_ssn"``) or a check digit's (``"luhn"``).

    Args:
        rule: One of :func:`rules`.
        value: Without separators, letters in upper case.

    Raises:
        ArgumentError: An unknown rule.

    >>> axiom.pii.validate("iban", "GB82WEST12345698765432")
    True
    >>> axiom.pii.validate("luhn", "4111111111111112")
    False
    """
    valid = _axiom.validate(rule, value)
    if valid is None:
        raise ArgumentError(f"unknown rule `{rule}`; see rules() for the names")
    return valid


def rules() -> list[str]:
    """The names of the rules of :func:`validate`.

    >>> axiom.pii.rules()[:3]
    ['au_abn', 'au_acn', 'au_medicare']
    """
    return _axiom.rules()
