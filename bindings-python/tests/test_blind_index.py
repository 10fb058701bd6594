"""Blind indexes: the vectors that the Rust tests read, rotation, wrong inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import axiom
import pytest
from axiom.blind_index import BlindIndex

MASTER = bytes([7]) * 32


def emails() -> BlindIndex:
    return BlindIndex(MASTER, 1, "acme", "email", normalization="folded")


def test_the_vectors_are_what_it_writes(repository: Path) -> None:
    vectors = json.loads((repository / "axiom-crypto/tests/vectors/blind_index.json").read_text("utf-8"))["tests"]
    assert len(vectors) == 10
    for vector in vectors:
        master = axiom.secrets.Secret(bytes.fromhex(vector["master"]))
        settings = (vector["version"], vector["organization"], vector["field"])
        normalization, bits = vector["normalization"], vector["bits"]
        index = BlindIndex(master, *settings, normalization=normalization, bits=bits)
        assert index.write(vector["value"]).hex() == vector["index"], vector["value"]


def test_while_versions_change_both_are_looked_up_and_the_new_one_is_written() -> None:
    index = emails()
    old = index.write("ada@example.com")
    index.rotate(bytes(32), 2)
    new = index.write("ada@example.com")
    assert (old[0], new[0]) == (1, 2)
    assert index.lookup("ADA@example.com") == [new, old]
    index.retire(1)
    assert index.lookup("ada@example.com") == [new]
    for version in (2, 3):
        with pytest.raises(axiom.ArgumentError):
            index.retire(version)


@pytest.mark.parametrize(
    "settings",
    [{"field": ""}, {"bits": 7}, {"bits": 257}, {"master": bytes(31)}, {"organization": ""}, {"normalization": "x"}],
    ids=str,
)
def test_settings_out_of_their_limits_are_errors(settings: dict[str, Any]) -> None:
    known = {"master": MASTER, "version": 1, "organization": "acme", "field": "email", "normalization": "exact"}
    with pytest.raises(axiom.ArgumentError):
        BlindIndex(**{**known, **settings})


def test_a_value_of_which_nothing_is_left_is_an_error() -> None:
    for call in (emails().write, emails().lookup):
        with pytest.raises(axiom.ArgumentError):
            call(" ")
