"""SQL injection: modes, places in code points and bytes, wrong inputs."""

from __future__ import annotations

import axiom
import pytest
from axiom import sqli


def test_an_attack_has_a_category_and_a_place() -> None:
    text = "é🙂' union select password from users --"
    report = sqli.scan(text)
    assert report.blocked and "union" in report.categories and report.rule == "union_select"
    assert report.start is not None and text[report.start :].startswith("union")


def test_bytes_need_not_be_text() -> None:
    report = sqli.scan(b"1\xa0union\xa0select\xa02")
    assert report.blocked and report.start == 2


def test_the_mode_decides() -> None:
    query = "SELECT name FROM users WHERE id IN (SELECT 7)"
    assert [sqli.scan(query, mode).blocked for mode in ("field", "prompt", "statement")] == [True, False, False]


def test_what_has_no_sign_has_no_place() -> None:
    report = sqli.scan("plain words")
    assert (report.score, report.categories, report.start, report.end, report.rule) == (0.0, (), None, None, None)


def test_wrong_inputs_are_refused() -> None:
    with pytest.raises(axiom.ArgumentError):
        sqli.scan("x", "nonsense")  # type: ignore[arg-type]
    with pytest.raises(axiom.ArgumentError):
        sqli.scan("\ud800")
    with pytest.raises(TypeError):
        sqli.scan(7)  # type: ignore[arg-type]
