"""What Python values become in an event, and what is refused."""

from __future__ import annotations

import datetime
import decimal
import enum
import ipaddress
import os
import pathlib
import types
import uuid
from collections.abc import Callable
from typing import Any, NamedTuple

import axiom
import pytest
from conftest import event


class Colour(enum.Enum):
    RED = "red"
    BOTH = ("red", "blue")


class Level(enum.IntEnum):
    HIGH = 3


class Text(str, enum.Enum):
    RISK = "high"


class Point(NamedTuple):
    x: int
    y: int


STORED = [
    ("text", "text"),
    ("naïve 🔑 \0 \n", "naïve 🔑 \0 \n"),
    (True, True),
    (None, None),
    (0, 0),
    (2**53 - 1, 2**53 - 1),
    (-(2**53) + 1, -(2**53) + 1),
    (2**53, str(2**53)),
    (2**64, str(2**64)),
    (-(10**30), str(-(10**30))),
    (0.1, "0.1"),
    (1.0, 1),
    (1.25, "1.25"),
    (1e300, "1e300"),
    (["a", [1]], ["a", [1]]),
    (("a", (1,)), ["a", [1]]),
    ({}, {}),
    ({"b": {"c": 1}, "a b": []}, {"a b": [], "b": {"c": 1}}),
    (types.MappingProxyType({"a": 1}), {"a": 1}),
    (Point(1, 2), [1, 2]),
    (Colour.RED, "red"),
    (Colour.BOTH, ["red", "blue"]),
    (Level.HIGH, 3),
    (Text.RISK, "high"),
    (decimal.Decimal("19.90"), "19.90"),
    (uuid.UUID(int=7), "00000000-0000-0000-0000-000000000007"),
    (pathlib.PurePosixPath("/var/lib"), "/var/lib"),
    # The address of a machine that is nobody's in particular; others are taken out as personal data.
    (ipaddress.ip_address("127.0.0.1"), "127.0.0.1"),
    (ipaddress.ip_address("::1"), "::1"),
    (datetime.date(2026, 3, 1), "2026-03-01"),
    (datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone.utc), "2026-03-01T09:30:00.000000Z"),
    (
        datetime.datetime(2026, 3, 1, 0, 30, 0, 7, datetime.timezone(datetime.timedelta(hours=1))),
        "2026-02-28T23:30:00.000007Z",
    ),
]


@pytest.mark.parametrize(("value", "stored"), STORED, ids=repr)
def test_a_value_is_stored_as_documented(value: object, stored: object, read_back: Callable[..., Any]) -> None:
    assert read_back(metadata={"value": value})["metadata"]["value"] == stored


def test_fields_of_the_schema_take_python_values_too(read_back: Callable[..., Any]) -> None:
    moment = datetime.datetime(2026, 3, 1, 9, 30, tzinfo=datetime.timezone.utc)
    stored = read_back(id=uuid.UUID(int=7), timestamp=moment, riskLevel=Text.RISK, resourceIds=("a", "b"), userId=None)
    assert (stored["id"], stored["timestamp"]) == (str(uuid.UUID(int=7)), "2026-03-01T09:30:00.000000Z")
    assert (stored["riskLevel"], stored["resourceIds"], stored["userId"]) == ("high", ["a", "b"], "system")


def test_an_event_may_be_any_mapping(recorder: axiom.Recorder) -> None:
    assert recorder.record(types.MappingProxyType(event())).seq == 0


REFUSED = [
    (b"secret", "/metadata/value", "bytes"),
    (bytearray(b"secret"), "/metadata/value", "bytearray"),
    ({1, 2}, "/metadata/value", "order"),
    (object(), "/metadata/value", "object"),
    (1j, "/metadata/value", "complex"),
    (datetime.timedelta(1), "/metadata/value", "datetime.timedelta"),
    (datetime.datetime(2026, 3, 1), "/metadata/value", "time zone"),
    (datetime.datetime.min.replace(tzinfo=datetime.timezone(datetime.timedelta(hours=1))), "/metadata/value", "years"),
    (float("nan"), "/metadata/value", "finite"),
    (float("-inf"), "/metadata/value", "finite"),
    (decimal.Decimal("NaN"), "/metadata/value", "finite"),
    ([10**5000], "/metadata/value/0", "digits"),
    ("\ud800", "/metadata/value", "surrogate"),
    ({"a/b": [0, {"~": b""}]}, "/metadata/value/a~1b/1/~0", "bytes"),
    ({7: "seven"}, "/metadata/value", "int"),
    ({None: 1}, "/metadata/value", "NoneType"),
    ({"größe": 1}, "/metadata/value", "ASCII"),
    ({"": 1}, "/metadata/value", "empty"),
    ({"\0": 1}, "/metadata/value", "ASCII"),
    ({"\ud800": 1}, "/metadata/value", "surrogate"),
]


@pytest.mark.parametrize(("value", "pointer", "reason"), REFUSED)
def test_a_value_is_refused_by_the_name_of_its_field(
    value: object, pointer: str, reason: str, recorder: axiom.Recorder
) -> None:
    with pytest.raises(axiom.EventError, match=reason) as caught:
        recorder.record(event(metadata={"value": value}))
    assert caught.value.pointer == pointer
    assert str(caught.value).startswith(f"{pointer}: ")
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("value", [5, "text", None, [event()], b"{}"], ids=repr)
def test_what_is_no_mapping_is_no_event(value: Any, recorder: axiom.Recorder) -> None:
    with pytest.raises(axiom.EventError) as caught:
        recorder.record(value)
    assert caught.value.pointer == ""


def test_fields_of_the_schema_are_checked(recorder: axiom.Recorder) -> None:
    refused: list[tuple[dict[str, object], str]] = [
        ({"organizationId": None}, "/organizationId"),
        ({"organizationId": "../etc"}, "/organizationId"),
        ({"actionType": "scan.exploded"}, "/actionType"),
        ({"id": "7"}, "/id"),
        ({"timestamp": "yesterday"}, "/timestamp"),
        ({"resourceIds": ["a", 7]}, "/resourceIds/1"),
        ({"actor": {"type": "robot", "id": "r"}}, "/actor/type"),
    ]
    for members, pointer in refused:
        with pytest.raises(axiom.EventError) as caught:
            recorder.record(event(**members))
        assert caught.value.pointer == pointer


def test_a_value_that_holds_itself_is_refused(recorder: axiom.Recorder) -> None:
    members: dict[str, object] = {}
    members["again"] = [members]
    with pytest.raises(axiom.EventError, match="itself"):
        recorder.record(event(metadata=members))


def test_deep_nesting_is_refused_and_not_a_crash(recorder: axiom.Recorder) -> None:
    value: object = "bottom"
    for _ in range(100_000):
        value = [value]
    with pytest.raises(axiom.EventError, match="deep"):
        recorder.record(event(afterState=value))


def test_nesting_is_allowed_up_to_64_levels(recorder: axiom.Recorder) -> None:
    value: object = Colour.RED
    for _ in range(64):
        value = [value]
    recorder.record(event(afterState=value))
    with pytest.raises(axiom.EventError, match="64"):
        recorder.record(event(afterState=[value]))


def test_an_event_of_70_kilobytes_is_too_large(recorder: axiom.Recorder) -> None:
    with pytest.raises(axiom.EventError, match="limit is"):
        recorder.record(event(afterState="x" * 70_000))


def test_an_exception_of_the_value_itself_is_not_hidden(recorder: axiom.Recorder) -> None:
    class Interrupted(os.PathLike[str]):
        def __fspath__(self) -> str:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recorder.record(event(metadata={"value": Interrupted()}))


def test_refused_events_leave_the_log_verifying(recorder: axiom.Recorder, directory: Any) -> None:
    recorder.record(event())
    for value, _, _ in REFUSED:
        with pytest.raises(axiom.EventError):
            recorder.record(event(metadata={"value": value}))
    recorder.record(event())
    report = axiom.verify(directory, recorder.verifier_key, strict=True)
    assert report and report.entries == 2
