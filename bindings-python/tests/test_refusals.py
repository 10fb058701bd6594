"""Wrong inputs: each gets a clear error and leaves the log verifying."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import axiom
import pytest
from conftest import ORIGIN, event, segment


def test_every_exception_is_an_axiom_error() -> None:
    for name in axiom.exceptions.__all__:
        exception = getattr(axiom, name)
        assert issubclass(exception, axiom.AxiomError) and exception.__doc__


def test_a_missing_directory_is_not_made_without_an_origin(directory: Path) -> None:
    with pytest.raises(axiom.NotFoundError, match="origin"):
        axiom.Recorder(directory)
    for call in (axiom.verify, axiom.export, axiom.entries):
        with pytest.raises(axiom.NotFoundError):
            call(directory)
    assert not directory.exists()


def test_another_origin_is_refused(directory: Path) -> None:
    axiom.Recorder(directory, ORIGIN).close()
    with pytest.raises(axiom.ArgumentError, match="belongs to audit.example.com"):
        axiom.Recorder(directory, "other.example.com")
    axiom.Recorder(directory, ORIGIN).close()


@pytest.mark.parametrize("origin", ["", "two words", "a+b", "a//b", "ä", "x" * 181])
def test_an_origin_that_is_none_makes_nothing(origin: str, directory: Path) -> None:
    with pytest.raises(axiom.ArgumentError):
        axiom.Recorder(directory, origin)
    assert not directory.exists()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"stream": "Not A Stream"}, "stream: "),
        ({"seal": ["/metadata/roleArn"]}, "seal: "),
        ({"seal": ["/userId"], "seal_key": "seal.key"}, "seal: /userId"),
        ({"seal": ["/beforeState/x"], "seal_key": "seal.key"}, "overlaps"),
    ],
)
def test_options_are_checked(options: dict[str, Any], reason: str, directory: Path, tmp_path: Path) -> None:
    if "seal_key" in options:
        options = {**options, "seal_key": tmp_path / "seal.key"}
        axiom.crypto.generate_key(options["seal_key"])
    with pytest.raises(axiom.ArgumentError, match=reason):
        axiom.Recorder(directory, ORIGIN, **options)
    axiom.Recorder(directory, ORIGIN).close()


@pytest.mark.parametrize("options", [{"scrub": None}, {"scrub": 0}, {"seal": "/metadata/a"}, {"origin": 7}], ids=repr)
def test_options_of_another_type_are_type_errors(options: dict[str, Any], directory: Path) -> None:
    with pytest.raises(TypeError):
        axiom.Recorder(directory, **{"origin": ORIGIN, **options})


def test_there_is_one_writer_at_a_time(recorder: axiom.Recorder, directory: Path) -> None:
    with pytest.raises(axiom.LockedError):
        axiom.Recorder(directory)
    program = f"import axiom\ntry: axiom.Recorder({str(directory)!r})\nexcept axiom.LockedError: print('locked')"
    assert subprocess.check_output([sys.executable, "-c", program], text=True) == "locked\n"
    assert recorder.record(event()).seq == 0
    assert axiom.verify(directory, recorder.verifier_key)


@pytest.fixture
def public_directory() -> Iterator[Path]:
    """A directory that every user may read, unlike those of pytest, which are below a private one."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)
        yield Path(name)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="directories are read-only in another way here")
def test_a_read_only_directory_is_an_error_and_not_changed(public_directory: Path) -> None:
    program = f"""
import os, axiom
if os.geteuid() == 0:
    os.setuid(65534)  # root may write everywhere
else:
    os.chmod({str(public_directory)!r}, 0o555)
for path in ({str(public_directory)!r}, {str(public_directory / "new")!r}):
    try:
        axiom.Recorder(path, "audit.example.com")
    except axiom.AxiomError as error:
        print(type(error).__name__, "denied" in str(error).lower())
"""
    answer = subprocess.run([sys.executable, "-c", program], text=True, capture_output=True, check=True)
    assert answer.stdout == "KeyFileError True\nStoreError True\n"
    os.chmod(public_directory, 0o755)
    assert list(public_directory.iterdir()) == []


def test_a_path_with_a_nul_is_an_error(recorder: axiom.Recorder, directory: Path) -> None:
    for call in (axiom.verify, axiom.entries, axiom.export):
        with pytest.raises((axiom.StoreError, ValueError)):
            call("logs\0")
    with pytest.raises((axiom.StoreError, ValueError)):
        axiom.export(directory, "file\0")


def test_a_file_in_place_of_the_directory_is_an_error(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("not a directory")
    with pytest.raises(axiom.StoreError, match="file"):
        axiom.Recorder(path, ORIGIN)
    assert path.read_text() == "not a directory"


def test_a_damaged_description_is_an_error(directory: Path) -> None:
    axiom.Recorder(directory, ORIGIN).close()
    (directory / "axiom.json").write_text("{}")
    for call in (axiom.Recorder, axiom.verify, axiom.entries):
        with pytest.raises(axiom.DamagedError):
            call(directory)


def test_a_damaged_log_takes_no_entries_and_no_signature(directory: Path) -> None:
    with axiom.Recorder(directory, ORIGIN) as recorder:
        recorder.record_many([event(reason="first"), event(reason="second")])
    path = segment(directory)
    path.write_bytes(path.read_bytes().replace(b"first", b"other"))
    with axiom.Recorder(directory) as recorder:
        with pytest.raises(axiom.DamagedError):
            recorder.checkpoint()
    path.write_bytes(b"no entry\n")
    with axiom.Recorder(directory) as recorder, pytest.raises(axiom.DamagedError):
        recorder.record(event())
    with pytest.raises(axiom.DamagedError):
        list(axiom.entries(directory))
    assert path.read_bytes() == b"no entry\n"


def test_a_damaged_log_does_not_keep_others_from_being_signed(directory: Path) -> None:
    with axiom.Recorder(directory, ORIGIN) as recorder:
        recorder.record_many([event(reason="first"), event(reason="second")])
    damaged = segment(directory)
    damaged.write_bytes(damaged.read_bytes().replace(b"first", b"other"))
    with axiom.Recorder(directory, ORIGIN) as recorder:
        receipt = recorder.record(event(organizationId="other"))
        with pytest.raises(axiom.DamagedError):
            recorder.checkpoint()
        sizes = {log.origin: log.anchored for log in axiom.verify(directory, recorder.verifier_key).logs}
    assert sizes[receipt.log] == 1


@pytest.mark.parametrize("content", ["", "axiom-key-v1 nonsense", "\0" * 600])
def test_a_malformed_key_file_is_an_error_that_shows_nothing_of_it(
    content: str, directory: Path, tmp_path: Path
) -> None:
    key = tmp_path / "seal.key"
    key.write_text(content)
    key.chmod(0o600)
    with pytest.raises(axiom.KeyFileError) as caught:
        axiom.Recorder(directory, ORIGIN, seal_key=key)
    assert "nonsense" not in str(caught.value)


def test_a_key_file_that_others_can_read_is_refused(directory: Path, tmp_path: Path) -> None:
    key = tmp_path / "seal.key"
    axiom.crypto.generate_key(key)
    key.chmod(0o644)
    with pytest.raises(axiom.KeyFileError, match="chmod 600"):
        axiom.Recorder(directory, ORIGIN, seal_key=key)


def test_a_key_that_is_data_is_not_repeated(recorder: axiom.Recorder) -> None:
    for key in ("jane@example.com", "4111111111111111"):
        with pytest.raises(axiom.EventError) as caught:
            recorder.record({**event(), "metadata": {key: b"bytes"}})
        assert key not in str(caught.value) and caught.value.pointer == "/metadata/*"
