"""The world of hazards: the same each time, with every hazard there, and each gone when it is left out."""

import csv
import json

import pytest
from click.testing import CliRunner

from sandbox.cli import main
from sandbox.hazards import CALL_CENTRE, HAZARDS, OUR_HANDLE, OWN_PLACEHOLDER, HazardWorld

CUSTOMERS = 1500


def records(*without: str, seed: str = "1") -> list[tuple[dict, int]]:
    return list(HazardWorld(CUSTOMERS, seed, without).records())


def test_the_same_seed_is_the_same_world():
    assert records() == records()
    assert records() != records(seed="2")


@pytest.mark.parametrize("name", HAZARDS)
def test_every_hazard_strikes_and_can_be_left_out(name):
    often = HazardWorld(CUSTOMERS, "1")
    # The rarest strike one customer in thousands.
    often.chances[name] = max(often.chances[name], 20)
    assert list(often.records()) != records(name)


@pytest.mark.parametrize(
    ("name", "trace"),
    [
        ("own_placeholder", OWN_PLACEHOLDER),
        ("call_centre", CALL_CENTRE),
        ("company_handle", f'"{OUR_HANDLE}"'),
        ("role_mailbox", "info@"),
        ("reseller_mailbox", "@reseller.example"),
        ("generations", '"Jr."'),
        ("default_birth", "1970-01-01"),
    ],
)
def test_what_is_left_out_leaves_no_trace(name, trace):
    assert trace in json.dumps(records())
    assert trace not in json.dumps(records(name))


def test_an_unknown_hazard_is_refused():
    with pytest.raises(ValueError, match="no such hazard: gravity"):
        HazardWorld(10, "1", ["gravity"])


def test_every_record_has_an_id_of_its_own():
    ids = [line["id"] for line, _ in records()]
    assert len(ids) == len(set(ids))


def test_the_command_writes_records_and_the_truth(tmp_path):
    done = CliRunner().invoke(main, ["hazards", str(tmp_path), "--customers", "50", "--without", "typo"])
    assert done.exit_code == 0, done.output
    lines = [json.loads(line) for line in (tmp_path / "records.jsonl").read_text("utf-8").splitlines()]
    with (tmp_path / "truth.csv").open() as file:
        truth = {row["record_id"]: row["entity_id"] for row in csv.DictReader(file)}
    assert {line["id"] for line in lines} == truth.keys()
    assert len(set(truth.values())) == 50
