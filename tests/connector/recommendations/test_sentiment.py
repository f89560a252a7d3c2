import pytest

from connector.recommendations.sentiment import is_negative, judged, patterns
from sandbox.phrases import POSTS

SAYS = {
    "en": "I am not happy: the pot arrived broken",
    "de": "Schon wieder kaputt, ich bin enttäuscht",
    "fr": "Colis cassé, je suis très déçue",
    "es": "Qué vergüenza, llegó averiado",
    "it": "Che delusione, servizio pessimo",
    "nl": "Kapot aangekomen, erg teleurgesteld",
    "pl": "Jestem rozczarowana, przyszło uszkodzone",
    "sv": "Trasig kanna, jag är besviken",
    "tr": "Kırık geldi, tam bir rezalet",
    "el": "Έφτασε σπασμένο, είμαι απογοητευμένη",
}


@pytest.mark.parametrize("language", SAYS)
def test_anger_is_heard_in_each_language(language):
    assert judged(SAYS[language], language) == "negative"


@pytest.mark.parametrize("language", POSTS)
def test_praise_questions_and_chatter_are_no_anger(language):
    praise, complaint, question, chatter = (text.format(product="Assam", brand="shop") for text in POSTS[language])
    assert judged(complaint, language) == "negative"
    assert judged(praise, language) == "positive"
    assert {judged(question, language), judged(chatter, language)} == {None}


def test_what_the_source_says_comes_first():
    angry = {"text": "terrible, awful", "language": "en"}
    assert is_negative(angry)
    assert not is_negative(angry | {"sentiment": "positive"})
    assert is_negative({"text": "lovely", "language": "en", "sentiment": "negative"})


@pytest.mark.parametrize("language", [None, "", "ja", "xx"])
def test_an_unknown_language_is_not_judged(language):
    assert judged("terrible schlecht horrible", language) is None


@pytest.mark.parametrize("text", [None, "", "@broken_shop #terrible https://awful.example/bad"])
def test_names_and_nothing_say_nothing(text):
    assert judged(text, "en") is None


def test_a_word_in_another_word_is_not_heard():
    assert judged("The badminton set was lostproof", "en") is None


def test_anger_and_content_in_balance_are_no_judgement():
    assert judged("great tea, awful parcel", "en") is None


def test_every_language_has_both():
    assert all(len(signs) == 2 for signs in patterns().values())
    assert set(SAYS) == set(patterns()), "Each language of the table has a sentence here."
