"""The report of each workspace as it was last worked out: for a page that must not wait while all orders are read.

May be emptied at any moment; a worker then makes it again. Redis being away is no error: there is no report then.
"""

from collections.abc import Mapping
from typing import Any

import orjson
import redis
from redis.exceptions import RedisError

from connector.cache import keys

# Seconds for which a report that nobody renews is kept.
KEPT = 7 * 86_400


def put(client: redis.Redis, workspace: str, report: Mapping[str, Any]) -> None:
    """Raises redis.RedisError while Redis is away."""
    client.set(keys.report(workspace), orjson.dumps(report), ex=KEPT)


def get(client: redis.Redis, workspace: str) -> dict[str, Any] | None:
    try:
        found = client.get(keys.report(workspace))
    except RedisError:
        return None
    return orjson.loads(found) if found else None
