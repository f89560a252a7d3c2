"""X: those who wrote to the brand, what they wrote, and what the brand answered."""

from datetime import datetime
from typing import TYPE_CHECKING

from sandbox import writing
from sandbox.chance import Dice
from sandbox.people import Person
from sandbox.phrases import NICKNAMES, POSTS, REPLIES
from sandbox.products import PRODUCTS
from sandbox.rows.spot import Spot, moment
from sandbox.tables import Row

if TYPE_CHECKING:
    from sandbox.world import World

BRAND = "teahouse_world"
LONGEST_HANDLE = 15


def handle(person: Person) -> str:
    number = str(person.number)
    return f"{writing.latin(person.given)[: LONGEST_HANDLE - len(number) - 1]}_{number}"


def user(world: "World", spot: Spot) -> Row:
    person = world.crowd.person(spot.owner)
    dice = Dice(world.seed, "x", "user", spot.owner)
    since = moment(spot.seconds)
    shown = (
        f"{person.given} {person.family}",
        f"{person.given} {person.family[0]}.",
        NICKNAMES.get(person.given, person.given),
        f"{person.given} 🍵",
    )
    return _user(
        spot.id,
        since,
        name=dice.pick(shown),
        handle=handle(person),
        description="Tea, books, rain." if dice.chance(30) else "",
        location=person.address["city"] if dice.chance(50) else None,
        followers_count=min(dice.below(3000), dice.below(3000)),
        is_protected=dice.chance(3),
    )


def brand(id: str, since: datetime) -> Row:
    """The company's own account."""
    return _user(
        id,
        since,
        name="Teahouse",
        handle=BRAND,
        description="Fine teas since 1887.",
        location="London",
        followers_count=48_211,
        is_protected=False,
        is_verified=True,
        url="https://teahouse.example/",
    )


def _user(id: str, since: datetime, **values: object) -> Row:
    told = {"is_verified": False, "url": None} | values
    return Row(id=id, kind="user", modified=since, created=since, values=told)


def mention(world: "World", spot: Spot) -> Row:
    """A post that names the brand; now and then it goes on a conversation that the same person began."""
    person = world.crowd.person(spot.owner)
    dice = Dice(world.seed, "x", "mention", spot.owner, spot.which)
    before = _earlier(world, spot) if dice.chance(30) else None
    author = world.id_of("x", "user", spot.owner, 0)
    posted = moment(spot.seconds)
    words = dice.pick(POSTS[person.country.language])
    return Row(
        id=spot.id,
        kind="mention",
        modified=posted,
        created=posted,
        values={
            "text": words.format(brand=BRAND, product=dice.pick(PRODUCTS).name.partition(",")[0]),
            "posted_at": posted,
            "author_id": author,
            "author_handle": handle(person),
            "conversation_id": before or spot.id,
            "in_reply_to": before,
            "in_reply_to_user_id": author if before else None,
            "language": person.country.language,
        },
    )


def _earlier(world: "World", spot: Spot) -> str | None:
    """The person's first mention, when it is older than this one and itself begins a conversation."""
    layout = world.layout("x", "mention")
    if spot.which == 0 or spot.which >= layout.rows_of(spot.owner):
        return None
    first = layout.place(spot.owner, 0)
    return world.id_of("x", "mention", spot.owner, 0) if layout.seconds(first) < spot.seconds else None


def reply(world: "World", spot: Spot) -> Row:
    """The brand's answer to one mention."""
    asked = world.mention(spot.owner, spot.which)
    return answer(world, asked, spot.id, spot.seconds)


def answer(world: "World", asked: Row, id: str, seconds: int) -> Row:
    posted = moment(seconds)
    language = asked.values["language"]
    return Row(
        id=id,
        kind="reply",
        modified=posted,
        created=posted,
        values={
            "text": REPLIES[language].format(handle=asked.values["author_handle"]),
            "posted_at": posted,
            "author_id": world.brand.id,
            "author_handle": BRAND,
            "conversation_id": asked.values["conversation_id"],
            "in_reply_to": asked.id,
            "in_reply_to_user_id": asked.values["author_id"],
            "language": language,
        },
    )
