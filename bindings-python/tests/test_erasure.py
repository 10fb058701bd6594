"""Keys of organizations and data subjects: sealing under them, revoking, holding and destroying them."""

from __future__ import annotations

import stat
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import axiom
import pytest
from axiom.crypto import KeyTree
from conftest import ORIGIN, event

CONTEXT = {"organization": "acme", "subject": "sub_ada"}
WHY = {"by": "user_41", "reason": "request of the data subject"}
PEOPLE = {"customer": "Ada Example, 12 Example Road", "agent": "Bob Example, desk 9"}
FIELDS = [("/metadata/customer", "/subjectRefs/0"), ("/metadata/agent", "/subjectRefs/1")]


@pytest.fixture
def keys(tmp_path: Path) -> KeyTree:
    axiom.crypto.generate_key(tmp_path / "master.key")
    return KeyTree(tmp_path / "keys", key=tmp_path / "master.key")


def meeting(**members: object) -> dict[str, object]:
    return event(subjectRefs=["sub_ada", "sub_bob"], metadata=PEOPLE, afterState={"open": True}, **members)


def test_one_person_is_erased_and_the_log_stays_whole(keys: KeyTree, directory: Path, tmp_path: Path) -> None:
    with axiom.Recorder(directory, ORIGIN, keys=keys, seal=FIELDS) as recorder:
        receipt = recorder.record(meeting())
        assert set(receipt.sealed) == {"/afterState", "/metadata/agent", "/metadata/customer"}
        (entry,) = axiom.entries(directory, keys=keys)
        assert entry["event"]["metadata"] == PEOPLE and entry["closed"] == {}

        due = keys.revoke("acme", "sub_ada", grace=timedelta(days=30))
        assert timedelta(days=29) < due - datetime.now(timezone.utc) <= timedelta(days=30)
        (entry,) = axiom.entries(directory, keys=keys)
        assert entry["closed"] == {"/metadata/customer": "revoked"}
        keys.restore("acme", "sub_ada")

        erased = keys.destroy_without_grace("acme", "sub_ada", **WHY)
        assert not recorder.record(erased.event).duplicate
        assert recorder.record(erased.event).duplicate
        notes = recorder.checkpoint()

    reopened = KeyTree(tmp_path / "keys", key=tmp_path / "master.key")
    entry, told = axiom.entries(directory, keys=reopened)
    assert entry["closed"] == {"/metadata/customer": "erased"}
    assert entry["event"]["metadata"]["customer"].keys() == {"$sealed"}
    assert entry["event"]["metadata"]["agent"] == PEOPLE["agent"]
    assert entry["event"]["afterState"] == {"open": True}
    assert told["event"]["actionType"] == "log.erased"
    assert told["event"]["metadata"]["digest"] == erased.digest
    assert told["event"]["resourceIds"] == [f"key:{key}" for key in erased.keys]
    assert axiom.verify(directory, recorder.verifier_key, checkpoints=notes, strict=True)


def test_no_file_tells_whose_key_it_is_and_all_are_private(keys: KeyTree, tmp_path: Path) -> None:
    keys.encryptor("acme", "sub_ada").seal(b"12 Example Road", CONTEXT)
    records = list((tmp_path / "keys").glob("*.axk"))
    assert records and not any(b"sub_ada" in record.read_bytes() for record in records)
    assert {stat.S_IMODE(record.stat().st_mode) for record in records} == {0o600}


def test_a_receipt_says_what_was_destroyed(keys: KeyTree) -> None:
    keys.encryptor("acme", "sub_ada")
    receipt = keys.destroy_without_grace("acme", "sub_ada", **WHY)
    assert (receipt.organization, receipt.scope, len(receipt.keys)) == ("acme", "subject", 1)
    assert (receipt.by, receipt.reason) == ("user_41", "request of the data subject")
    assert (receipt.event["userId"], receipt.event["reason"]) == (receipt.by, receipt.reason)
    again = keys.destroy("acme", "sub_ada", **WHY)
    assert (again.keys, again.at, again.digest) == (receipt.keys, receipt.at, receipt.digest)
    whole = keys.destroy_without_grace("acme", **WHY)
    assert whole.scope == "organization" and set(receipt.keys) < set(whole.keys)


def test_a_key_goes_through_its_states(keys: KeyTree) -> None:
    assert keys.state("acme", "sub_ada") is None
    person = keys.encryptor("acme", "sub_ada")
    message = person.seal(b"12 Example Road", CONTEXT)
    assert keys.state("acme", "sub_ada") == keys.state("acme") == "enabled"
    with pytest.raises(axiom.ArgumentError, match="revoked first"):
        keys.destroy("acme", "sub_ada", **WHY)

    due = keys.revoke("acme", "sub_ada", grace=timedelta(days=1))
    assert keys.state("acme", "sub_ada") == "revoked"
    for refused in (
        lambda: person.open(message, CONTEXT),
        lambda: person.seal(b"", CONTEXT),
        lambda: keys.encryptor("acme", "sub_ada"),
        lambda: keys.destroy("acme", "sub_ada", **WHY),
    ):
        with pytest.raises(axiom.KeyRevokedError) as revoked:
            refused()
        assert revoked.value.due == due

    # A grace that runs is never cut: it must be called off first.
    assert keys.revoke("acme", "sub_ada", grace=timedelta(0)) == due
    keys.restore("acme", "sub_ada")
    keys.revoke("acme", "sub_ada", grace=timedelta(0))
    keys.destroy("acme", "sub_ada", **WHY)
    assert keys.state("acme", "sub_ada") == "destroyed"
    with pytest.raises(axiom.KeyDestroyedError):
        person.open(message, CONTEXT)
    with pytest.raises(axiom.KeyDestroyedError):
        keys.restore("acme", "sub_ada")
    new = keys.encryptor("acme", "sub_ada")
    assert new.open(new.seal(b"again", CONTEXT), CONTEXT) == b"again"
    with pytest.raises(axiom.OpenError):
        new.open(message, CONTEXT)


def test_a_legal_hold_stands_in_the_way(keys: KeyTree) -> None:
    keys.encryptor("acme", "sub_ada")
    keys.hold("acme", "sub_ada", name="case-17")
    for refused in (
        lambda: keys.revoke("acme", "sub_ada", grace=timedelta(0)),
        lambda: keys.destroy_without_grace("acme", "sub_ada", **WHY),
        lambda: keys.destroy_without_grace("acme", **WHY),
    ):
        with pytest.raises(axiom.KeyHeldError, match="case-17") as held:
            refused()
        assert held.value.holds == ("case-17",)
    with pytest.raises(axiom.ArgumentError):
        keys.release("acme", "sub_ada", name="case-18")
    keys.release("acme", "sub_ada", name="case-17")
    assert len(keys.destroy_without_grace("acme", "sub_ada", **WHY).keys) == 1


def test_what_there_is_not_is_said(keys: KeyTree, tmp_path: Path) -> None:
    with pytest.raises(axiom.NoKeyError):
        keys.revoke("acme", "sub_ada", grace=timedelta(0))
    with pytest.raises(axiom.NoKeyError):
        keys.restore("acme")
    with pytest.raises(axiom.ArgumentError, match="grace"):
        keys.revoke("acme", grace=timedelta(days=-1))
    with pytest.raises(axiom.ArgumentError, match="organization"):
        keys.encryptor("")
    with pytest.raises(axiom.ArgumentError, match="subject"):
        keys.encryptor("acme", "")
    with pytest.raises(axiom.KeyFileError, match="missing.key"):
        KeyTree(tmp_path / "other", key=tmp_path / "missing.key")


def test_a_field_without_its_subject_is_refused(keys: KeyTree, directory: Path) -> None:
    with axiom.Recorder(directory, ORIGIN, keys=keys, seal=FIELDS) as recorder:
        with pytest.raises(axiom.EventError):
            recorder.record(event(metadata={"customer": "Ada Example"}))


def test_a_state_can_belong_to_a_subject(keys: KeyTree, directory: Path) -> None:
    with axiom.Recorder(directory, ORIGIN, keys=keys, seal=[("/afterState", "/subjectRefs/0")]) as recorder:
        recorder.record(meeting(beforeState={"open": False}))
    keys.destroy_without_grace("acme", "sub_ada", **WHY)
    (entry,) = axiom.entries(directory, keys=keys)
    assert entry["closed"] == {"/afterState": "erased"}
    assert entry["event"]["beforeState"] == {"open": False}


def test_fields_of_before_the_keys_open_with_both(keys: KeyTree, directory: Path, tmp_path: Path) -> None:
    axiom.crypto.generate_key(tmp_path / "seal.key")
    with axiom.Recorder(directory, ORIGIN, seal_key=tmp_path / "seal.key") as recorder:
        recorder.record(event(afterState=1))
    with axiom.Recorder(directory, ORIGIN, keys=keys) as recorder:
        recorder.record(event(afterState=2))
    both = axiom.entries(directory, keys=keys, seal_key=tmp_path / "seal.key")
    assert [entry["event"]["afterState"] for entry in both] == [1, 2]
    with pytest.raises(axiom.OpenError):
        list(axiom.entries(directory, keys=keys))


def test_keys_of_another_master_open_nothing(keys: KeyTree, directory: Path, tmp_path: Path) -> None:
    with axiom.Recorder(directory, ORIGIN, keys=keys) as recorder:
        recorder.record(event(afterState=1))
    axiom.crypto.generate_key(tmp_path / "other.key")
    with pytest.raises(axiom.OpenError):
        list(axiom.entries(directory, keys=KeyTree(tmp_path / "keys", key=tmp_path / "other.key")))


@pytest.mark.parametrize(
    ("seal", "reason"),
    [
        ([("/metadata/a", "/reason")], "seal: /reason"),
        ([("/metadata/a", "/subjectRefs/0"), "/metadata/a/b"], "overlaps"),
    ],
)
def test_fields_are_checked(seal: list[Any], reason: str, keys: KeyTree, directory: Path, tmp_path: Path) -> None:
    with pytest.raises(axiom.ArgumentError, match=reason):
        axiom.Recorder(directory, ORIGIN, keys=keys, seal=seal)
    with pytest.raises(axiom.ArgumentError, match="seal_key"):
        axiom.Recorder(directory, ORIGIN, keys=keys, seal_key=tmp_path / "master.key")
    with pytest.raises(axiom.ArgumentError, match="data subject"):
        axiom.Recorder(directory, ORIGIN, seal_key=tmp_path / "master.key", seal=FIELDS)
