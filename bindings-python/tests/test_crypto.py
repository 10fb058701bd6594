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
    with pytest.raises(axiom.OpenError, match="/(before|after)State"):
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


SUITES = ["aes-256-gcm", "xaes-256-gcm", "aes-256-gcm-siv"]


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 200_000])
def test_an_encryptor_seals_bytes_and_files_in_every_suite(suite: str, size: int, key: Path, tmp_path: Path) -> None:
    encryptor = axiom.crypto.Encryptor(key, suite=suite)
    data = bytes(number % 251 for number in range(size))
    for context in (CONTEXT, axiom.crypto.Context(CONTEXT)):
        message = encryptor.seal(data, context)
        assert encryptor.open(message, CONTEXT) == axiom.crypto.open(message, key=key, context=CONTEXT) == data
        described = axiom.crypto.describe(message)
        assert (described.suite, len(described.keys), described.frame_length) == (suite, 1, None)
    plain, sealed, opened = (tmp_path / name for name in ("plain", "sealed", "opened"))
    plain.write_bytes(data)
    assert encryptor.seal_file(plain, sealed, CONTEXT) == size
    assert encryptor.open_file(sealed, opened, CONTEXT) == size
    assert opened.read_bytes() == data == encryptor.open(sealed.read_bytes(), CONTEXT)
    assert stat.S_IMODE(opened.stat().st_mode) == 0o600
    assert axiom.crypto.describe_file(sealed).frame_length == 65_536


def test_messages_of_one_organization_share_a_data_key_only_with_a_cache(key: Path) -> None:
    for cache in (False, True):
        encryptor = axiom.crypto.Encryptor(key, cache=cache)
        messages = [encryptor.seal(b"secret", {"organization": "acme", "row": row}) for row in "12"]
        commitments = {message[7:39] for message in messages}
        assert len(commitments) == (1 if cache else 2)
        for row, message in zip("12", messages):
            assert axiom.crypto.open(message, key=key, context={"organization": "acme", "row": row}) == b"secret"
        with pytest.raises(axiom.OpenError):
            encryptor.open(messages[0], {"organization": "acme", "row": "2"})


def test_a_damaged_file_leaves_nothing(key: Path, tmp_path: Path) -> None:
    encryptor = axiom.crypto.Encryptor(key)
    plain, sealed, opened = (tmp_path / name for name in ("plain", "sealed", "opened"))
    plain.write_bytes(bytes(200_000))
    encryptor.seal_file(plain, sealed, CONTEXT)
    before, message = sorted(tmp_path.iterdir()), sealed.read_bytes()
    for damaged in (b"", message[:-1], message[:100_000], message + b"\0"):
        sealed.write_bytes(damaged)
        with pytest.raises(axiom.OpenError):
            encryptor.open_file(sealed, opened, CONTEXT)
    assert sorted(tmp_path.iterdir()) == before
    for source, target in ((tmp_path / "missing", opened), (plain, sealed)):
        with pytest.raises(axiom.StoreError):
            encryptor.seal_file(source, target, CONTEXT)
    sealed.write_bytes(encryptor.seal(b"one piece", CONTEXT))
    with pytest.raises(axiom.CryptoError, match="one piece"):
        encryptor.open_file(sealed, opened, CONTEXT)


def test_a_message_moves_to_another_key(tmp_path: Path) -> None:
    old, new, other = (tmp_path / name for name in ("old", "new", "other"))
    names = [axiom.crypto.generate_key(path) for path in (old, new, other)]
    message = axiom.crypto.Encryptor(old).seal(b"secret", CONTEXT)
    encryptor = axiom.crypto.Encryptor(new, also=[other], older=[old])
    assert encryptor.open(message, CONTEXT) == b"secret"
    rewrapped = encryptor.rewrap(message, CONTEXT)
    assert rewrapped is not None and rewrapped.endswith(message[-22:])
    assert axiom.crypto.describe(rewrapped).keys == (names[1], names[2])
    assert encryptor.rewrap(rewrapped, CONTEXT) is None
    for path in (new, other):
        assert axiom.crypto.open(rewrapped, key=path, context=CONTEXT) == b"secret"
    with pytest.raises(axiom.KeyNotFoundError):
        axiom.crypto.open(rewrapped, key=old, context=CONTEXT)


def test_an_unfit_suite_key_or_context_is_an_error(key: Path, tmp_path: Path) -> None:
    with pytest.raises(axiom.ArgumentError, match="aes-256-gcm"):
        axiom.crypto.Encryptor(key, suite="rot13")
    with pytest.raises(axiom.KeyFileError):
        axiom.crypto.Encryptor(key, also=[tmp_path / "missing"])
    with pytest.raises(axiom.KeyFileError):
        axiom.crypto.Encryptor(key, older=[tmp_path / "missing"])
    with pytest.raises(axiom.ArgumentError):
        axiom.crypto.Context({})
    wrong: Any = 5
    with pytest.raises(TypeError):
        axiom.crypto.Encryptor(key).seal(b"", wrong)
    with pytest.raises(axiom.OpenError):
        axiom.crypto.describe(b"no message")
