"""Makes tink_aead.json with Tink for Python.

pip install tink==1.16.1
python axiom-crypto/tests/vectors/tink_aead.py > axiom-crypto/tests/vectors/tink_aead.json

IVs and the data keys of envelopes are random, so every run gives other messages with the same meaning.
"""

from __future__ import annotations

import base64
import json
from hashlib import shake_256
from importlib.metadata import version

from tink import aead, json_proto_keyset_format, secret_key_access

KEY = shake_256(b"key").digest(32)
KEY_ID = 0x01020304
AES_GCM_KEY_FIELD = b"\x1a\x20"
"""Field 3, `key_value`, of google.crypto.tink.AesGcmKey, and the length of an AES-256 key."""


def primitive(prefix: str) -> aead.Aead:
    """AES-256-GCM under KEY, with Tink's prefix ("TINK") or without ("RAW")."""
    data = {
        "typeUrl": "type.googleapis.com/google.crypto.tink.AesGcmKey",
        "value": base64.b64encode(AES_GCM_KEY_FIELD + KEY).decode(),
        "keyMaterialType": "SYMMETRIC",
    }
    key = {"keyData": data, "status": "ENABLED", "keyId": KEY_ID, "outputPrefixType": prefix}
    keyset = json.dumps({"primaryKeyId": KEY_ID, "key": [key]})
    return json_proto_keyset_format.parse(keyset, secret_key_access.TOKEN).primitive(aead.Aead)


def vector(name: str, kind: str, cipher: aead.Aead, length: int, aad: bytes) -> dict[str, str]:
    plaintext = shake_256(b"plaintext").digest(length)
    message = cipher.encrypt(plaintext, aad)
    return {"name": name, "kind": kind, "aad": aad.hex(), "plaintext": plaintext.hex(), "message": message.hex()}


def vectors() -> list[dict[str, str]]:
    aead.register()
    raw, tink = primitive("RAW"), primitive("TINK")
    envelope = aead.KmsEnvelopeAead(aead.aead_key_templates.AES256_GCM, raw)
    return [
        vector(f"{name}, {length} bytes, {len(aad)} bytes of AAD", kind, cipher, length, aad)
        for name, kind, cipher in [
            ("no prefix", "raw", raw),
            ("prefix", "prefixed", tink),
            ("KMS envelope", "envelope", envelope),
        ]
        for length, aad in [(0, b""), (1, b"context"), (16, b""), (100, bytes(33)), (1024, b"organization=acme")]
    ]


if __name__ == "__main__":
    source = f"made by tink_aead.py beside this file with tink {version('tink')} for Python"
    head = [f'  "source": {json.dumps(source)},', f'  "key": "{KEY.hex()}",', f'  "key_id": {KEY_ID},', '  "tests": [']
    tests = ",\n".join("    " + json.dumps(vector) for vector in vectors())
    print("\n".join(["{", *head, tests, "  ]", "}"]))
