"""The native half of the package. Not for direct use: it has no defaults and answers with plain tuples."""

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import final

from typing_extensions import TypeAlias

from .exceptions import AxiomError

__all__ = [
    "Context",
    "Encryptor",
    "Entries",
    "Recorder",
    "describe",
    "describe_file",
    "export_bytes",
    "export_file",
    "generate_key",
    "open",
    "query",
    "redact",
    "scan",
    "seal",
    "types",
    "verify",
]

_Path: TypeAlias = str | PathLike[str]

# The arguments of axiom.Finding.
_Finding: TypeAlias = tuple[str, int, int, float, bool, str, str]

# The arguments of axiom.Receipt; the time of recording is in microseconds since 1970.
_Receipt: TypeAlias = tuple[str, str, int, str, int, bool, bool, list[_Finding], list[str]]

@final
class Recorder:
    @property
    def origin(self) -> str: ...
    @property
    def verifier_key(self) -> str: ...
    @property
    def closed(self) -> bool: ...
    def __new__(
        cls,
        directory: _Path,
        origin: str | None,
        scrub: bool,
        seal_key: _Path | None,
        seal: Sequence[str],
        stream: str | None,
        signing_key: _Path | None,
    ) -> Recorder: ...
    def record_many(self, events: Sequence[Mapping[str, object]]) -> list[_Receipt | AxiomError]: ...
    def checkpoint(self) -> list[str]: ...
    def close(self) -> None: ...

# Suite, keys, length of the frames.
_Description: TypeAlias = tuple[str, list[str], int | None]

@final
class Context:
    def __new__(cls, pairs: dict[str, str]) -> Context: ...

@final
class Encryptor:
    def __new__(
        cls, key: _Path, also: Sequence[_Path], older: Sequence[_Path], suite: str, cache: bool
    ) -> Encryptor: ...
    def seal(self, data: bytes, context: Context | dict[str, str]) -> bytes: ...
    def open(self, message: bytes, context: Context | dict[str, str]) -> bytes: ...
    def rewrap(self, message: bytes, context: Context | dict[str, str]) -> bytes | None: ...
    def seal_file(self, source: _Path, target: _Path, context: Context | dict[str, str]) -> int: ...
    def open_file(self, source: _Path, target: _Path, context: Context | dict[str, str]) -> int: ...

@final
class Entries:
    def __new__(cls, directory: _Path, org: str | None, seal_key: _Path | None) -> Entries: ...
    def page(self) -> list[bytes]: ...

def describe(message: bytes) -> _Description: ...
def describe_file(path: _Path) -> _Description: ...
def export_bytes(directory: _Path, format: str, org: str | None) -> bytes: ...
def export_file(directory: _Path, format: str, org: str | None, path: _Path) -> int: ...
def generate_key(path: _Path) -> str: ...
def open(message: bytes, key: _Path, context: dict[str, str]) -> bytes: ...
def query(
    directory: _Path,
    org: str,
    stream: Sequence[str],
    fields: Sequence[tuple[str, str]],
    recorded: bool,
    oldest_first: bool,
    limit: int,
    cursor: str | None,
) -> tuple[list[bytes], str | None]: ...
def redact(text: str, types: Sequence[str] | None, min_score: float | None) -> str: ...
def scan(text: str, types: Sequence[str] | None, min_score: float | None) -> list[_Finding]: ...
def seal(data: bytes, key: _Path, context: dict[str, str]) -> bytes: ...
def types() -> list[str]: ...
def verify(directory: _Path, vkey: str | None, checkpoints: Sequence[tuple[str, str]], strict: bool) -> str: ...
