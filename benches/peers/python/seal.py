"""Messages of 1 KiB from Python, beside ``cryptography`` and Tink.

pip install target/wheels/axiom_sdk-*.whl cryptography==50.0.2 tink==1.16.1
python benches/peers/python/seal.py

| what | ours | baseline | goal |
|---|---|---|---|
| python_1k_vs_tink | ``axiom.crypto.Encryptor`` over a key file, with a cache and a prepared context | Tink's ``KmsEnvelopeAead`` under a local AES-256-GCM key, a data key of its own for each message as well | at least 3 |
| python_1k_fresh_vs_tink | the same without a cache: a data key of its own for each message, as Tink's | the same | at least 3 |
| python_1k_vs_raw | as in the first row | ``AESGCM.encrypt`` of ``cryptography`` with a random nonce, nothing else | at least 1 / 1.5 |

Ours and the baseline take turns in one process; reported is the median of the ratios of messages per second, more is
better, with the distance of its quartiles over it.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import axiom
import tink
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from tink import aead

ROUNDS, MESSAGES = 41, 400
PLAINTEXT = bytes(1024)
CONTEXT = {"organization": "org_7f3c", "purpose": "connection-state"}
AAD = repr(sorted(CONTEXT.items())).encode()

Seal = Callable[[], bytes]


def ours(directory: Path, *, cache: bool) -> Seal:
    key = directory / f"seal-{cache}.key"
    axiom.crypto.generate_key(key)
    encryptor, context = axiom.crypto.Encryptor(key, cache=cache), axiom.crypto.Context(CONTEXT)
    assert encryptor.open(encryptor.seal(PLAINTEXT, context), context) == PLAINTEXT
    return lambda: encryptor.seal(PLAINTEXT, context)


def raw() -> Seal:
    cipher = AESGCM(AESGCM.generate_key(256))

    def seal() -> bytes:
        nonce = os.urandom(12)
        return nonce + cipher.encrypt(nonce, PLAINTEXT, AAD)

    message = seal()
    assert cipher.decrypt(message[:12], message[12:], AAD) == PLAINTEXT
    return seal


def tinks() -> Seal:
    aead.register()
    remote = tink.new_keyset_handle(aead.aead_key_templates.AES256_GCM).primitive(aead.Aead)
    cipher = aead.KmsEnvelopeAead(aead.aead_key_templates.AES256_GCM, remote)
    assert cipher.decrypt(cipher.encrypt(PLAINTEXT, AAD), AAD) == PLAINTEXT
    return lambda: cipher.encrypt(PLAINTEXT, AAD)


def rate(seal: Seal) -> float:
    start = time.perf_counter()
    for _ in range(MESSAGES):
        seal()
    return MESSAGES / (time.perf_counter() - start)


def compare(name: str, goal: float, ours: Seal, baseline: Seal) -> None:
    rate(ours), rate(baseline)
    pairs = []
    for number in range(ROUNDS):
        if number % 2:
            first, second = rate(ours), rate(baseline)
        else:
            second, first = rate(baseline), rate(ours)
        pairs.append((first, second))
    ratios = [first / second for first, second in pairs]
    median, (low, _, high) = statistics.median(ratios), statistics.quantiles(ratios, n=4)
    first, second = (statistics.median(column) for column in zip(*pairs))
    short = "  below the goal" if median < goal else ""
    spread = (high - low) / median
    print(f"{name:<25}{first:>10.0f}{second:>10.0f}  messages/s{median:>8.2f}{goal:>8.2f}{spread:>8.2f}{short}")


def main() -> None:
    print(f"{'what':<25}{'ours':>10}{'baseline':>10}  {'unit':<10}{'ratio':>8}{'goal':>8}{'spread':>8}")
    with tempfile.TemporaryDirectory() as directory:
        seal, fresh = ours(Path(directory), cache=True), ours(Path(directory), cache=False)
        compare("python_1k_vs_tink", 3, seal, tinks())
        compare("python_1k_fresh_vs_tink", 3, fresh, tinks())
        compare("python_1k_vs_raw", 1 / 1.5, seal, raw())


if __name__ == "__main__":
    main()
