"""Envelope encryption: the vectors that the Rust tests read, sealed fields, and wrong inputs."""

from __future__ import annotations

import base64
import json
import stat
from pathlib import Path
from typing import Any

import axiom
import pytest
from conftest import ORIGIN, event

CONTEXT = {"organization": "acme", "purpose": "test"}


@pytest.fixture
def key(tmp_path: Path) -> Path:
    axiom.crypto.generate_key(tmp_path / "seal.key")
    return tmp_path / "seal.key"


def test_the_vectors_open_or_fail_as_they_say(repository: Path, tmp_path: Path) -> None:
    vectors = json.loads((repository / "axiom-crypto/tests/vectors/axe1.json").read_text("utf-8"))["tests"]
    assert any(vector["valid"] for vector in vectors) and not all(vector["valid"] for vector in vectors)
    for number, vector in enumerate(vectors):
        path = tmp_path / f"{number}.key"
        key = base64.b64encode(bytes.fromhex(vector["key_file_key"])).decode()
        path.write_text(f"axiom-key-v1 {vector['key_id']} {key}\n")
        path.chmod(0o600)
        assert opened(vector, path) == expected(vector), vector["name"]


def opened(vector: dict[str, Any], key: Path) -> bytes | str:
    try:
        return axiom.crypto.open(bytes.fromhex(vector["message"]), key=key, context=vector["context"])
    except axiom.KeyNotFoundError:
        return "key_not_found"
    except axiom.OpenError:
        return "open"


def expected(vector: dict[str, Any]) -> bytes | str:
    return bytes.fromhex(vector["plaintext"]) if vector["valid"] else vector["error"]


@pytest.mark.parametrize("data", [b"", b"\0\xff" * 50_000, bytearray(b"abc"), memoryview(b"abc")], ids=len)
def test_a_message_opens_again(data: bytes, key: Path) -> None:
    message = axiom.crypto.seal(data, key=key, context=CONTEXT)
    assert bytes(data) not in message or not data
    assert axiom.crypto.open(message, key=key, context=CONTEXT) == bytes(data)


def test_a_message_opens_under_its_context_and_key_only(key: Path, tmp_path: Path) -> None:
    message = axiom.crypto.seal(b"secret", key=key, context=CONTEXT)
    for context in ({**CONTEXT, "purpose": "other"}, {"organization": "acme"}, {**CONTEXT, "more": ""}):
        with pytest.raises(axiom.OpenError):
            axiom.crypto.open(message, key=key, context=context)
    axiom.crypto.generate_key(tmp_path / "other.key")
    with pytest.raises(axiom.KeyNotFoundError):
        axiom.crypto.open(message, key=tmp_path / "other.key", context=CONTEXT)
    for damaged in (b"", message[:-1], message + b"\0", message[:-1] + bytes([message[-1] ^ 1])):
        with pytest.raises(axiom.OpenError):
            axiom.crypto.open(damaged, key=key, context=CONTEXT)


def test_a_key_file_is_private_and_never_overwritten(key: Path) -> None:
    content = key.read_bytes()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    with pytest.raises(axiom.KeyFileError):
        axiom.crypto.generate_key(key)
    assert key.read_bytes() == content


def test_the_name_of_a_key_is_that_in_its_file(tmp_path: Path) -> None:
    name = axiom.crypto.generate_key(tmp_path / "key")
    assert name.startswith("file:") and name[5:13] in (tmp_path / "key").read_text()


@pytest.mark.parametrize(
    "context", [{}, {"": "a"}, {"a": "x" * 1025}, {"a" * 65: ""}, {str(number): "" for number in range(17)}], ids=len
)
def test_a_context_out_of_its_limits_is_an_error(context: dict[str, str], key: Path) -> None:
    with pytest.raises(axiom.ArgumentError):
        axiom.crypto.seal(b"", key=key, context=context)


def test_other_types_are_type_errors(key: Path) -> None:
    wrong: Any
    for wrong in ("text", 5, None, [1, 2]):
        with pytest.raises(TypeError):
            axiom.crypto.seal(wrong, key=key, context=CONTEXT)
    for wrong in ({"a": 1}, {1: "a"}):
        with pytest.raises(TypeError):
            axiom.crypto.seal(b"", key=key, context=wrong)


def test_a_missing_key_file_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(axiom.KeyFileError, match="missing.key"):
        axiom.crypto.seal(b"", key=tmp_path / "missing.key", context=CONTEXT)


def test_sealed_fields_are_read_with_the_key_alone(directory: Path, key: Path, tmp_path: Path) -> None:
    states = {"beforeState": {"encrypted": False}, "afterState": ["secret", 1]}
    metadata = {"roleArn": "arn:aws:iam::123456789012:role/reader", "region": "eu-west-1"}
    with axiom.Recorder(directory, ORIGIN, seal_key=key, seal=["/metadata/roleArn"]) as recorder:
        receipt = recorder.record(event(**states, metadata=metadata))
        recorder.record(event())
    assert receipt.sealed == ("/beforeState", "/afterState", "/metadata/roleArn")

    sealed, _ = axiom.entries(directory)
    assert b"secret" not in axiom.export(directory) and b"reader" not in axiom.export(directory)
    assert sealed["event"]["afterState"].keys() == {"$sealed"}
    assert sealed["event"]["metadata"]["region"] == "eu-west-1"

    opened, plain = axiom.entries(directory, seal_key=key)
    assert {name: opened["event"][name] for name in states} == states
    assert opened["event"]["metadata"] == metadata
    assert opened["hash"] == sealed["hash"] == receipt.hash
    assert "afterState" not in plain["event"]

    axiom.crypto.generate_key(tmp_path / "other.key")
    with pytest.raises(axiom.OpenError, match="/beforeState"):
        list(axiom.entries(directory, seal_key=tmp_path / "other.key"))
    assert axiom.verify(directory, recorder.verifier_key, strict=True)


def test_a_sealed_field_is_an_envelope_bound_to_its_place(directory: Path, key: Path) -> None:
    with axiom.Recorder(directory, ORIGIN, seal_key=key) as recorder:
        receipt = recorder.record(event(afterState={"a": 1}))
    (entry,) = axiom.entries(directory)
    message = base64.urlsafe_b64decode(entry["event"]["afterState"]["$sealed"] + "==")
    context = {"organization": "acme", "event": receipt.id, "pointer": "/afterState"}
    assert axiom.crypto.open(message, key=key, context=context) == b'{"a":1}'
    with pytest.raises(axiom.OpenError):
        axiom.crypto.open(message, key=key, context={**context, "pointer": "/beforeState"})
