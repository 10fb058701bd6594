"""Verifies a log and its signed checkpoint with the standard library and ``cryptography`` alone.

    python independent_verifier.py VKEY CHECKPOINT LINES...

VKEY is the text of a verifier key or a file that holds it, CHECKPOINT a file with one signed note, LINES the log: a jsonl
export or segments in order. Entries of other logs are passed over. Formats: C2SP signed-note and tlog-checkpoint, trees of
RFC 6962, signatures of RFC 8032.
"""

import base64
import hashlib
import json
import pathlib
import sys

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


def sha256(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()


def require(condition: bool, failure: str) -> None:
    if not condition:
        raise ValueError(failure)


def public_key(vkey: str) -> tuple[str, bytes]:
    """NAME+<key id>+<base64 of 0x01 and the public key>."""
    name, key_id, encoded = vkey.strip().split("+", 2)
    key = base64.b64decode(encoded, validate=True)
    require(len(key) == 33 and key[0] == 1, "the verifier key is not Ed25519")
    require(sha256(name.encode(), b"\n", key)[:4].hex() == key_id, "the verifier key's id is wrong")
    return name, key


def checkpoint(note: str, name: str, key: bytes) -> tuple[str, int, bytes]:
    """The origin, size and root that the key signed under the origin's own name."""
    text, signatures = note[: note.rindex("\n\n") + 1], note[note.rindex("\n\n") + 2 :]
    origin, size, root, end = text.split("\n")
    require(end == "" and (origin == name or origin.startswith(name + "/")), "the checkpoint is not of this host")
    key_id = sha256(origin.encode(), b"\n", key)[:4]
    blobs = [line.split(" ")[2] for line in signatures.split("\n") if line.startswith(f"— {origin} ")]
    ours = [blob[4:] for blob in map(base64.b64decode, blobs) if blob[:4] == key_id]
    require(ours != [], "the checkpoint is not signed by this key")
    for signature in ours:
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature, text.encode())
    return origin, int(size), base64.b64decode(root, validate=True)


def leaves(lines: list[bytes], origin: str) -> list[bytes]:
    """The leaf hash of each line, once every line follows from the one before."""
    hashes: list[bytes] = []
    prev = sha256(b"axiom-audit/v1/genesis\n", origin.encode(), b"\n")
    for seq, line in enumerate(lines):
        links = f',"log":"{origin}","prev":"{prev.hex()}","seq":{seq},"v":1}}'
        linked = line.startswith(b'{"event":{') and line.endswith(b"}" + links.encode())
        require(linked and len(line) < 65536, f"entry {seq} is not linked to the one before")
        require(list(json.loads(line)) == ["event", "log", "prev", "seq", "v"], f"entry {seq} is not an entry")
        prev = sha256(b"\0", line)
        hashes.append(prev)
    return hashes


def root_of(hashes: list[bytes]) -> bytes:
    """RFC 6962, section 2.1."""
    if len(hashes) < 2:
        return hashes[0] if hashes else sha256()
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return sha256(b"\1", root_of(hashes[:split]), root_of(hashes[split:]))


def verify(log: bytes, note: str, vkey: str) -> tuple[str, int, int]:
    """The origin, how many entries there are, and how many of them are signed; an exception where that does not hold."""
    origin, size, root = checkpoint(note, *public_key(vkey))
    lines = [line for line in log.split(b"\n") if line and json.loads(line)["log"] == origin]
    hashes = leaves(lines, origin)
    require(len(hashes) >= size, f"{len(hashes)} entries are left of {size} that were signed")
    require(root_of(hashes[:size]) == root, f"the first {size} entries are not those that were signed")
    return origin, len(hashes), size


if __name__ == "__main__":
    vkey, note, *files = sys.argv[1:]
    vkey = vkey if "+" in vkey else pathlib.Path(vkey).read_text("utf-8")
    log = b"".join(pathlib.Path(file).read_bytes() for file in files)
    try:
        print("{}: {} entries, {} of them signed".format(*verify(log, pathlib.Path(note).read_text("utf-8"), vkey)))
    except Exception as failure:
        sys.exit(f"not verified: {failure!r}")
