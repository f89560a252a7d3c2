from benchmarks.identity_store import expected, lines, people, record, take
from connector.clock import now
from connector.identity.resolver import Resolver
from connector.identity.strictness import STANDARD
from connector.sync.intake import Intake
from sandbox.hazards import HazardWorld, write


def test_the_store_holds_the_people_of_the_batch(sqlite_store, tmp_path):
    write(HazardWorld(80, "7"), tmp_path)
    told = lines(tmp_path)
    sources = {line["id"]: line["source"] for line in told}
    intake = Intake(sqlite_store, Resolver(now), now)
    records = [record(line, sources) for line in told]
    take(intake, records[:-20], 50)
    take(intake, records[-20:], 1)
    assert people(sqlite_store) == expected(sqlite_store, STANDARD)
    assert len(people(sqlite_store)) < len(told)
