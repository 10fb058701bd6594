"""Personal data in text: the vectors that the Rust tests read, places in code points, wrong inputs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import axiom
import pytest
from axiom import pii


@pytest.mark.parametrize("type", pii.types())
def test_the_vectors_are_found_and_nothing_else(type: str, repository: Path) -> None:
    vectors = json.loads((repository / f"axiom-pii/tests/vectors/{type}.json").read_text("utf-8"))
    assert vectors["offsets"] == "code points" and vectors["cases"]
    for case in vectors["cases"]:
        found = [
            {"type": each.type, "start": each.start, "end": each.end}
            for each in pii.scan(case["text"])
            if each.type == type
        ]
        assert found == case["findings"], case["text"]


@pytest.mark.parametrize("before", ["", "é", "日本語 ", "🙂🙂 ", "e\u0301 ", "👩\u200d👩\u200d👧 ", "\U0010ffff"])
def test_places_are_code_points(before: str) -> None:
    text = f"{before} bob@example.com und 🔑 4111-1111-1111-1111 🔑"
    values = [text[finding.start : finding.end] for finding in pii.scan(text)]
    assert values == ["bob@example.com", "4111-1111-1111-1111"]


def test_places_are_code_points_in_long_texts_too() -> None:
    text = "🙂" * 100_000 + " bob@example.com " + "🙂" * 100_000
    (finding,) = pii.scan(text)
    assert text[finding.start : finding.end] == "bob@example.com"
    assert pii.redact(text) == text.replace("bob@example.com", "[REDACTED:email]")


def test_a_finding_says_how_sure_it_is() -> None:
    (finding,) = pii.scan("call bob@example.com")
    assert finding == axiom.Finding("email", 5, 20, 0.95, validated=False)
    (finding,) = pii.scan("4111 1111 1111 1111")
    assert finding == axiom.Finding("credit_card", 0, 19, 1.0, validated=True)


def test_types_can_be_chosen() -> None:
    text = "bob@example.com 536-90-4399"
    assert [finding.type for finding in pii.scan(text, types=["us_ssn"])] == ["us_ssn"]
    assert pii.redact(text, types=("email",)) == "[REDACTED:email] 536-90-4399"
    assert pii.scan(text, types=[]) == []


def test_the_minimum_score_can_be_chosen() -> None:
    text = "4222222222222"
    assert pii.scan(text) == []
    assert [finding.type for finding in pii.scan(text, min_score=0.0)] == ["credit_card"]
    assert pii.redact("bob@example.com", min_score=1.0) == "bob@example.com"


def test_texts_without_findings_come_back_as_they_are() -> None:
    for text in ("", "nothing", "\0", "naïve"):
        assert pii.scan(text) == [] and pii.redact(text) == text


def test_settings_out_of_range_are_errors() -> None:
    with pytest.raises(axiom.ArgumentError, match="shoe_size"):
        pii.scan("", types=["shoe_size"])
    for score in (-0.1, 1.1, float("nan")):
        with pytest.raises(axiom.ArgumentError):
            pii.redact("", min_score=score)


def test_a_lone_surrogate_is_an_error() -> None:
    for call in (pii.scan, pii.redact):
        with pytest.raises(axiom.ArgumentError, match="surrogate"):
            call("bob@example.com \ud800")


def test_other_types_are_type_errors() -> None:
    wrong: Any
    for wrong in (None, b"bob@example.com", 7, ["text"]):
        with pytest.raises(TypeError):
            pii.scan(wrong)
    with pytest.raises(TypeError):
        pii.scan("", types="email")
