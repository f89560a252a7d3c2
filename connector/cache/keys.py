"""Names of keys in Redis. All of a workspace's keys have the same hash tag, so that a cluster keeps them together.

Handles are in them only as a digest: names of keys show up in slow logs and monitors.
"""

from hashlib import blake2b


def workspace(name: str) -> str:
    """What every key of a workspace begins with."""
    return f"visavis:{{{name}}}:"


def profiles(name: str) -> str:
    """What the key of every profile begins with; its id follows."""
    return workspace(name) + "profile:"


def profile(name: str, profile_id: str) -> str:
    return profiles(name) + profile_id


def handle(name: str, kind: str, value: str) -> str:
    """The key that says whose this handle is."""
    digest = blake2b(value.encode("utf-8", "replace"), digest_size=16).hexdigest()
    return f"{workspace(name)}handle:{kind}:{digest}"


def events(name: str) -> str:
    return workspace(name) + "events"


def report(name: str) -> str:
    return workspace(name) + "report"
