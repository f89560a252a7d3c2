from benchmarks.at_once import in_memory, people_in, people_of
from benchmarks.identity_store import WORKSPACE, lines, record, take
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
    found = people_in(sqlite_store, WORKSPACE)
    assert found == people_of(in_memory(sqlite_store, STANDARD, WORKSPACE))
    assert len(found) < len(told)
