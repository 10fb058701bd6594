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

from dataclasses import dataclass
from typing import Literal

from . import _axiom

__all__ = ["Report", "scan"]


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
