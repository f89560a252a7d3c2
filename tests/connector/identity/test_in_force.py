"""Each workspace links by its own rules: the same records, in one process, end in other people."""

from contextlib import contextmanager

import pytest
from sqlalchemy import select

from benchmarks.at_once import in_memory, links_in, links_of, people_in, people_of
from connector.bootstrap import assemble, check_sources
from connector.factory import create_app
from connector.identity import in_force
from connector.identity.strictness import BALANCED, STANDARD, STRICT
from connector.settings import SettingsError, build
from connector.store import api_keys, tables, tables_identity
from tests.connector.identity.test_relink import everybody
from tests.connector.identity.test_review import twins
from tests.connector.records import contact, email

# Two who share a mailbox, and one of whom nothing but that is known.
LEFT, RIGHT = "crm:contact:s1", "shop:contact:s2"
WORKSPACES = {"careful": STRICT, "usual": STANDARD}
OF_PEOPLE = (tables.members, tables.records, tables_identity.linked_by, tables_identity.verdicts)


@pytest.fixture
def company(tmp_path, database_url, redis, redis_url, clock):
    """Opens the parts by these settings of workspaces, as often as wanted."""
    sources = {name: {"adapter": "files", "workspace": name} for name in WORKSPACES}
    fixed = {"data_dir": str(tmp_path), "database_url": database_url, "redis_url": redis_url, "sources": sources}

    @contextmanager
    def opened(workspaces=None, **tables):
        own = {"careful": {"strictness": "strict"}} if workspaces is None else workspaces
        with assemble(build({**fixed, **tables, "workspaces": own}), clock=clock) as parts:
            yield parts

    return opened


@pytest.fixture
def parts(company):
    with company() as parts:
        for workspace in WORKSPACES:
            parts.intake.take(workspace, everybody())
            parts.rebuild.run(workspace)
        yield parts


def is_linked_by(store, workspace, how) -> bool:
    base = in_memory(store, how, workspace)
    return people_in(store, workspace) == people_of(base) and links_in(store, workspace) == links_of(base)


def rows(store, workspace) -> list:
    """All that linking wrote of a workspace, with when it did."""
    with store.reading() as connection:
        return [sorted(connection.execute(select(of).where(of.c.workspace == workspace)), key=str) for of in OF_PEOPLE]


@pytest.fixture
def caller(parts, clock):
    app = create_app(parts)

    def make(workspace):
        with parts.store.transaction() as connection:
            key = api_keys.create(connection, workspace, "desk", ("profiles:read", "sources:read"), clock())
        client = app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.text}"
        return client

    yield make
    app.extensions["visavis"].background.stop()


def test_the_same_records_end_in_other_people(parts):
    assert all(is_linked_by(parts.store, workspace, how) for workspace, how in WORKSPACES.items())
    assert people_in(parts.store, "careful") != people_in(parts.store, "usual")


def test_what_is_decided_and_taken_back_leaves_each_as_its_own_rules_have_it(parts, clock):
    for workspace, how in WORKSPACES.items():
        before = people_in(parts.store, workspace)
        parts.identity.pin(workspace, LEFT, RIGHT, "never", "kim")
        assert is_linked_by(parts.store, workspace, how)
        parts.identity.pin(workspace, LEFT, RIGHT, "link", "kim")
        assert any({LEFT, RIGHT} <= set(cluster) for cluster in people_in(parts.store, workspace))
        parts.identity.unpin(workspace, LEFT, RIGHT, "kim")
        assert people_in(parts.store, workspace) == before and is_linked_by(parts.store, workspace, how)


def test_an_import_that_is_undone_and_brought_back_is_linked_by_its_own_rules(parts, clock):
    clock.advance(60)
    late = [contact("0", email("anna0@example.com"), name="Anna Berg0", source="late")]
    late += [contact("1", email("family@example.com"), name="Jim Beam", source="late")]
    for workspace, how in WORKSPACES.items():
        parts.intake.take(workspace, late)
        before = people_in(parts.store, workspace)
        done = parts.reviewing.imports.undo(workspace, "late", clock(), clock(), "kim")
        assert people_in(parts.store, workspace) != before
        parts.reviewing.imports.take_back(workspace, done.decision, "kim")
        parts.reviewing.look_after(workspace)
        assert people_in(parts.store, workspace) == before and is_linked_by(parts.store, workspace, how)


def test_why_is_told_by_the_rules_of_the_workspace(caller):
    told = {
        workspace: caller(workspace).get(f"/v1/identity/explain?left={LEFT}&right={RIGHT}").json
        for workspace in WORKSPACES
    }
    assert {workspace: two["is_one"] for workspace, two in told.items()} == {"careful": False, "usual": True}
    assert {workspace: two["weight"]["needed"] for workspace, two in told.items()} == {
        "careful": STRICT.sure,
        "usual": STANDARD.sure,
    }
    assert told["careful"]["would"] and told["usual"]["link"]["rule"] == "shared_mailbox"


def test_the_rules_in_force_are_named(caller):
    named = {workspace: caller(workspace).get("/v1/identity/alarms").json["rules"] for workspace in WORKSPACES}
    assert named == {"careful": "strict", "usual": "standard"}


def test_how_sure_a_possible_match_is_depends_on_what_is_enough_there(company):
    certainty = {}
    with company() as parts:
        for workspace in WORKSPACES:
            parts.intake.take(workspace, twins(0))
            parts.rebuild.run(workspace)
            parts.reviewing.look_after(workspace)
            certainty[workspace] = parts.reviewing.queue.item(workspace, "crm:contact:0", "shop:contact:0").certainty
    assert 0.5 < certainty["careful"] < certainty["usual"] < 0.95


def test_a_dry_run_of_what_is_in_force_changes_nobody(parts):
    for workspace, how in WORKSPACES.items():
        assert not parts.reviewing.whole.simulate(workspace, how).changes
        assert parts.reviewing.whole.simulate(workspace, BALANCED if how == STRICT else STRICT).changes


@pytest.mark.usefixtures("parts")
def test_a_change_of_one_links_that_one_anew_and_leaves_the_other_untouched(company, clock):
    clock.advance(60)
    with company({"careful": {"strictness": "balanced"}}) as changed:
        before = rows(changed.store, "usual")
        assert [name for name in WORKSPACES if changed.intake.relink.is_due(name)] == ["careful"]
        assert changed.intake.relink.run() == len(records_in(changed.store, "careful"))
        assert is_linked_by(changed.store, "careful", BALANCED)
        assert rows(changed.store, "usual") == before
        assert not changed.intake.relink.is_due("careful")


@pytest.mark.usefixtures("parts")
def test_who_has_a_word_of_their_own_does_not_mind_what_all_others_do(company):
    with company(identity={"strictness": "balanced"}) as changed:
        before = rows(changed.store, "careful")
        changed.intake.relink.run()
        assert is_linked_by(changed.store, "usual", BALANCED)
        assert rows(changed.store, "careful") == before


def records_in(store, workspace) -> list[int]:
    with store.reading() as connection:
        return list(connection.scalars(select(tables.records.c.id).where(tables.records.c.workspace == workspace)))


def test_what_arrives_while_one_is_linked_anew_is_linked_by_its_rules(company, monkeypatch):
    monkeypatch.setattr("connector.identity.relink.BATCH", 4)
    with company({}) as parts:
        for workspace in WORKSPACES:
            parts.intake.take(workspace, everybody())
    with company() as parts:
        assert parts.intake.relink.run("careful", most=2) == 8
        late = [contact("s4", email("family@example.com"), name="Eve Beam", source="erp")]
        for workspace, how in WORKSPACES.items():
            parts.intake.take(workspace, late)
            parts.intake.relink.run(workspace)
            assert is_linked_by(parts.store, workspace, how)


def test_an_office_begins_where_each_workspace_says(company, tmp_path):
    (tmp_path / "rules.toml").write_text("household = 1\n")
    with company({"careful": {"rules": str(tmp_path / "rules.toml")}}) as parts:
        kinds = {}
        for workspace in WORKSPACES:
            parts.intake.take(workspace, everybody())
            parts.rebuild.run(workspace)
            kinds[workspace] = parts.lookup.find(workspace, email("family@example.com")).shared["kind"]
    assert kinds == {"careful": "office", "usual": "household"}


def settings(identity=None, **own):
    sources = {"shop": {"adapter": "files", "workspace": "brand"}, "desk": {"adapter": "files"}}
    return build({"sources": sources, "identity": identity or {}, "workspaces": {"brand": own}})


def test_the_workspaces_word_comes_first_and_a_file_before_a_word(tmp_path):
    file, other = tmp_path / "own.toml", tmp_path / "all.toml"
    file.write_text("sure = 31\n")
    other.write_text("sure = 32\n")
    everywhere = {"rules": str(other), "strictness": "balanced"}
    for identity, own, path, sure in (
        ({}, {}, "identity.strictness", STANDARD.sure),
        (everywhere, {}, "identity.rules", 32),
        (everywhere, {"strictness": "strict"}, "workspaces.brand.strictness", STRICT.sure),
        (everywhere, {"strictness": "strict", "rules": str(file)}, "workspaces.brand.rules", 31),
    ):
        given = settings(identity, **own)
        assert (in_force.said_by(given, "brand"), in_force.of(given).of("brand").sure) == (path, sure)
        assert in_force.of(given).of("default").sure == (32 if identity else STANDARD.sure)


def test_all_that_is_wrong_with_files_of_rules_is_told_at_once(tmp_path):
    (tmp_path / "own.toml").write_text("sharelimit = 3\n")
    given = settings({"rules": str(tmp_path / "none.toml")}, rules=str(tmp_path / "own.toml"))
    with pytest.raises(SettingsError) as caught:
        check_sources(given)
    own = [problem for problem in caught.value.problems if "did you mean share_limit?" in problem]
    everywhere = [problem for problem in caught.value.problems if "there is no such file" in problem]
    assert [len(own), len(everywhere)] == [1, 1]
    assert own[0].startswith("workspaces.brand.rules: ") and everywhere[0].startswith("identity.rules: ")
