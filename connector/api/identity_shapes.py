"""Identity as JSON: how explanations and decisions are told by the API, in the terminal and in the panel.

Of a person who is somebody else, only the profile's id and the reason are told: what they share in words, with no
value and no name of theirs.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from connector.clock import moment
from connector.identity.bridges import Split
from connector.identity.explained import Reason, Told, Two
from connector.identity.held import Held
from connector.identity.inquiry import Compared, Explained
from connector.identity.logbook import WORDS, Logged
from connector.identity.partition import Key
from connector.identity.pins import Pin
from connector.identity.unmerge import Parted
from connector.store.pins import Decision, parted

Shown = dict[str, Any]


def record(key: Key, **more: Any) -> Shown:
    """By what its source knows it. `key` is what decisions take."""
    source, kind, external_id = parted(key)
    return {"key": key, "source": source, "kind": kind, "external_id": external_id, **more}


def profile(told: Explained) -> Shown:
    """Why a profile's records are one person."""
    own = set(told.profile.records)
    return {
        "profile_id": told.profile_id,
        "records": [record(key, name=told.names.get(key) or None) for key in told.profile.records],
        "links": [link(each) for each in told.profile.links],
        "bridges": [split(each) for each in told.profile.bridges],
        "hinges": [split(each) for each in told.profile.hinges],
        "may_also_be": [beside(each, own, told.others) for each in told.profile.possible],
        "kept_apart": [kept_apart(each, own, told.others) for each in told.profile.parted],
        "pins": [pin(each) for each in told.pins],
        "unmerges": [unmerge(each) for each in told.unmerges],
        "guests": [
            {"record": record(each.record), "records": 1 + len(each.followers), "why": each.why}
            for each in told.profile.guests
        ],
    }


def two(told: Compared) -> Shown:
    """Whether and why two records are one person. Who asks names both, and may see both."""
    found: Two = told.two
    weighed = found.weighed
    return {
        "left": record(found.left, profile_id=told.profiles.get(found.left)),
        "right": record(found.right, profile_id=told.profiles.get(found.right)),
        "is_one": found.is_one,
        "chain": [link(each) for each in found.chain],
        "link": link(found.direct) if found.direct else None,
        "shared": [_fields(each, "what", "shown", "standing") for each in found.shared],
        "compared": [_fields(each, "field", "left", "right", "how", "agrees") for each in found.compared],
        "weight": {
            "bits": round(weighed.bits, 1),
            "needed": weighed.needed,
            "groups": [{"name": name, "bits": round(bits, 1)} for name, bits in weighed.groups.items()],
            "needed_groups": weighed.needed_groups,
        },
        "against": [reason(each) for each in found.against],
        "would": list(found.would),
    }


def link(told: Told) -> Shown:
    return {
        "left": record(told.left),
        "right": record(told.right),
        "rule": told.rule,
        "why": told.why,
        "tier": told.tier,
        "is_bridge": told.is_bridge,
        "shared": [_fields(each, "what", "shown", "standing") for each in told.shared],
        "compared": [_fields(each, "field", "left", "right", "how", "agrees") for each in told.compared],
        "pin": pin(told.pin) if told.pin else None,
        "held_by": [held(each) for each in told.held_by],
    }


def split(told: Split) -> Shown:
    """`without`: the two ends of a link, or one record."""
    return {
        "without": [record(key) for key in told.without],
        "parts": [[record(key) for key in part] for part in told.parts],
    }


def reason(told: Reason) -> Shown:
    return {
        "rule": told.rule,
        "why": told.why,
        "left": record(told.left),
        "right": record(told.right),
        "pin": pin(told.pin) if told.pin else None,
        "held_by": [held(each) for each in told.held_by],
    }


def held(told: Held) -> Shown:
    """What a link waits for."""
    return _fields(told, "what", "source", "decision", "by", "why") | {"at": _time(told.at)}


def beside(told: Told, own: set[Key], others: dict[Key, str]) -> Shown:
    """Who a profile may also be."""
    mine, other = (told.left, told.right) if told.left in own else (told.right, told.left)
    return {
        "profile_id": others.get(other),
        "source": parted(other)[0],
        "record": record(mine),
        "tier": told.tier,
        "why": told.why,
        "for": [f"{each.what}: {each.standing}" for each in told.shared] + _said(told, agrees=True),
        "against": _said(told, agrees=False),
    }


def kept_apart(told: Reason, own: set[Key], others: dict[Key, str]) -> Shown:
    """Somebody with whom a link leads here, and why they are another person all the same."""
    mine, other = (told.left, told.right) if told.left in own else (told.right, told.left)
    return {
        "profile_id": others.get(other),
        "source": parted(other)[0],
        "record": record(mine) if mine in own else None,
        "rule": told.rule,
        "why": told.why,
    }


def pin(told: Pin) -> Shown:
    return {
        "left": record(told.left),
        "right": record(told.right),
        "what": told.what,
        "by": told.by,
        "at": _time(told.at),
        "why": told.why,
    }


def decision(told: Logged) -> Shown:
    """A line of the log of decisions."""
    made = told.decision
    return {
        "id": made.id,
        "what": made.what,
        "told": WORDS.get(made.what, made.what),
        "records": [record(key) for key in told.records],
        "source": made.subject.get("source"),
        "by": made.made_by,
        "at": _time(moment(made.made_at)),
        "why": made.why,
        "state": told.state,
        "undone_by": told.undone_by,
        "undoes": made.undoes,
    }


def unmerge(told: Decision) -> Shown:
    return {
        "id": told.id,
        "records": [record(key) for key in told.subject["records"]],
        "by": told.made_by,
        "at": _time(moment(told.made_at)),
        "why": told.why,
    }


def done(told: Parted, profiles: Iterable[Shown]) -> Shown:
    """What an unmerge did, or the taking back of one."""
    return {
        "id": told.decision,
        "never": [{"left": record(left), "right": record(right)} for left, right in told.never],
        "profiles": list(profiles),
    }


def _said(told: Told, *, agrees: bool) -> list[str]:
    return [f"{each.field}: {each.how}" for each in told.compared if each.agrees is agrees]


def _fields(told: object, *names: str) -> Shown:
    return {name: getattr(told, name) for name in names}


def _time(at: datetime | None) -> str | None:
    return at.isoformat().replace("+00:00", "Z") if at else None
