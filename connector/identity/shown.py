"""Shown: the value on which a link stands, as people may see it on a card."""

# What a value's first letter means.
KINDS = {
    "e": "email",
    "p": "phone",
    "d": "phone",
    "s": "social",
    "h": "handle",
    "x": "external",
    "i": "national_id",
    "a": "address",
    "b": "birth_date",
}


def shown_value(value: str) -> tuple[str | None, str | None]:
    """Kind and text. Of a number from their state only the end is shown; an id as `source:id`."""
    kind, text = KINDS.get(value[:1]), value[2:]
    if kind is None or not text:
        return kind, None
    if kind == "national_id":
        return kind, f"… {text[-3:]}"
    if kind == "external":
        source, _, rest = text.partition(":")
        return kind, f"{source}:{rest.partition(':')[2]}"
    return kind, text.replace("|", ", ")
