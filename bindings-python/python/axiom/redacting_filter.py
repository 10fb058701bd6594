"""Personal data stays out of logs: a filter for :mod:`logging`."""

from __future__ import annotations

import logging

from .scanner import Scanner

__all__ = ["RedactingFilter"]


class RedactingFilter(logging.Filter):
    """Redacts the message of every record, its arguments included, and the text of its exception and stack.

    Add it to handlers rather than to loggers: a logger's filters do not see the records of its children.

    Args:
        scanner: What to look for; by default everything, with placeholders.

    >>> import logging, sys
    >>> handler = logging.StreamHandler(sys.stdout)
    >>> handler.addFilter(axiom.pii.RedactingFilter())
    >>> logger = logging.getLogger("doctest")
    >>> logger.addHandler(handler)
    >>> logger.warning("mail to %s bounced", "bob@example.com")
    mail to [REDACTED:email] bounced
    """

    def __init__(self, scanner: Scanner | None = None) -> None:
        super().__init__()
        self._scanner = Scanner() if scanner is None else scanner

    def filter(self, record: logging.LogRecord) -> bool:
        """Redacts the record where it stands, and lets it pass."""
        record.msg, record.args = self._redact(_message(record)), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        # Handlers that make a text of the exception themselves would show it as it is.
        record.exc_info = None
        if record.exc_text:
            record.exc_text = self._redact(record.exc_text)
        if record.stack_info:
            record.stack_info = self._redact(record.stack_info)
        return True

    def _redact(self, text: str) -> str:
        # What no UTF-8 can hold cannot be scanned either.
        return self._scanner.redact(text.encode(errors="replace").decode())


def _message(record: logging.LogRecord) -> str:
    """The message; where its arguments do not fit, what it was made of."""
    try:
        return record.getMessage()
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} {record.args}"
