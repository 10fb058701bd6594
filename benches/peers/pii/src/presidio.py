"""Scans documents with Presidio and says how long it took.

Reads the documents, each behind its length in bytes on a line, up to the length 0. Then answers every further line with
the CPU seconds that one scan of them all has taken.
"""

from __future__ import annotations

import logging
import sys
import time

import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer import predefined_recognizers as more
from presidio_analyzer.nlp_engine import SpacyNlpEngine


class BlankEngine(SpacyNlpEngine):
    """Words without a model: names of persons and places are what Presidio needs one for."""

    def load(self) -> None:
        self.nlp = {"en": spacy.blank("en")}


def analyzer() -> AnalyzerEngine:
    registry = RecognizerRegistry()
    registry.load_predefined_recognizers(languages=["en"])
    registry.remove_recognizer("SpacyRecognizer")
    for name in (
        "AuAbnRecognizer",
        "AuAcnRecognizer",
        "AuMedicareRecognizer",
        "AuTfnRecognizer",
        "InAadhaarRecognizer",
        "InPanRecognizer",
        "SgFinRecognizer",
        "SgUenRecognizer",
    ):
        registry.add_recognizer(getattr(more, name)(supported_language="en"))
    assert len(registry.recognizers) == 25, [recognizer.name for recognizer in registry.recognizers]
    engine = BlankEngine(models=[{"lang_code": "en", "model_name": "blank"}])
    engine.load()
    return AnalyzerEngine(registry=registry, nlp_engine=engine, supported_languages=["en"])


def main() -> None:
    logging.disable(logging.CRITICAL)
    documents = []
    while length := int(sys.stdin.buffer.readline()):
        documents.append(sys.stdin.buffer.read(length).decode())
    presidio = analyzer()
    while sys.stdin.buffer.readline():
        start = time.process_time()
        found = sum(len(presidio.analyze(text=document, language="en")) for document in documents)
        seconds = time.process_time() - start
        assert found > 0
        print(seconds, flush=True)


if __name__ == "__main__":
    main()
