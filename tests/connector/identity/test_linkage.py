"""Whatever happens, in whatever order: the incremental path ends in the partition of the batch path."""

from dataclasses import replace

import hypothesis.strategies as some
from hypothesis import HealthCheck, given, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from connector.identity.evidence.record import Told, read
from connector.identity.linkage import Linkage
from connector.identity.memory import Memory
from connector.identity.pins import LINK, NEVER, Pin, PinContradictedError
from connector.identity.standing import GENERIC, Standing, standing
from connector.identity.strictness import PROFILES
from connector.identity.verdict import judge

KEYS = tuple(f"{source}:{number}" for source in ("crm", "crm2", "shop") for number in range(4))

records = some.fixed_dictionaries(
    {
        "given_name": some.sampled_from([None, "John", "Jane", "J.", "Johnny", "Paul", "Paula", "Jhon"]),
        "family_name": some.sampled_from([None, "Smith", "Smith", "Smyth", "Kowalski"]),
        "suffix": some.sampled_from([None, None, "Jr", "Sr"]),
        "emails": some.lists(
            some.sampled_from(["john.smith@example.com", "js@example.com", "info@example.com"]), max_size=2
        ),
        "phones": some.lists(some.sampled_from(["+4915112345678", "015112345678", "+493023125123"]), max_size=2),
        "birth_date": some.sampled_from([None, "1980-02-03", "1980-03-02", "1955-07-08"]),
        "street": some.sampled_from([None, "Hauptstr. 5", "Hauptstr. 5", "Hauptstr.", "Hauptstr. 7"]),
        "postcode": some.sampled_from([None, "10115"]),
        "handles": some.lists(
            some.sampled_from([("x", "john", "77"), ("x", "john", None), ("x", "jane", "78")]), max_size=1
        ),
        "national_id": some.sampled_from([None, None, "7012345", "7012346"]),
        "links": some.lists(some.sampled_from(KEYS), max_size=1),
        "merged_from": some.lists(some.sampled_from(KEYS), max_size=1),
    }
)
keys = some.sampled_from(KEYS)


class Lives(RuleBasedStateMachine):
    """Records come, change, repeat, go and come back; people pin and take pins back."""

    strictness = "standard"

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, Told] = {}
        self.base = Memory()
        self.linkage = Linkage(self.base, PROFILES[self.strictness])

    def upsert(self, told: list[Told]) -> None:
        self.told |= {each.key: each for each in told}
        self.linkage.update({each.key: read(each) for each in told})

    @rule(batch=some.dictionaries(keys, records, min_size=1, max_size=5))
    def come(self, batch):
        self.upsert([Told(key=key, source=key.partition(":")[0], **record) for key, record in batch.items()])

    @precondition(lambda self: self.told)
    @rule(more=some.data())
    def come_again(self, more):
        self.upsert([self.told[more.draw(some.sampled_from(sorted(self.told)))]])

    @precondition(lambda self: self.told)
    @rule(more=some.data())
    def go(self, more):
        key = more.draw(some.sampled_from(sorted(self.told)))
        del self.told[key]
        self.linkage.update({key: None})

    @rule(left=keys, right=keys, what=some.sampled_from([LINK, NEVER]))
    def pin(self, left, right, what):
        try:
            self.base.pins.add(Pin(left=left, right=right, what=what))
        except PinContradictedError as refused:
            assert refused.chain[0] == refused.chain[-1] or len(set(refused.chain)) == len(refused.chain)
        self.linkage.repin((left, right))

    @rule(left=keys, right=keys)
    def unpin(self, left, right):
        if self.base.pins.remove(left, right):
            self.linkage.repin((left, right))

    @invariant()
    def it_is_the_partition_of_the_batch(self):
        anew = Memory(self.base.pins)
        for told in self.told.values():
            anew.put(told.key, read(told))
        Linkage(anew, PROFILES[self.strictness]).build(anew.keys())
        assert self.base.clusters() == anew.clusters()
        assert all(self.base.links(key) == anew.links(key) for key in self.told)

    @invariant()
    def pins_are_kept(self):
        for pin in self.base.pins:
            left, right = self.base.cluster(pin.left), self.base.cluster(pin.right)
            if left and right:
                assert (left == right) == (pin.what == LINK)


class StrictLives(Lives):
    strictness = "strict"


class BalancedLives(Lives):
    strictness = "balanced"


for case in (Lives, StrictLives, BalancedLives):
    case.TestCase.settings = settings(
        max_examples=60, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
TestLives, TestStrictLives, TestBalancedLives = Lives.TestCase, StrictLives.TestCase, BalancedLives.TestCase


def test_values_that_turn_generic_are_told_of_and_those_that_turn_back():
    base = Memory()
    names = ("John", "Jane", "Mary", "Paul", "Lucy")
    told = {name: read(Told(key=name, given_name=name, emails=["js@example.com"])) for name in names}
    assert Linkage(base).update({name: told[name] for name in names[:4]}).turned == {}
    (standing,) = Linkage(base).update({"Lucy": told["Lucy"]}).turned.values()
    assert standing.kind == GENERIC
    (standing,) = Linkage(base).update({"Lucy": None}).turned.values()
    assert standing.is_open


# Most who are drawn at will are told apart by their names at once.
namesakes = records.map(lambda told: told | {"given_name": "John", "family_name": "Smith", "postcode": "10115"})


@given(left=namesakes, right=namesakes, are_known=some.booleans(), strictness=some.sampled_from(sorted(PROFILES)))
@settings(max_examples=500, deadline=None)
def test_a_verdict_asks_for_the_standing_of_what_both_hold(left, right, are_known, strictness):
    """Or else it would go stale: it is asked for again when the standing of something changes that both hold."""
    how = PROFILES[strictness]
    one, other = (read(Told(key=key, source=key[:3], **told)) for key, told in (("crm:0", left), ("shop:0", right)))

    def standings(value: str) -> Standing:
        assert one.holds(value) and other.holds(value)
        return replace(standing(value, [one, other], how), namesakes=are_known)

    judge(one, other, standings, how)
