"""Folders that nobody here has seen: several versions of a record, fields of any type, ids of any form."""

import itertools
import json

import pytest

from benchmarks import identity, identity_store
from benchmarks.at_once import in_memory, people_in, people_of
from benchmarks.identity_folder import cleaned, latest, lines, said
from connector.clock import now
from connector.identity.resolver import Resolver
from connector.identity.strictness import STANDARD
from connector.sync.intake import Intake

ANNA = {"given_name": "Anna", "family_name": "Berg", "emails": ["anna.berg@example.com"]}


def line(record_id, **told):
    return {"id": record_id, "source": "crm", "kind": "contact", **told}


@pytest.fixture
def folder(tmp_path):
    def written(*told):
        (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, told)) + "\n\n", "utf-8")
        return tmp_path

    return written


def emails(folder):
    return {each["id"]: each["emails"] for each in latest(lines(folder))}


VERSIONS = (
    line("1", emails=["new@example.com"], updated_at="2026-03-01T10:00:00+02:00"),
    line("1", emails=["old@example.com"], updated_at="2026-03-01T07:59:59Z"),
    line("1", emails=["undated@example.com"]),
    line("1", emails=["odd@example.com"], updated_at=["never"]),
    line("1", deleted=True, updated_at="2026-02-01"),
)


@pytest.mark.parametrize("told", list(itertools.permutations(VERSIONS)))
def test_the_latest_version_counts_wherever_it_stands(folder, told):
    assert emails(folder(*told)) == {"1": ("new@example.com",)}


@pytest.mark.parametrize("gone", [{"updated_at": 1_800_000_000}, {"updated_at": 1.8e12}, {}, {"updated_at": None}])
def test_who_is_gone_last_is_nobody(folder, gone):
    versions = [line("1", updated_at="2026-01-01T00:00:00Z", **ANNA), line("1", deleted=True, **gone)]
    assert emails(folder(*versions)) == emails(folder(*versions[::-1])) == {}


def test_who_comes_back_is_there_again(folder):
    versions = [line("1", deleted="true", updated_at="2026-01-01"), line("1", updated_at="2026-01-02", deleted="false")]
    assert emails(folder(*versions)) == emails(folder(*versions[::-1])) == {"1": ()}


def test_of_one_time_the_last_line_counts(folder):
    versions = [line("1", emails=[f"{each}@example.com"], updated_at="2026-01-01") for each in "abc"]
    assert emails(folder(*versions)) == {"1": ("c@example.com",)}


def test_fields_of_no_use_are_left_out():
    told = line(7, given_name=["Anna"], family_name=None, birth_date=19800203, city=True, postcode=10115.0)
    told |= {"emails": "a@example.com", "phones": [None, 4930123456, {"value": "1"}], "links": {}, "merged_from": 12}
    told |= {"handles": [None, "x", {"handle": "anna"}, {"platform": "x", "handle": 5, "user_id": None}]}
    assert cleaned(told) == {
        "id": "7",
        "source": "crm",
        "kind": "contact",
        "birth_date": "19800203",
        "postcode": "10115",
        "emails": ("a@example.com",),
        "phones": ("4930123456",),
        "links": (),
        "merged_from": ("12",),
        "handles": ({"platform": "x", "handle": "5", "user_id": None},),
    }


def test_accounts_without_a_network_join_nobody(folder):
    account = {"handles": [{"user_id": "77", "handle": "anna"}]}
    found = latest(said(folder(line("1", **account), line("2", **account))))
    assert identity.at_once(found, STANDARD).clusters() == {("1",), ("2",)}


# Every record but one has its last version before an older one; one goes, and one comes back.
ODD = (
    line("crm:a b:1", updated_at="2026-02-01", links=["shop: 2 "], **ANNA),
    line("shop: 2 ", updated_at="2026-02-01", **ANNA, phones=None, handles=[{}]),
    line("crm:a b:1", updated_at="2026-01-01", emails=["other@example.com"], family_name="Zander"),
    line("shop: 2 ", updated_at="2026-01-01", deleted=True),
    line("x", updated_at="2026-01-01", **ANNA),
    line("x", updated_at="2026-02-01", deleted=True),
    line("y", updated_at=None, given_name=5, emails={"value": "a"}),
    {"id": "z"},
)


@pytest.mark.parametrize("seed", range(10))
def test_the_batch_and_every_order_agree_on_versions(folder, seed):
    versions, base, _, _ = identity.resolved(folder(*ODD), STANDARD)
    run = identity.one_by_one(versions, STANDARD, seed)
    assert run.clusters == base.clusters() == {("crm:a b:1", "shop: 2 "), ("y",), ("z",)}


def test_the_truth_may_lack_records(folder):
    path = folder(*ODD)
    (path / "truth.csv").write_text("record_id,entity_id\ncrm:a b:1,1\nx,1\nunknown,2\nz,\n", "utf-8")
    versions, base, _, _ = identity.resolved(path, STANDARD)
    found = identity.scored(versions, base, path)
    assert (found.records, found.precision, found.recall) == (1, 1.0, 1.0)


def test_the_command_takes_them(folder, monkeypatch, capsys):
    path = folder(*ODD)
    (path / "truth.csv").write_text("record_id,entity_id\ncrm:a b:1,1\n", "utf-8")
    monkeypatch.setattr("sys.argv", ["identity", str(path), "--clusters", str(path / "out.csv")])
    identity.main()
    assert (path / "out.csv").read_text("utf-8").splitlines()[1:] == [
        "crm:a b:1,crm:a b:1",
        "shop: 2 ,crm:a b:1",
        "y,y",
        "z,z",
    ]
    assert "the batch agree" in capsys.readouterr().out


def test_the_store_takes_them(folder, sqlite_store):
    told = identity_store.lines(folder(*ODD))
    sources = {each["id"]: each["source"] for each in told}
    records = [identity_store.record(each, sources) for each in told]
    identity_store.take(Intake(sqlite_store, Resolver(now), now), records, 2)
    found = people_in(sqlite_store, identity_store.WORKSPACE)
    assert found == people_of(in_memory(sqlite_store, STANDARD, identity_store.WORKSPACE)) and len(found) == 3
