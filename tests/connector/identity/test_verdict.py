"""Verdicts: each rule where it holds, and where it must not; each veto; the tiers."""

import pytest

from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.pair import Pair
from connector.identity.pins import LINK, NEVER, Pin, PinContradictedError, Pins
from connector.identity.standing import standing
from connector.identity.strictness import BALANCED, STANDARD, STRICT
from connector.identity.verdict import CONFIRMED, RULES, WHY
from connector.identity.vetoes import VETOES

MAIL, MOBILE, LANDLINE = "ax77@example.com", "+4915112345678", "+493023125123"
# A number in the United States may be a mobile or a home's.
AMERICAN = "+12013684628"
HOME = {"street": "Hauptstr. 5", "postcode": "10115", "city": "Berlin", "country": "DE"}


def base(*told: dict, how=STANDARD, pins: Pins | None = None) -> Memory:
    """Records 0, 1, ... as told, resolved."""
    made = Memory(pins)
    for turn, each in enumerate(told):
        made.put(str(turn), read(Told(key=str(turn), **{"source": f"s{turn}", **each})))
    Linkage(made, how).build(made.keys())
    return made


def person(given: str | None = "Anna", family: str | None = "Smith", **more) -> dict:
    return {"given_name": given, "family_name": family, **more}


def rule(*told: dict, how=STANDARD) -> str | None:
    """The rule that confirms the first two as one."""
    found = base(*told, how=how).links("0").get("1")
    return found.rule if found and found.tier == CONFIRMED else None


@pytest.mark.parametrize(
    ("name", "left", "right"),
    [
        ("social_account", person(handles=[("x", "a", "7")]), person(None, None, handles=[("x", "b", "7")])),
        ("national_number", person(national_id="7012345"), person("Ann", national_id="7012345")),
        ("stated_by_source", person(links=("1",)), person("A.")),
        ("merged_by_source", person(merged_from=("1",)), person()),
        ("own_mailbox", person(emails=[MAIL]), person("Anni", emails=[MAIL])),
        ("own_phone", person(phones=[MOBILE]), person(phones=[MOBILE])),
        ("shared_phone", person(phones=[LANDLINE]), person(phones=[LANDLINE])),
        ("name_and_home", person(**HOME), person(**HOME)),
        ("name_and_birth", person(birth_date="1980-02-03", city="Ulm"), person(birth_date="1980-02-03", city="Ulm")),
        ("own_mailbox_renamed", person(emails=[MAIL]), person("Anna", "Weber", emails=[MAIL])),
        ("same_handle", person(handles=[("x", "anna7", None)]), person(handles=[("x", "anna7", "77")])),
        ("mailbox_without_name", person(emails=[MAIL]), person(None, None, emails=[MAIL])),
        (
            "everything_agrees",
            person(birth_date="1980-02-03", phones=[MOBILE], **HOME),
            person("Anan", birth_date="1980-03-02", phones=[MOBILE], **HOME),
        ),
    ],
)
def test_each_rule_confirms(name, left, right):
    assert rule(left, right) == name


def test_a_shared_mailbox_needs_the_full_name():
    others = person("Peter", emails=[MAIL])
    assert rule(person(emails=[MAIL]), person(emails=[MAIL]), others) == "shared_mailbox"
    assert rule(person(emails=[MAIL]), person("A.", emails=[MAIL]), others) is None


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (person(None, None, phones=[MOBILE]), person(phones=[MOBILE])),
        (person("A.", phones=[MOBILE]), person(phones=[MOBILE])),
        (person(city="Berlin"), person(city="Berlin")),
        (person(), person()),
        (person(handles=[("x", "anna7", None)]), person("Anna", "Weber", handles=[("x", "anna7", "77")])),
        (person(emails=[MAIL], phones=[LANDLINE]), person(None, None, emails=[MAIL], phones=[MOBILE])),
        (person(emails=["noemail@example.com"]), person(emails=["noemail@example.com"])),
        (person("Paul", emails=[MAIL]), person("Paula", emails=[MAIL])),
        (person(emails=[MAIL], birth_date="1955-07-08"), person(emails=[MAIL], birth_date="1980-02-03")),
        (person(emails=[MAIL], suffix="Jr."), person(emails=[MAIL], suffix="Sr.")),
        (person("John", suffix="Jr.", **HOME), person("John", **HOME)),
        (person("Peter", links=("1",)), person()),
        (person("Henry", **HOME), person("Harry", **HOME)),
        (person("Meyer", "J.", **HOME), person("Meyer", "J", **HOME)),
        (person("Jane", emails=["john.smith@example.com"]), person(None, None, emails=["john.smith@example.com"])),
        (person("Jürgen", phones=[LANDLINE], **HOME), person("J.", phones=[LANDLINE], **HOME)),
        (person("Samantha", phones=[AMERICAN], **HOME), person("Sam", phones=[AMERICAN], **HOME)),
        (person(links=("1",)), person(None, emails=["peter77@example.com"])),
        (person("Robinson", "Ethan", emails=[MAIL]), person("Robinson", "Ava", emails=[MAIL])),
        (person(**HOME, national_id="7012345"), person(**HOME, national_id="8890911")),
        (person(emails=[MAIL]), person(None, None, full_name="石川直樹", emails=[MAIL])),
        (person("Jean-Pierre", birth_date="1968-05-20"), person("Pierre", birth_date="1968-05-20")),
        (person("Louis", "Martin", emails=["cmartin@example.com"]), person(None, None, emails=["cmartin@example.com"])),
        (
            person("Elif", "Yilmaz", emails=["kerem.yilmaz@example.com"]),
            person(None, emails=["kerem.yilmaz@example.com"]),
        ),
        (person(phones=[LANDLINE], emails=[MAIL]), person(phones=[LANDLINE], emails=["other@example.com"])),
        (person(emails=[MAIL], phones=[MOBILE]), person("Anna", "Weber", emails=[MAIL], phones=["+4915187654321"])),
        (person(handles=[("x", "anna7", "76")]), person(handles=[("x", "anna7", "77")])),
        (person(handles=[("x", "anna7", None)], **HOME), person(handles=[("x", "anna7", "77")], city="Ulm")),
        (
            person("Pham", "Lan", emails=["lpham@example.com"]),
            person("Pham", "Duc", emails=["lpham@example.com"]),
        ),
        (
            person(None, None, emails=["mary.wallace@example.com"], links=("1",)),
            person(None, None, emails=["sethwallace@example.com"], **HOME),
        ),
    ],
)
def test_it_is_not_enough(left, right):
    assert rule(left, right) is None


def test_an_office_number_links_nobody_of_one_name():
    office = [person(given, "Weber", phones=[LANDLINE]) for given in ("Peter", "Paul", "Maria", "Eva", "Tom", "Ute")]
    assert rule(person(phones=[LANDLINE]), person(phones=[LANDLINE]), *office) is None


def test_namesakes_at_home_are_kept_apart_by_who_else_lives_there():
    father, son = person("John", birth_date="1955-07-08", **HOME), person("John", birth_date="1990-01-02", **HOME)
    assert rule(person("John", **HOME), person("John", **HOME)) == "name_and_home"
    assert rule(person("John", **HOME), person("John", **HOME), father, son) is None


def test_who_gives_no_name_may_live_where_the_mailbox_is_but_not_share_it():
    """Where both are does not tell whether it is he or she; that he is known to use her mailbox does."""
    hers, none = (
        person(emails=["anna.smith@example.com"]),
        person(None, None, emails=["anna.smith@example.com"], **HOME),
    )
    assert rule(hers, none) == rule({**hers, **HOME}, none, person("Peter", **HOME)) == "mailbox_without_name"
    assert rule(hers, none, {**hers, "given_name": "Peter"}) is None


def test_an_initial_at_home_is_of_all_who_live_there():
    jane, initial = (person(given, emails=["jane.smith@example.com"], **HOME) for given in ("Jane", "J."))
    assert rule(jane, initial) == "own_mailbox"
    assert rule(jane, initial, person("John", **HOME)) is None


def test_balanced_believes_less_of_a_name_where_nothing_speaks_against_it():
    told = {
        "name_and_home": (person("Sam", **HOME), person("Samuel", **HOME)),
        "own_mobile_renamed": (person(phones=[MOBILE]), person("Anna", "Weber", phones=[MOBILE])),
        "mailbox_without_name": (
            person(emails=[MAIL, "anna.smith@example.com"]),
            person(None, None, emails=["anna.smith@example.com"]),
        ),
    }
    assert {rule(*pair) for pair in told.values()} == {None}
    assert [rule(*pair, how=BALANCED) for pair in told.values()] == list(told)


def test_one_system_has_seldom_one_customer_twice():
    """Two accounts in one shop, of one name and home and on two mailboxes, are a mother's and a daughter's."""
    told = person(emails=[MAIL], **HOME), person(emails=["other@example.com"], **HOME)
    assert rule(*told) == "name_and_home"
    assert rule(*({**each, "source": "shop"} for each in told)) is None
    assert rule(*({**each, "source": "shop", "kind": "order"} for each in told)) == "name_and_home"
    moved = [{**each, "phones": [phone]} for each, phone in zip(told, (MOBILE, "+4915187654321"), strict=True)]
    assert (rule(*moved), rule(*moved, how=STRICT)) == ("name_and_home", None)
    assert rule(*moved, person("Peter", **HOME)) is None


def test_nor_has_it_two_through_a_third():
    """The shop has a mother and a daughter of one name, and the CRM one of them: she is not both."""
    mother, daughter = (person(emails=[each], source="shop", **HOME) for each in (MAIL, "other@example.com"))
    known = person(emails=[MAIL], **HOME), person(**HOME)
    people = {frozenset(cluster) for cluster in base(mother, daughter, known[0]).clusters()}
    assert people == {frozenset("02"), frozenset("1")}
    assert {frozenset(cluster) for cluster in base(mother, known[1]).clusters()} == {frozenset("01")}


def test_a_street_without_its_postcode_is_the_same_home_if_nothing_else_differs():
    somewhere = {"street": "Hauptstr. 5", "city": "Berlin", "country": "DE"}
    assert rule(person(**HOME), person(**somewhere)) == "name_and_home"
    assert rule(person(emails=[MAIL], **HOME), person(emails=["other@example.com"], **somewhere)) is None


def test_the_companys_own_account_on_contacts_links_nobody():
    own = [("x", "acme", "1000001")]
    told = [person(given, "Weber", handles=own) for given in ("Peter", "Paul", "Maria", "Eva", "Tom")]
    foreign = person(None, None, full_name="石川直樹", handles=own)
    assert rule(told[0], foreign) == "social_account"
    assert rule(told[0], foreign, *told[1:]) is None


@pytest.mark.parametrize(
    ("handle", "more", "found"),
    [
        ("anna944", {"city": "Ulm"}, "mailbox_without_name"),
        ("anna944", {"phones": [LANDLINE]}, "mailbox_without_name"),
        ("peter944", {}, None),
        ("rocker612", {}, "mailbox_without_name"),
        ("rocker612", {"phones": [LANDLINE]}, None),
    ],
)
def test_a_handle_is_a_name(handle, more, found):
    profile = {"kind": "profile", "emails": [MAIL], "handles": [("x", handle, "77")], **more}
    assert rule(person(emails=[MAIL], phones=[MOBILE]), profile) == found


def test_a_city_alone_is_no_other_home():
    assert (
        rule(person(emails=[MAIL], **HOME), person(None, None, emails=[MAIL], city="Berlin")) == "mailbox_without_name"
    )
    elsewhere = {**HOME, "street": "Marktplatz 7"}
    assert rule(person(emails=[MAIL], **HOME), person(None, None, emails=[MAIL], **elsewhere)) is None


def test_a_mobile_is_one_persons_though_a_nickname_answers():
    told = person("Samantha", phones=["+447405061535"]), person("Sam", phones=["+447405061535"])
    assert rule(*told) == "own_phone"


def test_a_name_that_many_have_needs_more_than_a_day_of_birth():
    zdenka = "Zdenka", "Quandt"
    born = [person(*zdenka, birth_date="1980-02-03", country="DE") for _ in range(2)]
    assert rule(*born) == "name_and_birth"
    assert rule(*born, *(person(*zdenka) for _ in range(12))) is None


def test_a_name_in_another_script_is_compared_by_its_sounds():
    told = person("Sameera", "Darwish", emails=[MAIL]), person("سميرة", "درويش", emails=[MAIL])
    assert rule(*told) == "own_mailbox"
    assert rule(person("Ameena", "Nasser", emails=[MAIL]), person("علي", "ناصر", emails=[MAIL])) is None


def test_who_was_taken_down_wrongly_keeps_nobody_else_out():
    """One of four has another day of birth, and their state's number: the other three still find each other."""
    said = {"national_id": "7433231", **HOME}
    told = [person("Melissa", "Lanzotti", birth_date="1981-08-28", **said) for _ in range(2)]
    wrong = person("Melissa", "Lanzotti", birth_date="1908-01-03", **said)
    right = person("Melissa", "Lanzotti", birth_date="1981-08-28", **HOME)
    assert base(*told, wrong, right).clusters() == {("0", "1", "2", "3")}


def test_nobody_walks_in_through_an_initial():
    """J. Smith is like John and like Jane: he is neither's, and they are two."""
    found = base(*(person(given, emails=[MAIL], **HOME) for given in ("John", "Jane", "J.")))
    assert found.clusters() == {("0",), ("1",), ("2",)}


def test_a_cluster_lets_nobody_in_who_conflicts_with_one_of_it():
    told = (
        person("Anna", emails=[MAIL], birth_date="1980-02-03"),
        person("Anna", emails=[MAIL], phones=[MOBILE]),
        person("Anna", phones=[MOBILE], birth_date="1955-07-08"),
    )
    clusters = base(*told).clusters()
    assert not any({"0", "2"} <= set(cluster) for cluster in clusters)


def test_strictness_is_a_ladder():
    nameless = person(emails=[MAIL]), person(None, None, emails=[MAIL])
    assert rule(*nameless, how=STRICT) is None
    initial = person("Anna", phones=[MOBILE]), person("A.", phones=[MOBILE])
    assert (rule(*initial, how=STANDARD), rule(*initial, how=BALANCED)) == (None, "own_phone")
    nickname = person("Sam", phones=[AMERICAN]), person("Samantha", phones=[AMERICAN])
    assert (rule(*nickname, how=STRICT), rule(*nickname, how=STANDARD)) == (None, "own_phone")


def test_a_verdict_has_no_direction():
    made = base(person(emails=[MAIL], **HOME), person("Anni", emails=[MAIL]))
    assert made.links("0")["1"] == made.links("1")["0"]


def test_every_rule_and_veto_says_why():
    assert all(WHY.get(name) for name in RULES) and all(VETOES.values())
    assert (
        Pair(read(Told(key="0", **person("Paul"))), read(Told(key="1", **person("Eva"))), lambda _: None).vetoed
        in VETOES
    )


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Anna"], "one person's"),
        (["Anna", "Peter"], "shared by 2 people"),
        (["Anna", "Peter", "Maria", "Tom", "Eva"], "held by 5 people or more"),
    ],
)
def test_standing_is_told_in_words(names, told):
    holders = [read(Told(key=name, given_name=name, family_name="Smith", emails=[MAIL])) for name in names]
    assert standing(f"e:{MAIL}", holders).told == told


def test_pins_outrank_rules():
    told = person("Paul", emails=[MAIL]), person("Paula", emails=[MAIL])
    assert base(*told, pins=Pins([Pin(left="0", right="1", what=LINK)])).clusters() == {("0", "1")}
    told = person(emails=[MAIL]), person(emails=[MAIL])
    assert base(*told, pins=Pins([Pin(left="0", right="1", what=NEVER)])).clusters() == {("0",), ("1",)}


def test_a_pin_that_contradicts_is_refused_with_the_chain():
    pins = Pins([Pin(left="a", right="b", what=LINK), Pin(left="b", right="c", what=LINK)])
    with pytest.raises(PinContradictedError) as refused:
        pins.add(Pin(left="a", right="c", what=NEVER))
    assert refused.value.chain == ["a", "b", "c"]
    pins = Pins([Pin(left="a", right="b", what=LINK), Pin(left="a", right="d", what=NEVER)])
    with pytest.raises(PinContradictedError) as refused:
        pins.add(Pin(left="b", right="d", what=LINK))
    assert set(refused.value.chain) == {"a", "b", "d"}


def test_an_account_is_matched_with_nobody_by_how_its_name_looks():
    account = Told(key="x:contact:1", kind="profile", full_name="Zdenka Quandt")
    customer = Told(key="crm:contact:1", given_name="Zdenka", family_name="Quandt")
    other = Told(key="shop:contact:1", given_name="Zdenka", family_name="Quandt")
    base = Memory()
    for told in (account, customer, other):
        base.put(told.key, read(told))
    Linkage(base).build(base.keys())
    assert set(base.links(customer.key)) == {other.key} and not base.links(account.key)
