"""The identity benchmark: it counts what it says, and the core keeps its promises on a small world of hazards."""

import csv
import json
import sys

import pytest

from benchmarks import identity
from benchmarks.identity_score import score
from connector.identity.evidence.record import Told, read
from connector.identity.strictness import PROFILES
from sandbox.hazards import HazardWorld, write


def test_a_false_merge_exposes_both_and_costs_precision():
    evidence = {key: read(Told(key=key, emails=("a@example.com",))) for key in "abcd"}
    found = score([("a", "b", "c"), ("d",)], dict(zip("abcd", "1122", strict=True)), evidence, lambda value: True)
    assert (found.false_merges, found.exposed, found.largest_wrong) == (1, 2, 3)
    assert (found.precision, found.recall) == (1 / 3, 1 / 2)


def test_nobody_is_asked_to_find_what_no_evidence_joins():
    evidence = {"a": read(Told(key="a", emails=("a@example.com",))), "b": read(Told(key="b"))}
    found = score([("a",), ("b",)], {"a": "1", "b": "1"}, evidence, lambda value: True)
    assert (found.recall, found.allowed_recall) == (0, 1)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("hazards")
    write(HazardWorld(1500, "5"), path)
    return path


@pytest.mark.parametrize(("strictness", "precision", "recall"), [("strict", 0.999, 0.75), ("standard", 0.997, 0.9)])
def test_the_core_keeps_apart_and_finds_together(folder, strictness, precision, recall):
    versions, base, _, _ = identity.resolved(folder, PROFILES[strictness])
    found = identity.scored(versions, base, folder)
    assert found.precision >= precision and found.allowed_recall >= recall and found.largest_wrong <= 8


def test_one_by_one_and_at_once_agree(folder):
    versions, base, _, _ = identity.resolved(folder, PROFILES["standard"])
    assert identity.one_by_one(versions, PROFILES["standard"], 3).clusters == base.clusters()


def test_the_command_writes_clusters(folder, tmp_path, monkeypatch, capsys):
    out = tmp_path / "out.csv"
    monkeypatch.setattr(sys, "argv", ["identity", str(folder), "--batch-only", "--clusters", str(out)])
    identity.main()
    with out.open() as file:
        rows = list(csv.DictReader(file))
    lines = (folder / "records.jsonl").read_text("utf-8").splitlines()
    assert {row["record_id"] for row in rows} == {json.loads(line)["id"] for line in lines}
