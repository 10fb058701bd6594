"""Verification: what an auditor gets told."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import NamedTuple

import axiom
import pytest
from conftest import ORIGIN, event, segment


class Signed(NamedTuple):
    directory: Path
    vkey: str
    note: str


@pytest.fixture
def signed(directory: Path) -> Signed:
    """A log of five entries, of which three are signed."""
    with axiom.Recorder(directory, ORIGIN) as recorder:
        recorder.record_many([event(reason=f"number {number}") for number in range(3)])
        (note,) = recorder.checkpoint()
        recorder.record_many([event(reason=f"number {number}") for number in range(3, 5)])
        return Signed(directory, recorder.verifier_key, note)


def kinds(report: axiom.Report) -> list[str]:
    return [fault.kind for fault in report.faults]


def test_an_untouched_log_verifies(signed: Signed) -> None:
    report = axiom.verify(signed.directory, signed.vkey, [signed.note], strict=True)
    assert report and report.ok and report.faults == ()
    assert (report.origin, report.vkey, report.key_source) == (ORIGIN, signed.vkey, "argument")
    (log,) = report.logs
    assert (log.entries, log.anchored, log.unanchored, log.ok) == (5, 3, 2, True)
    *_, last = axiom.entries(signed.directory)
    assert log.tip == last["hash"] and log.origin == last["log"] and len(log.root) == 64


def test_without_a_key_the_report_says_that_it_used_the_directorys_own(signed: Signed) -> None:
    report = axiom.verify(signed.directory)
    assert report.ok and report.key_source == "directory" and report.vkey == signed.vkey


def test_a_changed_entry_is_named(signed: Signed) -> None:
    path = segment(signed.directory)
    path.write_bytes(path.read_bytes().replace(b"number 1", b"number 9"))
    report = axiom.verify(signed.directory, signed.vkey)
    assert not report and not report.logs[0].ok
    broken = next(fault for fault in report.faults if fault.kind == "broken_link")
    assert broken.details == {"before": 1, "after": 2}
    assert broken.log == report.logs[0].origin and "entry 1" in broken.message
    assert str(broken) == f"{broken.log}: {broken.message}"


@pytest.mark.parametrize("lines", range(3))
def test_a_log_that_is_cut_below_its_checkpoint_is_truncated(lines: int, signed: Signed) -> None:
    path = segment(signed.directory)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:lines]))
    assert "truncated" in kinds(axiom.verify(signed.directory, signed.vkey))


def test_a_checkpoint_that_was_kept_elsewhere_finds_a_rollback(signed: Signed, tmp_path: Path) -> None:
    shutil.copytree(signed.directory, tmp_path / "old")
    with axiom.Recorder(signed.directory) as recorder:
        (note,) = recorder.checkpoint()
    kept = tmp_path / "kept.note"
    kept.write_text(note, encoding="utf-8")
    assert axiom.verify(tmp_path / "old", signed.vkey)
    for checkpoint in (note, kept, str(kept)):
        assert axiom.verify(signed.directory, signed.vkey, [checkpoint])
    path = segment(tmp_path / "old")
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:4]))
    report = axiom.verify(tmp_path / "old", signed.vkey, [kept])
    assert kinds(report) == ["rolled_back"]
    assert report.faults[0].details == {"entries": 4, "signed": 5}


def test_a_log_that_is_gone_is_missed_by_its_checkpoint(signed: Signed) -> None:
    shutil.rmtree(segment(signed.directory).parents[2])
    report = axiom.verify(signed.directory, signed.vkey, [signed.note])
    assert kinds(report) == ["missing_log"] and report.logs == ()


def test_several_notes_may_stand_in_one_file(directory: Path, tmp_path: Path) -> None:
    with axiom.Recorder(directory, ORIGIN) as recorder:
        recorder.record_many([event(), event(organizationId="other")])
        notes, vkey = recorder.checkpoint(), recorder.verifier_key
    kept = tmp_path / "kept.notes"
    kept.write_text("\n".join(notes), encoding="utf-8")
    for log in sorted(directory.glob("*/material")):
        shutil.rmtree(log)
    assert kinds(axiom.verify(directory, vkey, [kept])) == ["missing_log", "missing_log"]


def test_another_key_signs_nothing(signed: Signed, tmp_path: Path) -> None:
    with axiom.Recorder(tmp_path / "other", ORIGIN) as recorder:
        report = axiom.verify(signed.directory, recorder.verifier_key, [signed.note])
    assert "bad_signature" in kinds(report) and report.logs[0].anchored == 0


def test_what_is_no_key_is_an_error(signed: Signed) -> None:
    for key in ("", "nonsense", signed.vkey[:-4], signed.vkey.replace("audit", "other"), "a+00000000+AQ=="):
        with pytest.raises(axiom.ArgumentError):
            axiom.verify(signed.directory, key)


def test_what_is_no_checkpoint_is_an_error(signed: Signed, tmp_path: Path) -> None:
    path = tmp_path / "note"
    for content in (b"no note\n", b"\xff\n\n", signed.note.replace("— ", "- ").encode()):
        path.write_bytes(content)
        with pytest.raises(axiom.NoteError):
            axiom.verify(signed.directory, signed.vkey, [path])
    with pytest.raises(axiom.NoteError):
        axiom.verify(signed.directory, signed.vkey, ["no\nnote\n"])
    with pytest.raises(FileNotFoundError):
        axiom.verify(signed.directory, signed.vkey, [tmp_path / "missing"])
    with pytest.raises(TypeError):
        axiom.verify(signed.directory, signed.vkey, signed.note)


def test_verifying_takes_no_lock(recorder: axiom.Recorder, directory: Path) -> None:
    recorder.record(event())
    assert axiom.verify(directory).entries == 1
