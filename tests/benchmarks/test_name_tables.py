"""The tables of names are added to, and what is there keeps its place."""

import shutil

import pytest

from benchmarks import name_tables
from connector.identity import shipped


@pytest.fixture
def tables(tmp_path, monkeypatch):
    for each in name_tables.TABLES.glob("*.txt"):
        shutil.copy(each, tmp_path)
    monkeypatch.setattr(name_tables, "TABLES", tmp_path)
    told = {"first_": ["Zyxanne", "Anna", "Dr"], "last_": ["van Qwertz", "Smith", "Mc"]}
    monkeypatch.setattr(name_tables, "_listed", told.__getitem__)
    return tmp_path


def read(tables, name):
    found = {}
    for line in (tables / name).read_text("utf-8").splitlines():
        bits, _, names = line.partition(":")
        found |= {} if line.startswith("#") else dict.fromkeys(names.split(), int(bits))
    return found


def test_what_is_missing_is_added_once(tables):
    name_tables.main()
    first = {name: read(tables, name) for name in ("given_names.txt", "family_names.txt")}
    assert first["given_names.txt"] == {**shipped.given_names(), "zyxanne": name_tables.BITS}
    assert first["family_names.txt"] == {**shipped.family_names(), "qwertz": name_tables.BITS}
    name_tables.main()
    assert {name: read(tables, name) for name in first} == first


def test_the_tables_say_where_they_are_from(tables):
    name_tables.main()
    head = (tables / "family_names.txt").read_text("utf-8").splitlines()[:2]
    assert all(line.startswith("#") for line in head)
    assert "Faker" in head[1]
