"""The examples of the documentation run, everything public has documentation, and the types hold."""

from __future__ import annotations

import doctest
import inspect
import pkgutil
from pathlib import Path
from types import ModuleType

import axiom
import pytest
from mypy import api


def modules() -> list[ModuleType]:
    names = [module.name for module in pkgutil.iter_modules(axiom.__path__) if module.name != "_axiom"]
    return [axiom, *(__import__(f"axiom.{name}", fromlist=["*"]) for name in names)]


def examples() -> list[doctest.DocTest]:
    finder = doctest.DocTestFinder()
    found = [example for module in modules() for example in finder.find(module) if example.examples]
    return list({example.name: example for example in found}.values())


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_an_example_runs(
    example: doctest.DocTest, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    example.globs = {"axiom": axiom, "directory": directory}
    complaints: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=complaints.append)
    assert not complaints, "".join(complaints)


def test_every_entry_point_has_an_example() -> None:
    names = {example.name for example in examples()}
    for entry in ("axiom", "axiom.crypto", "axiom.pii", "axiom.recorder.Recorder", "axiom.verification.verify"):
        assert entry in names
    assert {"axiom.blind_index", "axiom.secrets", "axiom.tokens"} <= names
    assert {"axiom.reading.entries", "axiom.reading.export", "axiom.encoding.plain"} <= names


def test_everything_public_is_documented() -> None:
    for module in modules():
        assert module.__doc__, module.__name__
        for name in module.__all__:
            value = getattr(module, name)
            assert inspect.getdoc(value), f"{module.__name__}.{name}"


def test_the_package_and_its_tests_are_typed() -> None:
    out, err, code = api.run(["--strict", "--package", "axiom"])
    assert code == 0, out + err
    out, err, code = api.run(["--strict", str(Path(__file__).parent)])
    assert code == 0, out + err
