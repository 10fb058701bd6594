"""Queries: filters, pages and refusals."""

from __future__ import annotations

from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import axiom
import pytest
from conftest import event


@pytest.fixture
def asked(recorder: axiom.Recorder, directory: Path) -> Path:
    actions = ("apply.applied", "scan.completed", "apply.failed", "custom.billing.sent")
    for number in range(12):
        recorder.record(
            event(
                actionType=actions[number % 4],
                userId=f"user_{number % 3}",
                timestamp=datetime(2026, 3, 1 + number, tzinfo=timezone.utc),
                resourceIds=[f"bucket-{number}"],
            )
        )
    recorder.record(event(organizationId="other"))
    return directory


def days(page: axiom.Page) -> list[int]:
    return [int(entry["event"]["timestamp"][8:10]) for entry in page.entries]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({}, [12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]),
        ({"category": "apply", "oldest_first": True}, [1, 3, 5, 7, 9, 11]),
        ({"action": ["apply.failed", "scan.completed"], "actor": "user_1"}, [11, 2]),
        ({"since": datetime(2026, 3, 3, tzinfo=timezone.utc), "until": "2026-03-05T00:00:00Z"}, [4, 3]),
        ({"resource": ("bucket-0", "bucket-4", "bucket-99")}, [5, 1]),
        ({"category": "custom", "limit": 2}, [12, 8]),
        ({"correlation": "nothing"}, []),
        ({"until": datetime(2026, 1, 1, tzinfo=timezone.utc), "recorded": True}, []),
    ],
)
def test_what_fits_every_argument_is_found(asked: Path, arguments: dict[str, Any], expected: list[int]) -> None:
    assert days(axiom.query(asked, "acme", **arguments)) == expected


def test_pages_follow_each_other(asked: Path) -> None:
    found: list[int] = []
    page = axiom.query(asked, "acme", limit=5)
    while page.next is not None:
        found += days(page)
        page = axiom.query(asked, "acme", limit=5, cursor=page.next)
    assert found + days(page) == list(range(12, 0, -1))


def test_entries_are_those_of_the_log(asked: Path) -> None:
    entries = [entry for entry in axiom.entries(asked, "acme") if entry["log"].endswith("/material")]
    assert list(axiom.query(asked, "acme", stream="material", oldest_first=True).entries) == entries


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"since": "yesterday"}, "since: "),
        ({"since": datetime(2026, 3, 1)}, "since: .*time zone"),
        ({"status": "done"}, "status: must be one of"),
        ({"action": "apply.aplied"}, "action: "),
        ({"category": "applied"}, "category: must be one of apply"),
        ({"trace": "x"}, "trace: "),
        ({"stream": "A B"}, "stream: "),
        ({"cursor": "x"}, "cursor"),
    ],
)
def test_a_bad_argument_is_named(asked: Path, arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(axiom.ArgumentError, match=message):
        axiom.query(asked, "acme", **arguments)


def test_a_cursor_serves_its_own_query_alone(asked: Path) -> None:
    cursor = axiom.query(asked, "acme", limit=1).next
    with pytest.raises(axiom.ArgumentError, match="another query"):
        axiom.query(asked, "acme", actor="user_1", cursor=cursor)


def test_what_is_not_there_is_an_error(asked: Path, tmp_path: Path) -> None:
    with pytest.raises(axiom.NotFoundError, match="nobody"):
        axiom.query(asked, "nobody")
    with pytest.raises(axiom.NotFoundError, match="drill"):
        axiom.query(asked, "acme", stream="drill")
    with pytest.raises(axiom.NotFoundError):
        axiom.query(tmp_path / "missing", "acme")
