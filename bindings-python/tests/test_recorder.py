"""Recording: what a host calls."""

from __future__ import annotations

import datetime
import stat
import uuid
from pathlib import Path

import axiom
import pytest
from conftest import ORIGIN, event


def test_a_receipt_says_where_an_event_is(recorder: axiom.Recorder, directory: Path) -> None:
    before = datetime.datetime.now(datetime.timezone.utc)
    receipts = [recorder.record(event()), recorder.record(event())]
    (first, second) = axiom.entries(directory)
    assert [receipt.seq for receipt in receipts] == [0, 1]
    assert [receipt.hash for receipt in receipts] == [first["hash"], second["hash"]]
    assert receipts[0].hash == second["prev"]
    assert receipts[0].log == first["log"]
    assert receipts[0].log.startswith(f"{ORIGIN}/") and receipts[0].log.endswith("/material")
    assert uuid.UUID(receipts[0].id).version == 7
    assert receipts[0].durable
    assert before <= receipts[0].recorded_at <= datetime.datetime.now(datetime.timezone.utc)
    stored = datetime.datetime.fromisoformat(first["event"]["recordedAt"].replace("Z", "+00:00"))
    assert stored == receipts[0].recorded_at


def test_each_organization_and_stream_has_its_own_log(recorder: axiom.Recorder) -> None:
    receipts = recorder.record_many(
        [
            event(),
            event(organizationId="other"),
            event(actionType="scan.completed"),
            event(),
        ]
    )
    assert [receipt.seq for receipt in receipts] == [0, 0, 0, 1]
    assert len({receipt.log for receipt in receipts}) == 3


def test_an_empty_batch_has_no_receipts(recorder: axiom.Recorder) -> None:
    assert recorder.record_many([]) == []


def test_a_batch_may_be_any_iterable(recorder: axiom.Recorder) -> None:
    assert len(recorder.record_many(event(reason=str(number)) for number in range(3))) == 3


def test_personal_data_is_taken_out_before_it_is_stored(recorder: axiom.Recorder, directory: Path) -> None:
    reason = "🙂 ask bob@example.com"
    (finding,) = recorder.record(event(reason=reason)).findings
    assert (finding.type, finding.pointer, finding.action) == ("email", "/reason", "redact")
    assert reason[finding.start : finding.end] == "bob@example.com"
    (entry,) = axiom.entries(directory)
    assert entry["event"]["reason"] == "🙂 ask [REDACTED:email]"
    assert entry["event"]["redactions"] == {"email": 1}


def test_the_dangerous_door_stores_what_comes(directory: Path) -> None:
    with axiom.Recorder(directory, ORIGIN, scrub=False) as recorder:
        assert recorder.record(event(reason="ask bob@example.com")).findings == ()
    (entry,) = axiom.entries(directory)
    assert entry["event"]["reason"] == "ask bob@example.com"


def test_a_stream_can_be_chosen_for_all_events(directory: Path) -> None:
    with axiom.Recorder(directory, ORIGIN, stream="imported") as recorder:
        assert recorder.record(event()).log.endswith("/imported")


def test_a_directory_is_opened_again_with_or_without_its_origin(directory: Path) -> None:
    with axiom.Recorder(directory, ORIGIN) as recorder:
        recorder.record(event())
        key = recorder.verifier_key
    for origin in (None, ORIGIN):
        with axiom.Recorder(directory, origin) as recorder:
            assert (recorder.origin, recorder.verifier_key) == (ORIGIN, key)
            recorder.record(event())
    assert [entry["seq"] for entry in axiom.entries(directory)] == [0, 1, 2]


def test_the_directory_and_the_signing_key_are_private(recorder: axiom.Recorder, directory: Path) -> None:
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700
    assert stat.S_IMODE((directory / "signing.key").stat().st_mode) == 0o600


def test_the_signing_key_can_be_kept_elsewhere(directory: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere.key"
    with axiom.Recorder(directory, ORIGIN, signing_key=elsewhere) as recorder:
        recorder.record(event())
        assert len(recorder.checkpoint()) == 1
    assert elsewhere.exists() and not (directory / "signing.key").exists()
    with axiom.Recorder(directory) as recorder, pytest.raises(axiom.KeyFileError):
        recorder.checkpoint()


def test_a_creation_that_was_interrupted_goes_on_with_its_key(directory: Path) -> None:
    with axiom.Recorder(directory, ORIGIN) as recorder:
        key = recorder.verifier_key
    (directory / "axiom.json").unlink()
    with axiom.Recorder(directory, ORIGIN) as recorder:
        assert recorder.verifier_key == key


def test_a_checkpoint_is_one_note_a_log(recorder: axiom.Recorder) -> None:
    receipts = recorder.record_many([event(), event(organizationId="other"), event()])
    notes = {note.split("\n")[0]: note for note in recorder.checkpoint()}
    assert notes.keys() == {receipt.log for receipt in receipts}
    assert notes[receipts[0].log].split("\n")[1] == "2"


def test_a_foreign_signing_key_signs_nothing(directory: Path, tmp_path: Path) -> None:
    with axiom.Recorder(tmp_path / "other", ORIGIN):
        pass
    with axiom.Recorder(directory, ORIGIN, signing_key=tmp_path / "own.key"):
        pass
    with axiom.Recorder(directory, signing_key=tmp_path / "other" / "signing.key") as recorder:
        recorder.record(event())
        with pytest.raises(axiom.KeyFileError, match="does not belong"):
            recorder.checkpoint()


def test_a_closed_recorder_takes_nothing_and_lets_the_directory_go(directory: Path) -> None:
    recorder = axiom.Recorder(directory, ORIGIN)
    assert not recorder.closed
    recorder.close()
    recorder.close()
    assert recorder.closed and "closed" in repr(recorder)
    for call in (lambda: recorder.record(event()), recorder.checkpoint):
        with pytest.raises(axiom.ClosedError):
            call()
    axiom.Recorder(directory).close()


def test_a_recorder_that_nobody_holds_is_closed(directory: Path) -> None:
    recorder = axiom.Recorder(directory, ORIGIN)
    del recorder
    axiom.Recorder(directory).close()


def test_a_bad_event_of_a_batch_does_not_keep_the_others_out(recorder: axiom.Recorder, directory: Path) -> None:
    good, unreadable, too_large = event(), event(riskLevel=7), event(reason="x" * 70_000)
    with pytest.raises(axiom.EventError) as caught:
        recorder.record_many([good, unreadable, good, too_large, good])
    error = caught.value
    assert (error.index, error.pointer) == (1, "/riskLevel")
    assert [receipt and receipt.seq for receipt in error.receipts] == [0, None, 1, None, 2]
    assert list(error.errors) == [1, 3] and "70" in str(error.errors[3])
    assert len(list(axiom.entries(directory))) == 3


def test_ten_thousand_small_events_take_a_moment(recorder: axiom.Recorder) -> None:
    started = datetime.datetime.now()
    receipts = recorder.record_many([event(metadata={"number": number}) for number in range(10_000)])
    assert receipts[-1].seq == 9_999
    # It takes some tenths of a second; one write an event would take minutes on most disks.
    assert datetime.datetime.now() - started < datetime.timedelta(seconds=10)
