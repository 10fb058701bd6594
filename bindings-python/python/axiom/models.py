"""What the functions of this package answer with. All of it is immutable."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

__all__ = ["Fault", "Finding", "LogReport", "Page", "Receipt", "Report"]


@dataclass(frozen=True)
class Finding:
    """Something that was found in a text: its type and place, never its value."""

    type: str
    """In lower snake case: ``credit_card``, ``email``, ``iban``, ``us_ssn``."""
    start: int
    """Where it begins: ``text[start:end]`` is the value."""
    end: int
    """Where it ends."""
    score: float
    """How sure the scanner is, from 0.0 to 1.0."""
    validated: bool
    """Whether a checksum or an equally strict rule held, not only the shape."""
    action: str = "redact"
    """What was to be done about it: ``block``, ``log``, ``redact`` or ``warn``."""
    pointer: str = ""
    """JSON Pointer (RFC 6901) of the text in the event; empty where there was no event."""


@dataclass(frozen=True)
class Page:
    """One page of the answer to a query."""

    entries: tuple[dict[str, Any], ...]
    """Each with ``event``, ``hash``, ``log``, ``prev``, ``seq`` and ``v``."""
    next: str | None
    """The cursor of the page behind this one; ``None`` where there is nothing more."""


@dataclass(frozen=True)
class Receipt:
    """That an event is stored, and where."""

    id: str
    """The event's id."""
    log: str
    """The origin of the log it is in."""
    seq: int
    """Its place in the log, from 0."""
    hash: str
    """The leaf hash of its entry, in hexadecimal."""
    recorded_at: datetime
    """When the log took it, in UTC."""
    durable: bool
    """Whether it survives the loss of power."""
    duplicate: bool
    """Whether it had been recorded before, and so was not recorded again."""
    findings: tuple[Finding, ...]
    """What the scrubber found in the event. Places are those in the text as it came."""
    sealed: tuple[str, ...]
    """JSON Pointers of the fields that were encrypted."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a log."""

    kind: str
    """In lower snake case: ``broken_link``, ``truncated``, ``bad_signature``, …"""
    log: str
    """The origin of the log, or the host's name where it is no single log."""
    message: str
    """What is wrong, in words."""
    details: dict[str, Any]
    """The members that this kind of fault has, such as ``seq``."""

    def __str__(self) -> str:
        return f"{self.log}: {self.message}"


@dataclass(frozen=True)
class LogReport:
    """What was found in one log."""

    origin: str
    """The log's name."""
    entries: int
    """How many entries there are."""
    anchored: int
    """How many of them a checkpoint covers that was signed by the key."""
    root: str
    """The Merkle root over all entries, in hexadecimal."""
    tip: str
    """The leaf hash of the last entry, in hexadecimal."""
    faults: tuple[Fault, ...]
    """Every fault, in the order of the log."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.faults

    @property
    def unanchored(self) -> int:
        """How many entries follow the last checkpoint: whoever can write to the directory could replace them."""
        return max(0, self.entries - self.anchored)


@dataclass(frozen=True)
class Report:
    """What was found in a directory of logs. It is true where nothing is wrong."""

    origin: str
    """The host whose logs they are."""
    vkey: str
    """The key that checkpoints were held against."""
    key_source: Literal["argument", "directory"]
    """Where that key came from. One from the ``directory`` proves nothing against who can write to the directory."""
    logs: tuple[LogReport, ...]
    """One report a log, in the order of their origins."""
    faults: tuple[Fault, ...]
    """Every fault, those of the directory itself first."""

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    @property
    def entries(self) -> int:
        """How many entries there are in all logs."""
        return sum(log.entries for log in self.logs)

    def __bool__(self) -> bool:
        return self.ok
