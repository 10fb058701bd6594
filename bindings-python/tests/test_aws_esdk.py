"""Messages of ``axiom crypto --format aws-esdk`` open in the AWS Encryption SDK for Python, and the other way round."""

from __future__ import annotations

import subprocess
from pathlib import Path

import aws_encryption_sdk  # type: ignore[import-untyped]
import pytest
from aws_encryption_sdk.exceptions import AWSEncryptionSDKClientError  # type: ignore[import-untyped]
from aws_encryption_sdk.identifiers import (  # type: ignore[import-untyped]
    Algorithm,
    CommitmentPolicy,
    EncryptionKeyType,
    WrappingAlgorithm,
)
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey  # type: ignore[import-untyped]
from aws_encryption_sdk.key_providers.raw import RawMasterKey  # type: ignore[import-untyped]
from cryptography.exceptions import InvalidTag

NAMESPACE, NAME = "acme", "exports/2026"
KEY = bytes(range(32))
CONTEXT = {"organization": "org_7f3c", "größe": "ein Maß", "empty": ""}
FRAME = 4096

lengths = pytest.mark.parametrize("length", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 1_000_000])


class Sdk:
    """The other side, under the same key and name."""

    def __init__(self, key: bytes = KEY, name: str = NAME) -> None:
        policy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
        self.client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
        wrapping = WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING
        wrapping_key = WrappingKey(wrapping, key, EncryptionKeyType.SYMMETRIC)
        self.key = RawMasterKey(provider_id=NAMESPACE, key_id=name, wrapping_key=wrapping_key)

    def seal(self, plaintext: bytes, algorithm: Algorithm = Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY) -> bytes:
        message, _ = self.client.encrypt(
            source=plaintext, key_provider=self.key, algorithm=algorithm, encryption_context=CONTEXT
        )
        return bytes(message)

    def open(self, message: bytes) -> tuple[bytes, dict[str, str]]:
        plaintext, header = self.client.decrypt(source=message, key_provider=self.key)
        return plaintext, header.encryption_context


class Cli:
    """Our side, run with a key file of its own."""

    def __init__(self, command: Path, key: Path, *options: str) -> None:
        self.command, self.key, self.options = command, key, options

    def run(self, verb: str, data: bytes, context: dict[str, str]) -> subprocess.CompletedProcess[bytes]:
        pairs = [part for name, value in context.items() for part in ("--context", f"{name}={value}")]
        keyring = ["--format", "aws-esdk", "--keyring", f"{NAMESPACE}/{NAME}"]
        call = [str(self.command), "crypto", verb, "--key", str(self.key), *self.options, *keyring, *pairs, "-", "-"]
        return subprocess.run(call, input=data, capture_output=True)

    def seal(self, data: bytes) -> bytes:
        return self.succeeded(self.run("seal", data, CONTEXT))

    def open(self, data: bytes, context: dict[str, str] = CONTEXT) -> bytes:
        return self.succeeded(self.run("open", data, context))

    @staticmethod
    def succeeded(answer: subprocess.CompletedProcess[bytes]) -> bytes:
        assert answer.returncode == 0, answer.stderr.decode()
        return answer.stdout


@pytest.fixture(params=["raw", "hex"])
def cli(request: pytest.FixtureRequest, command: Path, tmp_path: Path) -> Cli:
    key = tmp_path / "aes.key"
    key.touch(mode=0o600)
    if request.param == "raw":
        key.write_bytes(KEY)
        return Cli(command, key)
    key.write_text(KEY.hex() + "\n")
    return Cli(command, key, "--key-hex")


@lengths
def test_the_sdk_opens_our_messages(cli: Cli, length: int) -> None:
    plaintext = bytes(length)
    assert Sdk().open(cli.seal(plaintext)) == (plaintext, CONTEXT)


@lengths
def test_we_open_messages_of_the_sdk(cli: Cli, length: int) -> None:
    plaintext = bytes(length)
    message = Sdk().seal(plaintext)
    assert cli.open(message) == plaintext
    assert cli.open(message, {"organization": "org_7f3c"}) == plaintext
    assert cli.open(message, {}) == plaintext


def test_we_open_no_damaged_message_and_none_under_another_key(cli: Cli) -> None:
    message = Sdk().seal(b"secret")
    damaged = [b"", message[:-1], message + b"\0", message[:-1] + bytes([message[-1] ^ 1])]
    foreign = [Sdk(key=bytes(32)).seal(b"secret"), Sdk(name="other").seal(b"secret")]
    for each in damaged + foreign:
        assert cli.run("open", each, {}).returncode == 1


def test_the_sdk_opens_our_messages_under_our_key_and_name_only(cli: Cli) -> None:
    message = cli.seal(b"secret")
    assert Sdk().open(message)[0] == b"secret"
    for other in (Sdk(key=bytes(32)), Sdk(name="other")):
        with pytest.raises((AWSEncryptionSDKClientError, InvalidTag)):
            other.open(message)


def test_a_pair_that_is_demanded_must_be_in_the_message(cli: Cli) -> None:
    message = Sdk().seal(b"secret")
    for context in ({"organization": "org_0000"}, {"more": ""}):
        answer = cli.run("open", message, context)
        assert (answer.returncode, answer.stdout) == (1, b"")


def test_a_signed_message_is_refused_by_name(cli: Cli) -> None:
    message = Sdk().seal(b"secret", Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384)
    answer = cli.run("open", message, {})
    assert answer.returncode == 2 and b"0x0578" in answer.stderr
