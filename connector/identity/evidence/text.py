"""Text: words in Latin small letters, so that two spellings of a word can be equal.

`fold` takes away what tells no two words apart: case, accents, scripts. `skeleton` goes on
to what differs between two transliterations of a word: it says that two may be the same.
"""

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

# What anyascii writes letter by letter and people write by sound.
GREEK = (("ου", "ou"), ("αυ", "av"), ("ευ", "ev"), ("γγ", "ng"), ("γκ", "gk"), ("μπ", "b"), ("ντ", "nt"), ("χ", "ch"))
GREEK_LETTERS = re.compile("[α-ω]")
# German and Nordic umlauts in their other spelling: Mueller is Müller, Aase is Åse.
UMLAUT = re.compile("(?<=[aou])e(?!$)|(?<=a)a")
APOSTROPHES = re.compile("['`´ʻʼ‘’]")
WORD = re.compile(r"[a-z0-9]+")
SOUNDS = (
    ("tsch", "c"), ("sch", "s"), ("shch", "s"), ("cz", "c"), ("sz", "s"), ("ch", "c"), ("sh", "s"), ("zh", "z"),
    ("kh", "h"), ("ph", "f"), ("th", "t"), ("dj", "j"), ("dzh", "j"), ("ks", "x"), ("ck", "c"), ("k", "c"), ("q", "c"),
    ("tz", "z"), ("ts", "z"), ("iy", "i"), ("yi", "i"), ("ij", "i"), ("y", "i"), ("j", "i"), ("w", "v"), ("ou", "u"),
    ("oo", "u"), ("ee", "i"), ("ie", "i"), ("ei", "i"), ("ai", "i"),
)  # fmt: skip
DOUBLED = re.compile(r"(.)\1+")
# Scripts that have no one spelling in Latin letters: vowels are left out, or readings are many.
UNSPELT = (
    *("ARABIC", "HEBREW", "CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "DEVANAGARI", "BENGALI", "GURMUKHI"),
    *("GUJARATI", "TAMIL", "TELUGU", "KANNADA", "MALAYALAM", "SINHALA", "KHMER", "LAO", "MYANMAR", "ETHIOPIC"),
)


@lru_cache(maxsize=16_384)
def fold(text: str) -> str:
    """The text in plain Latin small letters; apostrophes join, everything else that is no letter or digit parts."""
    text = unicodedata.normalize("NFKC", text).casefold()
    if not text.isascii():
        if GREEK_LETTERS.search(text):
            text = "".join(each for each in unicodedata.normalize("NFD", text) if not unicodedata.combining(each))
            for letters, sound in GREEK:
                text = text.replace(letters, sound)
        text = anyascii(text).lower()
    return " ".join(WORD.findall(APOSTROPHES.sub("", text)))


@lru_cache(maxsize=16_384)
def word(folded: str) -> str:
    """One folded word, its umlauts in one spelling."""
    return UMLAUT.sub("", folded)


@lru_cache(maxsize=16_384)
def skeleton(folded: str) -> str:
    """What stays of a word in whatever alphabet it passed through: Alexandr and Aleksander have one."""
    for letters, sound in SOUNDS:
        folded = folded.replace(letters, sound)
    head, tail = folded[:1], folded[1:].replace("h", "").replace("er", "r").replace("e", "")
    return DOUBLED.sub(r"\1", head + tail)


def script(text: str) -> str:
    """The first letter's script when it cannot be spelt in Latin letters for sure; else nothing."""
    letter = next((letter for letter in text if letter.isalpha()), "")
    if not letter or letter.isascii():
        return ""
    name = unicodedata.name(letter, "")
    return next((each for each in UNSPELT if name.startswith(each)), "")
