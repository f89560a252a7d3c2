"""Sentiment: whether a public post is angry, so that nobody is offered something while they wait for an apology.

What the source says comes first. Else the words of `tables/moods.txt` are counted, in the
language that the source names: a modest way that misses irony and much else, and that
makes no judgement where the language is unknown. (What is kept for many languages is
either English only, under a licence that we cannot pass on, or a model of hundreds of MB.)
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

NEGATIVE, POSITIVE = "negative", "positive"

# Addresses, accounts and links are names; their words mean nothing.
NAMES = re.compile(r"https?://\S+|[@#]\w+")


def is_negative(mention: Mapping[str, Any]) -> bool:
    """Whether this post (a mention's body) is angry, as far as anybody knows."""
    told = mention.get("sentiment") or judged(mention.get("text"), mention.get("language"))
    return told == NEGATIVE


def judged(text: str | None, language: str | None) -> str | None:
    """negative or positive by the words of the language; None when it is unknown, or neither outweighs the other."""
    moods = patterns().get(language or "")
    if moods is None or not text:
        return None
    said = " ".join(NAMES.sub(" ", text).casefold().split())
    angry, content = moods
    anger = set(angry.findall(said))
    # Without those: "not happy" is no sign of being happy.
    joy = set(content.findall(angry.sub(" ", said)))
    return None if len(anger) == len(joy) else NEGATIVE if len(anger) > len(joy) else POSITIVE


@cache
def patterns() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """By language: what says anger, and what says content."""
    found: dict[str, dict[str, re.Pattern[str]]] = {}
    for line in (files(__package__) / "tables" / "moods.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            language, sign, words = line.split(" ", 2)
            found.setdefault(language, {})[sign] = _pattern(words.split("|"))
    return {language: (signs["-"], signs["+"]) for language, signs in found.items()}


def _pattern(words: list[str]) -> re.Pattern[str]:
    each = (re.escape(word.removesuffix("*").casefold()) + (r"\w*" if word.endswith("*") else "") for word in words)
    return re.compile(rf"(?<!\w)(?:{'|'.join(each)})(?!\w)")
