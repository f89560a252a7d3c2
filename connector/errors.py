"""What callers of the connector can be told, each with its HTTP status. One JSON shape serves them all."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar


class ConnectorError(Exception):
    """Something that the caller can act on. The message is one sentence and holds no customer's values."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "error"


class InvalidRequestError(ConnectorError):
    """The request is malformed. `fields` says what is wrong, field by field."""

    status = 400
    code = "invalid_request"

    def __init__(self, message: str, fields: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.fields = dict(fields or {})


class NotAuthenticatedError(ConnectorError):
    """Nobody said who is asking, or the key is unknown or revoked."""

    status = 401
    code = "not_authenticated"


class NotAllowedError(ConnectorError):
    """Whoever asks may not do this."""

    status = 403
    code = "not_allowed"


class NotFoundError(ConnectorError):
    """There is no such thing."""

    status = 404
    code = "not_found"


class AmbiguousError(ConnectorError):
    """Several fit, and choosing one would be a guess. `candidates` are what can be chosen from.

    `shared`: whose the identifier is, when it is no single person's.
    """

    status = 409
    code = "ambiguous"

    def __init__(self, message: str, candidates: Sequence[Any] = (), shared: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.candidates, self.shared = list(candidates), shared


class ContradictedError(ConnectorError):
    """People have decided otherwise. `chain`: the records by which their decisions lead from one to the other."""

    status = 409
    code = "contradicted"

    def __init__(self, message: str, chain: Sequence[str]) -> None:
        super().__init__(message)
        self.chain = list(chain)


class StoreUnavailableError(ConnectorError):
    """The database cannot be reached, or is too busy: ask again later."""

    status = 503
    code = "store_unavailable"
