"""Answers about a person: the cached document as it is, with the freshness of the sources put around it.

The document is JSON already. It is never read and written again on its way out.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Response, request

from connector.api.freshness import Fresh

JSON = "application/json"

# A browser may keep an answer about a person, but asks each time whether it is still so.
ASK_ANEW = "private, no-cache"


def join(document: bytes, **parts: bytes) -> bytes:
    """The document's JSON object with these members, JSON themselves, in front of its own."""
    front = b",".join(b'"%b":%b' % (name.encode(), value) for name, value in parts.items())
    rest = document.lstrip()[1:]
    return b"{%b%b%b" % (front, b"" if rest.lstrip() == b"}" else b",", rest)


def etag(document_etag: str, fresh: Fresh) -> str:
    """Weak: it stands for the document and each source's state, while a source's lag changes by the second."""
    return f'W/"{document_etag}.{fresh.mark}"'


def person(document: bytes, document_etag: str, fresh: Fresh, moved_from: str | None = None) -> Response:
    """A profile, or 304 for who has it already."""
    tag = etag(document_etag, fresh)
    if has(tag, request.environ.get("HTTP_IF_NONE_MATCH")):
        return Response(status=304, headers=(("ETag", tag), ("Cache-Control", ASK_ANEW)))
    parts = {"freshness": fresh.body}
    if moved_from:
        parts = {"moved_from": orjson.dumps(moved_from)} | parts
    headers = (("ETag", tag), ("Cache-Control", ASK_ANEW))
    return Response(join(document, **parts), headers=headers, content_type=JSON)


def plain(content: Mapping[str, Any], status: int = 200) -> Response:
    """Any other JSON."""
    return Response(orjson.dumps(content), status, content_type=JSON)


def has(tag: str, told: str | None) -> bool:
    """Whether this If-None-Match names the tag."""
    if not told:
        return False
    # Weak comparison: W/ and strong tags with the same text are equal (RFC 9110, 13.1.2).
    text = tag.removeprefix("W/")
    return told.strip() == "*" or any(each.strip().removeprefix("W/") == text for each in told.split(","))
