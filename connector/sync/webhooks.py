"""Deliveries as they come from the web: what an adapter says of them, in the connector's errors."""

from collections.abc import Mapping
from typing import Any

from adapters.base import Adapter, Delivery, SourceChangedError, UnsupportedError, WebhookRejectedError
from connector.errors import InvalidRequestError, NotAuthenticatedError, NotFoundError
from connector.sync.push import Push


def receive(
    push: Push, workspace: str, adapter: Adapter, *, method: str, url: str, headers: Mapping[str, str], body: bytes
) -> int:
    """Keep a delivery for the worker; how many changes it holds. `url` is the address that the source called.

    Raises NotAuthenticatedError for a wrong signature, InvalidRequestError for an unknown shape, NotFoundError for
    a source that takes no webhooks.
    """
    try:
        return push.accept(workspace, adapter, Delivery(method=method, url=url, headers=headers, body=body))
    except WebhookRejectedError as error:
        raise NotAuthenticatedError(str(error)) from None
    except SourceChangedError as error:
        raise InvalidRequestError(str(error)) from None
    except UnsupportedError as error:
        raise NotFoundError(str(error)) from None


def challenge(adapter: Adapter, query: Mapping[str, str]) -> Mapping[str, Any]:
    """What a source wants to hear that asks whether the address is ours. Raises like `receive`."""
    try:
        return adapter.guarded("challenge", lambda: adapter.challenge(query))
    except (WebhookRejectedError, SourceChangedError) as error:
        raise InvalidRequestError(str(error)) from None
    except UnsupportedError as error:
        raise NotFoundError(str(error)) from None
