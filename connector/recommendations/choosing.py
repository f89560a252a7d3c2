"""Choosing: from what a model suggests to what one customer's card says. Pure, and the same for card and interface."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from connector.profile.hints import Offered
from connector.profile.things import Shown, iso
from connector.recommendations import suppression
from connector.recommendations.hint_id import List
from connector.recommendations.noted import Noted
from connector.recommendations.recommender import Hint, Recommender
from connector.recommendations.recommender import Hints as Ranked
from connector.recommendations.serving import Fitted
from connector.recommendations.suppression import Known, Silence
from connector.recommendations.words import Names, Wording, shown_nothing

# Hints of each list on a card.
ON_CARD = 3

# Of each list so many more are asked for, because rules may withhold the first; and so many when that was not enough.
ASKED, ASKED_AGAIN = 6, 100

# Of each list, those withheld of which the reason is told.
MOST_WITHHELD = 5

NO_MODEL = "Nothing is suggested: no model has been fitted yet."
NOTHING_FITS = "Nothing is suggested: the model knows of nothing that fits."
ALL_WITHHELD = "Nothing is suggested: every hint is withheld."


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """One customer, as their offers are made of it."""

    workspace: str
    profile_id: str
    noted: Noted
    known: Known


Rank = Callable[[Recommender, Customer, int], Ranked]


def offer(customer: Customer, fitted: Fitted, rank: Rank, *, most: int = ON_CARD, weeks: int = 12) -> Offered:
    """Pure: the same customer and model get the same offer. Who objected is scored by nothing."""
    silences = suppression.of_customer(customer.known)
    if any(silence.rule == "no_consent" for silence in silences):
        return Offered(silent(silences, []))
    likelihood = fitted.likelihood.of(customer.noted.sales, weeks) if fitted.likelihood else []
    if fitted.recommender is None:
        return Offered(shown_nothing(NO_MODEL, likelihood=likelihood))
    version = fitted.recommender.model.version
    if silences:
        return Offered(silent(silences, likelihood, model=version), soonest(silences))
    for count in (most + ASKED, most + ASKED_AGAIN):
        ranked = rank(fitted.recommender, customer, count)
        due, may_like = (sifted(customer.known, hints, most) for hints in (ranked.due, ranked.may_like))
        if not any(one.falls_short(most, count) for one in (due, may_like)):
            break
    return told(customer, fitted, ranked, (due, may_like), likelihood)


def silent(silences: Sequence[Silence], likelihood: Sequence[Shown], model: str | None = None) -> Shown:
    """No hints at all, and why."""
    note = f"Nothing is suggested: {'; '.join(silence.why for silence in silences)}."
    withheld = [told_silence(silence) for silence in silences]
    return shown_nothing(note, withheld=withheld, likelihood=likelihood, model=model)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What is left of one list, and those that stood before it or between, with what withholds them."""

    kept: Sequence[Hint]
    withheld: Sequence[tuple[Hint, Silence]]

    def falls_short(self, most: int, count: int) -> bool:
        """Whether more might be found by asking for more than `count`."""
        return len(self.kept) < most and len(self.kept) + len(self.withheld) == count


def sifted(known: Known, hints: Iterable[Hint], most: int) -> Sifted:
    """The first `most` that no rule withholds."""
    kept: list[Hint] = []
    withheld: list[tuple[Hint, Silence]] = []
    for hint in hints:
        if len(kept) == most:
            break
        silence = suppression.of_product(known, hint.product)
        if silence is None:
            kept.append(hint)
        else:
            withheld.append((hint, silence))
    return Sifted(kept=kept, withheld=withheld)


def told(
    customer: Customer, fitted: Fitted, ranked: Ranked, lists: tuple[Sifted, Sifted], likelihood: Sequence[Shown]
) -> Offered:
    """Both lists as they are shown, due first."""
    due, may_like = lists
    wording = Wording(
        workspace=customer.workspace,
        profile_id=customer.profile_id,
        model=ranked.model,
        names=Names(customer.known.products, fitted.names, customer.noted.names),
        evidence=customer.noted.evidence,
    )
    withheld = [one for each in lists for one in each.withheld[:MOST_WITHHELD]]
    nothing = None if due.kept or may_like.kept else ALL_WITHHELD if withheld else ranked.note or NOTHING_FITS
    shown = {
        "due": told_hints(wording, "due", due.kept),
        "may_like": told_hints(wording, "may_like", may_like.kept),
        "withheld": [told_silence(silence, hint.product, wording) for hint, silence in withheld],
        "note": nothing or ranked.note,
        "likelihood": likelihood,
        "model": ranked.model,
    }
    return Offered(shown, soonest(silence for each in lists for _, silence in each.withheld))


def told_hints(wording: Wording, which: List, hints: Iterable[Hint]) -> list[Shown]:
    return [wording.hint(which, hint) for hint in hints]


def told_silence(silence: Silence, product: str | None = None, wording: Wording | None = None) -> Shown:
    """As `schemas.profile.WithheldSchema` describes it."""
    name = wording.name(product) if wording and product else None
    return {"rule": silence.rule, "why": silence.why, "product": product, "name": name, "until": iso(silence.until)}


def soonest(silences: Iterable[Silence]) -> int | None:
    """When the first of them ends by itself."""
    return min((silence.until for silence in silences if silence.until is not None), default=None)
