"""Golden files: a difference is shown with its remedy, and written when told."""

import json

import pytest

from adapters.base.testing.golden import WRITE, differs, goldens, orphans
from tests.adapters.base.teashop import Teashop


@pytest.fixture
def golden(tmp_path, monkeypatch):
    monkeypatch.delenv(WRITE, raising=False)
    item = tmp_path / "contacts" / "known.item.json"
    item.parent.mkdir()
    item.write_text(json.dumps({"id": "c1", "changed": "2026-05-01T10:00:00Z", "full_name": "Ada Green"}))
    return goldens(tmp_path, "contacts")[0]


@pytest.fixture
def teashop():
    return Teashop({"base_url": "http://127.0.0.1", "token": "t0ken-0001"})


def test_a_missing_record_file_says_how_to_write_it(golden, teashop):
    assert f"{WRITE}=1" in differs(golden, teashop)


def test_the_record_file_is_written_when_told(golden, teashop, monkeypatch):
    monkeypatch.setenv(WRITE, "1")
    assert differs(golden, teashop) is None
    monkeypatch.delenv(WRITE)
    assert differs(golden, teashop) is None
    assert json.loads(golden.record.read_text()) == {
        "body": {"merged_from": [], "name": "Ada Green"},
        "deleted": False,
        "external_id": "c1",
        "kind": "contact",
        "updated_at": "2026-05-01T10:00:00Z",
    }


def test_a_difference_names_the_field_and_the_remedy(golden, teashop):
    golden.record.write_text(json.dumps({"kind": "contact", "external_id": "c2"}))
    told = differs(golden, teashop)
    assert "external_id: expected 'c2', became 'c1'" in told
    assert f"{WRITE}=1" in told


def test_a_record_file_without_an_item_is_found(golden, tmp_path):
    lonely = tmp_path / "contacts" / "gone.record.json"
    lonely.write_text("{}")
    assert orphans(tmp_path) == [lonely]
