"""Finds SQL injection in values, statements and prompts.

A scanner is one layer: parameterized queries are the cure.

>>> report = axiom.sqli.scan("x' union select password from users --")
>>> report.blocked, report.categories, report.rule
(True, ('comment_obfuscation', 'union'), 'union_select')
>>> axiom.sqli.scan("Sean O'Brien or his brother").blocked
False
>>> axiom.sqli.scan("DROP TABLE users", mode="statement").categories
('dangerous_statement',)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from . import _axiom

__all__ = ["Located", "Report", "Rule", "decode", "rules", "scan", "scan_json"]


@dataclass(frozen=True)
class Report:
    """What a scan tells; it never holds the text."""

    score: float
    """From 0.0, no sign of an attack, to 1.0."""
    blocked: bool
    """Whether the score reaches the threshold of the mode: 0.5, and 0.7 for a prompt."""
    categories: tuple[str, ...]
    """The sorts of attack that there are signs of: ``union``, ``boolean_blind``, ``time_blind``, ``stacked``,
    ``comment_obfuscation``, ``error_based``, ``exfil_file``, ``dangerous_statement``."""
    start: int | None
    """Where the signs begin: code points of a ``str``, bytes of ``bytes``; ``None`` where there are none."""
    end: int | None
    """Where they end."""
    rule: str | None
    """The rule that weighs most."""
    dialects: tuple[str, ...]
    """The dialects that what was found belongs to; empty for any."""
    explanation: str
    """The rules that hit and what each adds, without the text."""


def scan(text: str | bytes, mode: Literal["field", "prompt", "statement"] = "field") -> Report:
    """Scans ``text``: a value on its way into a statement, prose for a model, or a whole statement.

    Args:
        text: Any text, or bytes that need not be UTF-8.
        mode: What the text is.

    Raises:
        ArgumentError: An unknown mode, or a lone surrogate in the text.

    >>> print(axiom.sqli.scan("1 or 1=1").explanation)
    blocked with 0.80 of 0.50 in mode field, bytes 2..8, dialects: any
    tautology (0.80): a logical operator leads to a comparison of constants
    """
    found = _axiom.scan_bytes(text, mode) if isinstance(text, bytes) else _axiom.scan_text(text, mode)
    score, blocked, categories, start, end, rule, dialects, explanation = found
    return Report(score, blocked, tuple(categories), start, end, rule, tuple(dialects), explanation)


@dataclass(frozen=True)
class Located:
    """A text of a document, and what its scan tells."""

    pointer: str
    """JSON Pointer (RFC 6901) of the text; of a key, that of its member."""
    is_key: bool
    """Whether the text is a key."""
    report: Report


def scan_json(
    document: object, mode: Literal["field", "prompt", "statement"] = "field"
) -> list[Located]:
    """Scans every string and every key of ``document``; what has no sign of an attack is left out.

    Args:
        document: What :func:`json.loads` gives: the arguments of a tool call, the rows of an answer.
        mode: What the texts are.

    Raises:
        ArgumentError: An unknown mode, or a lone surrogate in a text.

    >>> call = {"table": "users", "filters": [{"name": "x' or '1'='1"}]}
    >>> [(found.pointer, found.report.blocked) for found in axiom.sqli.scan_json(call)]
    [('/filters/0/name', True)]
    """
    found: list[Located] = []
    # A stack of our own: a document may nest deeper than Python calls.
    left: list[tuple[str, object]] = [("", document)]
    while left:
        pointer, value = left.pop()
        if isinstance(value, str):
            _add(found, pointer, False, value, mode)
        elif isinstance(value, (list, tuple)):
            left.extend(reversed([(f"{pointer}/{place}", item) for place, item in enumerate(value)]))
        elif isinstance(value, dict):
            members = [(_below(pointer, str(key)), key, member) for key, member in value.items()]
            for below, key, _ in members:
                _add(found, below, True, str(key), mode)
            left.extend((below, member) for below, _, member in reversed(members))
    return found


def _add(
    found: list[Located], pointer: str, is_key: bool, text: str, mode: Literal["field", "prompt", "statement"]
) -> None:
    report = scan(text, mode)
    if report.score > 0.0:
        found.append(Located(pointer, is_key, report))


def _below(pointer: str, key: str) -> str:
    return pointer + "/" + key.replace("~", "~0").replace("/", "~1")


def decode(data: str | bytes, decodings: Sequence[str]) -> bytes:
    """``data`` as the host or the database will read it.

    The scanner decodes nothing by itself. Decode what the host decodes, in its order, and scan the result.

    Args:
        data: A text, of which the UTF-8 is taken, or bytes.
        decodings: One after the other: ``char_calls``, ``full_width``, ``hex_strings``, ``html_entities``,
            ``unicode_escapes``, ``url``, ``version_comments``; a name may stand twice.

    Raises:
        ArgumentError: An unknown decoding.

    >>> decoded = axiom.sqli.decode("1%2527%20or%201=1--", ["url", "url"])
    >>> decoded, axiom.sqli.scan(decoded).blocked
    (b"1' or 1=1--", True)
    """
    return _axiom.sqli_decode(data.encode() if isinstance(data, str) else data, decodings)


@dataclass(frozen=True)
class Rule:
    """A sign of injection: what it means and what it looks like."""

    id: str
    """Its name in reports."""
    category: str
    """The sort of attack it is a sign of."""
    meaning: str
    mode: str
    """The mode that the examples are scanned in."""
    attack: str
    """An input that it makes the scanner block."""
    benign: str
    """One that looks alike and passes."""


def rules() -> list[Rule]:
    """Every rule of the scanner.

    >>> rule = axiom.sqli.rules()[0]
    >>> rule.id, axiom.sqli.scan(rule.attack, rule.mode).blocked, axiom.sqli.scan(rule.benign, rule.mode).blocked
    ('case_probe', True, False)
    """
    return [Rule(*rule) for rule in _axiom.sqli_rules()]
