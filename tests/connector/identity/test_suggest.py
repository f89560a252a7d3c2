"""The suggester: it finds what rules do not see, says how sure it is, and leaves nothing behind."""

import subprocess
import sys

import pytest

from connector.identity import suggest
from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.suggest import NoSuggesterError, Suggester

pytest.importorskip("splink")

# Slips in both names and another provider: no rule takes it, and a person sees it at once.
JOHN = {"given_name": "Jonathan", "family_name": "Smithers", "birth_date": "1980-02-03", "postcode": "10115"}
JOHN |= {"street": "Hauptstr. 5", "emails": ["jonathan.smithers@smithers.example"], "country": "DE"}
SLIPS = JOHN | {"given_name": "Jonatan", "family_name": "Smitters", "emails": ["jonathan.smithers@mail.example"]}
SLIPS |= {"street": "Hauptstrasse 51", "birth_date": "1980-02-04"}
OTHER = {"given_name": "Mary", "family_name": "Jones", "birth_date": "1971-07-08", "postcode": "10115"}


def people(**told):
    return [read(Told(key=key, source="crm", **each)) for key, each in told.items()]


def found(evidence, **more):
    with Suggester(**more).suggestions(evidence) as chunks:
        return [each for chunk in chunks for each in chunk]


def test_slips_that_no_rule_takes_are_suggested_with_a_probability():
    everybody = people(a=JOHN, b=SLIPS, c=OTHER)
    base = Memory()
    Linkage(base).update({each.key: each for each in everybody})
    assert base.clusters() == {("a",), ("b",), ("c",)}
    (told,) = found(everybody)
    assert (told.left, told.right) == ("a", "b")
    assert 0.9 < told.probability <= 1


def test_strangers_of_one_place_are_not():
    assert found(people(a=JOHN, c=OTHER)) == []


def test_nobody_is_compared_by_what_a_crowd_has():
    crowd = {f"c{number}": {"given_name": "Test", "family_name": "Customer"} for number in range(200)}
    assert found(people(**crowd)) == []


def test_too_few_to_compare_is_no_trouble():
    assert found([]) == []
    assert found(people(a=JOHN)) == []


def test_records_are_read_a_chunk_at_a_time(monkeypatch):
    monkeypatch.setattr(suggest, "CHUNK", 2)
    told = []
    with Suggester().suggestions(people(a=JOHN, b=SLIPS, c=OTHER), told.append) as chunks:
        assert [len(chunk) for chunk in chunks] == [1]
    assert told == [2, 3]


def test_nothing_is_left_on_disk(tmp_path):
    found(people(a=JOHN, b=SLIPS), folder=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_how_alike_strangers_are_is_measured_in_a_large_base(monkeypatch):
    # Everybody is called Smithers here: the name says less than where few are.
    rare = found(people(a=JOHN, b=SLIPS), least=0.0)[0].probability
    monkeypatch.setattr(suggest, "MEASURED", 100)
    others = {f"c{number}": OTHER | {"family_name": "Smithers", "given_name": f"X{number}"} for number in range(300)}
    common = [each for each in found(people(a=JOHN, b=SLIPS, **others), least=0.0) if each.left == "a"]
    assert common[0].probability < rare


def test_it_keeps_its_progress_to_itself(capfd, caplog):
    found(people(a=JOHN, b=SLIPS))
    assert (*capfd.readouterr(), caplog.text) == ("", "", "")


def test_without_the_library_it_says_what_to_install(monkeypatch):
    monkeypatch.setattr(suggest, "find_spec", lambda name: None)
    with pytest.raises(NoSuggesterError, match="identity-suggest"), Suggester().suggestions([]):
        pass


def test_the_library_is_imported_only_when_it_is_asked():
    program = "import sys, connector.identity.suggest; sys.exit(any(n in sys.modules for n in ('splink', 'duckdb')))"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
