"""Reading logs back: entries and exports."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path
from typing import Any

import axiom
import pytest
from conftest import event, segment


@pytest.fixture
def two_organizations(recorder: axiom.Recorder, directory: Path) -> Path:
    recorder.record_many([event(reason="=1+1"), event(organizationId="other"), event(reason="ünï")])
    recorder.close()
    return directory


def test_jsonl_is_the_stored_lines_byte_for_byte(recorder: axiom.Recorder, directory: Path) -> None:
    recorder.record_many([event(reason=f"ünï {number}") for number in range(3)])
    recorder.close()
    assert axiom.export(directory) == segment(directory).read_bytes()


def test_json_is_an_array_of_the_entries(two_organizations: Path) -> None:
    exported = json.loads(axiom.export(two_organizations, format="json"))
    assert exported == list(axiom.entries(two_organizations))
    assert [entry["event"]["organizationId"] for entry in exported] == ["acme", "acme", "other"]


def test_csv_is_safe_for_spreadsheets(two_organizations: Path) -> None:
    exported = axiom.export(two_organizations, format="csv").decode()
    rows = list(csv.DictReader(io.StringIO(exported, newline="")))
    assert [row["reason"] for row in rows] == ["'=1+1", "ünï", ""]


@pytest.mark.parametrize("format", ["csv", "json", "jsonl"])
def test_a_file_has_the_same_bytes(format: Any, two_organizations: Path, tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text("an older export that is longer " * 1000)
    assert axiom.export(two_organizations, path, format=format) == 3
    assert path.read_bytes() == axiom.export(two_organizations, format=format)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(file.name for file in tmp_path.iterdir()) == ["export", "logs"]


def test_a_failed_export_leaves_nothing_behind(two_organizations: Path, tmp_path: Path) -> None:
    for path in two_organizations.glob("*/*/segments/*.jsonl"):
        path.write_bytes(b"no entry\n")
    with pytest.raises(axiom.DamagedError):
        axiom.export(two_organizations, tmp_path / "export")
    with pytest.raises(axiom.StoreError, match="missing"):
        axiom.export(two_organizations, tmp_path / "missing" / "export")
    assert [file.name for file in tmp_path.iterdir()] == ["logs"]


def test_one_organization_is_read_alone(two_organizations: Path) -> None:
    assert [entry["seq"] for entry in axiom.entries(two_organizations, "acme")] == [0, 1]
    lines = axiom.export(two_organizations, org="other").splitlines()
    assert [json.loads(line)["event"]["organizationId"] for line in lines] == ["other"]


def test_an_organization_that_has_no_log_is_an_error(two_organizations: Path) -> None:
    with pytest.raises(axiom.NotFoundError, match="nobody"):
        axiom.entries(two_organizations, "nobody")
    with pytest.raises(axiom.NotFoundError, match="nobody"):
        axiom.export(two_organizations, org="nobody")
    with pytest.raises(axiom.ArgumentError, match="org: "):
        axiom.entries(two_organizations, "../etc")


def test_an_unknown_format_is_an_error(two_organizations: Path) -> None:
    unknown: Any = "xml"
    with pytest.raises(axiom.ArgumentError, match="format: "):
        axiom.export(two_organizations, format=unknown)


def test_entries_of_many_pages_come_in_order(recorder: axiom.Recorder, directory: Path) -> None:
    recorder.record_many([event(reason="x" * 2_000)] * 1_000)
    assert [entry["seq"] for entry in axiom.entries(directory)] == list(range(1_000))


def test_an_empty_directory_has_no_entries(recorder: axiom.Recorder, directory: Path) -> None:
    assert list(axiom.entries(directory)) == []
    assert axiom.export(directory) == b""
    assert json.loads(axiom.export(directory, format="json")) == []
