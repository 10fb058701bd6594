"""Adds vectors of the suites to axe1.json, computed from the text of the format with pyca/cryptography alone.

Run beside axe1.json: python3 axe1.py. It needs `cryptography` with OpenSSL 3.2 or newer, for AES-GCM-SIV.
"""

import base64
import hashlib
import json
import pathlib
import struct

from cryptography.hazmat.primitives import hashes, keywrap
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESGCMSIV
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SUITES = {"aes-256-gcm": 1, "xaes-256-gcm": 2, "aes-256-gcm-siv": 3}


def hkdf(key, info, length):
    return HKDF(hashes.SHA256(), length, None, info).derive(key)


def form(label, pairs):
    out = label + bytes([len(pairs)])
    for key, value in sorted((key.encode(), value.encode()) for key, value in pairs.items()):
        out += bytes([len(key)]) + key + struct.pack(">H", len(value)) + value
    return hashlib.sha256(out).digest()


def xaes(key, nonce):
    """The AES-256-GCM key and nonce of C2SP XAES-256-GCM."""

    def aes(block):
        return Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)

    subkey = int.from_bytes(aes(bytes(16)), "big") << 1
    if subkey >> 128:
        subkey = (subkey & (1 << 128) - 1) ^ 0x87
    block = lambda counter: bytes([0, counter, 0x58, 0]) + nonce[:12]
    derived = [aes((int.from_bytes(block(counter), "big") ^ subkey).to_bytes(16, "big")) for counter in (1, 2)]
    return b"".join(derived), nonce[12:]


def encrypt(suite, key, nonce, header, plaintext):
    if suite == "xaes-256-gcm":
        key, nonce = xaes(key, nonce)
    cipher = AESGCMSIV(key) if suite == "aes-256-gcm-siv" else AESGCM(key)
    return cipher.encrypt(nonce, plaintext, header)


def body(suite, key, nonce, header, plaintext, frame):
    """One piece, or frames of 2^frame bytes."""
    if frame == 0:
        return encrypt(suite, key, nonce, header, plaintext)
    length = 1 << frame
    pieces = [plaintext[start:start + length] for start in range(0, len(plaintext), length)] or [b""]
    place = lambda number: struct.pack(">IB", number, number == len(pieces) - 1)
    return b"".join(
        encrypt(suite, key, nonce[:-5] + place(number), header, piece) for number, piece in enumerate(pieces)
    )


def vector(name, seed, suite, shared, context, plaintext, frame=0):
    """A vector whose keys and nonce follow from its name, so that the script gives the same file twice."""
    draw = lambda what, length: hkdf(hashlib.sha256(seed).digest(), what, length)
    file_key, data_key = draw(b"file key", 32), draw(b"data key", 32)
    nonce = draw(b"nonce", 24 if suite == "xaes-256-gcm" else 12)
    if frame:
        nonce = nonce[:-5] + bytes(5)
    key_id = base64.urlsafe_b64encode(hkdf(file_key, b"axiom/key-file/v1/id", 6)).decode()
    schedule = hkdf(data_key, b"axiom/axe1/schedule" + bytes([SUITES[suite]]), 64)
    digest = form(b"axiom/axe1/context", context)
    scope = form(b"axiom/axe1/scope", {k: v for k, v in context.items() if k in ("organization", "subject")})
    binding = (scope if shared else digest) + schedule[32:]
    wrapped = keywrap.aes_key_wrap(hkdf(file_key, b"axiom/key-file/v1/wrap" + binding, 32), data_key)
    header = b"AXE1" + bytes([SUITES[suite], shared, 0]) + schedule[32:] + digest + nonce + bytes([frame])
    recipients = b"\x01\x04file\x08" + key_id.encode() + b"\0\0" + struct.pack(">H", len(wrapped)) + wrapped
    message = header + recipients + body(suite, schedule[:32], nonce, header, plaintext, frame)
    return {
        "name": name, "key_file_key": file_key.hex(), "key_id": key_id, "context": context, "suite": suite,
        "shared": shared, "frame": frame, "data_key": data_key.hex(), "nonce": nonce.hex(), "plaintext": plaintext.hex(),
        "message": message.hex(), "valid": True, "error": None,
    }


def made():
    field = {"organization": "org_7f3c", "event": "0198c5a0-7b2e-7000-8000-000000000001", "pointer": "/beforeState"}
    person = {"organization": "org_7f3c", "subject": "sub_19", "purpose": "address"}
    rows = [
        ("XAES-256-GCM", "xaes-256-gcm", False, field, b"arn:aws:iam::123456789012:role/reader"),
        ("XAES-256-GCM, empty plaintext", "xaes-256-gcm", False, field, b""),
        ("AES-256-GCM-SIV", "aes-256-gcm-siv", False, field, b"arn:aws:iam::123456789012:role/reader"),
        ("AES-256-GCM, shared data key, organization", "aes-256-gcm", True, field, bytes(range(100))),
        ("XAES-256-GCM, shared data key, subject", "xaes-256-gcm", True, person, bytes(range(100))),
    ]
    long = bytes(number * number % 251 for number in range(9000))
    rows += [
        ("AES-256-GCM, frames, empty plaintext", "aes-256-gcm", False, field, b"", 12),
        ("AES-256-GCM, two frames", "aes-256-gcm", False, field, long[:4097], 12),
        ("XAES-256-GCM, one full frame", "xaes-256-gcm", False, person, long[:4096], 12),
        ("XAES-256-GCM, shared data key, three frames", "xaes-256-gcm", True, person, long, 12),
        ("AES-256-GCM-SIV, two full frames", "aes-256-gcm-siv", False, field, long[:8192], 12),
    ]
    return [vector(name, name.encode(), *rest) for name, *rest in rows]


def damaged(vectors):
    """What must not open: a framed message cut at the end of a frame, and its frames in another order."""
    whole = next(row for row in vectors if row["name"] == "XAES-256-GCM, shared data key, three frames")
    message, sealed = bytes.fromhex(whole["message"]), 4096 + 16
    front = len(message) - 9000 - 3 * 16
    one, two = message[front:front + sealed], message[front + sealed:front + 2 * sealed]
    rows = {
        "Frames without the last one": message[:front] + one + two,
        "Frames in another order": message[:front] + two + one + message[front + 2 * sealed:],
        "A frame twice": message[:front] + one + one + message[front + 2 * sealed:],
        "Frames without the first one": message[:front] + message[front + sealed:],
        "An empty frame after the last one": message + bytes(16),
    }
    same = {name: whole[name] for name in ("key_file_key", "key_id", "context")}
    return [
        {"name": name} | same | {"message": message.hex(), "valid": False, "error": "open"}
        for name, message in rows.items()
    ]


path = pathlib.Path(__file__).with_name("axe1.json")
document = json.loads(path.read_text())
vectors = made()
new = {row["name"]: row for row in vectors + damaged(vectors)}
kept = [row for row in document["tests"] if row["name"] not in new]
for row in kept:
    if "data_key" in row:
        row |= {"suite": row.get("suite", "aes-256-gcm"), "shared": row.get("shared", False), "frame": row.get("frame", 0)}
document["tests"] = kept + list(new.values())
rows = ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in document["tests"])
path.write_text(f'{{\n  "source": {json.dumps(document["source"])},\n  "tests": [\n{rows}\n  ]\n}}\n')
