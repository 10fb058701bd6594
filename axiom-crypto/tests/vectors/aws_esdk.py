"""Makes aws_esdk.json with the AWS Encryption SDK for Python.

pip install aws-encryption-sdk==4.0.7
python axiom-crypto/tests/vectors/aws_esdk.py > axiom-crypto/tests/vectors/aws_esdk.json

Message ids, data keys and IVs are random, so every run gives other messages with the same meaning.
"""

from __future__ import annotations

import json
from hashlib import shake_256
from importlib.metadata import version

import aws_encryption_sdk
from aws_encryption_sdk.identifiers import Algorithm, CommitmentPolicy, EncryptionKeyType, WrappingAlgorithm
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKeyProvider

NAMESPACE = "axiom test"
ALGORITHMS = {
    "plain": Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
    "signed": Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY_ECDSA_P384,
    "not committing": Algorithm.AES_256_GCM_IV12_TAG16_HKDF_SHA256,
}
UNICODE = {"größe": "ein Maß", "日本": "東京", "": "an empty key", "an empty value": "", "purpose": "test"}


def key(name: str) -> bytes:
    return shake_256(name.encode()).digest(32)


def text(length: int) -> bytes:
    return shake_256(b"plaintext").digest(length)


class Keys(RawMasterKeyProvider):
    """The keys of this script; each message is encrypted for those that were added."""

    provider_id = NAMESPACE

    def _get_raw_key(self, key_id: bytes) -> WrappingKey:
        return WrappingKey(
            wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=key(key_id.decode()),
            wrapping_key_type=EncryptionKeyType.SYMMETRIC,
        )


def vector(
    name: str,
    length: int,
    *,
    context: dict[str, str] | None = None,
    keys: tuple[str, ...] = ("one",),
    frame_length: int = 4096,
    algorithm: str = "plain",
    error: str | None = None,
) -> dict[str, object]:
    policy = CommitmentPolicy.FORBID_ENCRYPT_ALLOW_DECRYPT
    if algorithm != "not committing":
        policy = CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    client = aws_encryption_sdk.EncryptionSDKClient(commitment_policy=policy)
    provider = Keys()
    provider.add_master_keys_from_list(keys)
    message, _ = client.encrypt(
        source=text(length),
        key_provider=provider,
        algorithm=ALGORITHMS[algorithm],
        encryption_context=context or {},
        frame_length=frame_length,
    )
    return {
        "name": name,
        "keys": {name: key(name).hex() for name in keys},
        "context": context or {},
        "frame_length": frame_length,
        "plaintext": text(length).hex(),
        "message": message.hex(),
        "error": error,
    }


VECTORS = [
    vector("empty", 0),
    vector("one byte", 1, context={"purpose": "test"}),
    # This SDK writes frames of multiples of 128 bytes only.
    vector("one frame to the byte", 128, frame_length=128),
    vector("three frames to the byte", 384, frame_length=128, context={"purpose": "test"}),
    vector("a frame and a byte", 129, frame_length=128),
    vector("many frames", 1500, frame_length=128, context={"purpose": "test"}),
    vector("default frame length", 5000, context={"organization": "org_7f3c", "purpose": "test"}),
    vector("several pairs beyond ASCII", 10, context=UNICODE),
    vector("several keys", 10, keys=("one", "two", "ключ"), context={"purpose": "test"}),
    vector("signed", 10, algorithm="signed", error="0x0578"),
    vector("not committing", 10, algorithm="not committing", error="version 1"),
    vector("without frames", 10, frame_length=0, error="without frames"),
]

if __name__ == "__main__":
    source = f"made by aws_esdk.py beside this file with aws-encryption-sdk {version('aws-encryption-sdk')} for Python"
    head = [f'  "source": {json.dumps(source)},', f'  "namespace": {json.dumps(NAMESPACE)},', '  "tests": [']
    tests = ",\n".join("    " + json.dumps(vector, ensure_ascii=False) for vector in VECTORS)
    print("\n".join(["{", *head, tests, "  ]", "}"]))
