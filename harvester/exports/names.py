"""Which names are persons' or bodies', what their parts are, and the codes of languages' names.

Archives write names as catalogues do: "Satō, Eisaku", "Japan. Foreign Ministry", "TASS, Moscow",
and don't say which are persons'. A person's name is parted only where that is certain; whatever may
be a body's stays whole. No list has all names in the world, so their form has to tell them apart: a
person has a family name of one or two words beside its particles, and given names that are neither
a place nor a word of organisations.
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
from importlib.resources import files

_FOLDED = str.maketrans("łŁøØđĐ", "lLoOdD")
"""Letters whose stroke Unicode does not take for a diacritic."""
_SIDES = {"east", "west", "north", "south"}
_WORD = r"[^\W\d_][\w.'’\u02b9-\u02bc\u0300-\u036f-]*"
"""Signs of transliteration and combining diacritics may follow a letter."""
_PERSON = re.compile(
    rf"(?P<family>{_WORD}(?:\s{_WORD}){{0,5}}),\s"
    rf"(?P<given>(?P<names>{_WORD}(?:\s{_WORD}){{0,5}})(?:\s\([^()]+\))?)"
)
"""Other names of the same person may follow in parentheses: "Brandt, Willy (Frahm, Herbert)"."""
_ABBREVIATION = re.compile(r"\w{2}\.(?=\s|$)")
_LARGEST = 2
"""Words of a family name, beside particles such as "von", "al-" and "y": "Castro Ruz"."""
_NO_PERSON = re.compile(
    r"\b(?:and|of|the|for|on|in|others"
    r"|academy|administration|agency|archives?|army|assembly|association|bank|board|broadcasting"
    r"|bureau|cabinet|cent(?:er|re)|chief|command|commission|committee|company|conference|congress"
    r"|consulate|corporation|council|court|cross|daily|delegation|department|desk|directorate"
    r"|division|editors?|editorial|embassy|federation|forces?|foundation|front|general|government"
    r"|headquarters|institute|international|journal|league|legation|library|ministry|mission"
    r"|movement|museum|network|news(?:paper)?|office|organi[sz]ation|parliament|party|police"
    r"|politburo|presidium|press|publishers?|radio|republic|residency|review|secretariat|section"
    r"|sector|service|society|staff|station|television|times|tribune|union|university|voice|weekly"
    r"|comit[eé]|comitato|institut|instituto|istituto|minist[eè]re|ministerio|ministero|parti"
    r"|partido|partito|universit[aäéy]t?|komitet|partia|ministerstwo|ministerstvo|министерство"
    r"|комитет|партия|институт|посольство"
    r"|\w*(?:archiv|bank|gesellschaft|komitee|kommission|ministerium|partei|rundfunk|stiftung"
    r"|verband|verein|verlag|werke|zeitung))\b",
    re.IGNORECASE,
)
"""Words in names of organisations, and words that join a phrase."""
_TITLE = re.compile(
    r"(?:king|queen|prince|princess|emperor|empress|shah|sultan|emir|pope|cardinal|bishop|saint"
    r"|president|premier|chairman|chancellor|ambassador|consul|minister|marshal|dr|mr|mrs|jr|sr)\.?",
    re.IGNORECASE,
)
"""What may stand where a person's given names would: "Sihanouk, Prince"."""
_BODY = re.compile(
    r"\b(?:academy|administration|agency|archives|association|broadcasting|bureau|commission"
    r"|committee|company|congress|consulate|corporation|department|directorate|embassy"
    r"|federation|foundation|institute|library|ministry|museum|organi[sz]ation|parliament|party"
    r"|politburo|presidium|secretariat|society|university"
    r"|comit[eé]|comitato|instituto|istituto|minist[eè]re|ministerio|ministero|partido|partito"
    r"|universit[aäéy]t?|komitet|partia|ministerstwo|ministerstvo|министерство|комитет|партия"
    r"|институт|посольство"
    r"|\w*(?:gesellschaft|komitee|kommission|ministerium|partei|rundfunk|stiftung|verband))\b",
    re.IGNORECASE,
)
"""Words of organisations that are nobody's family name, as "Cross" and "Church" are."""
_OFFICE = re.compile(
    r"\b(?:ambassador|assistant|chair(?:man|woman|person)?|chief|commander|consul|delegate|deputy"
    r"|director|editor|head|leader|members?|minister|officer|officials?|president|premier"
    r"|representative|secretary)\b",
    re.IGNORECASE,
)
"""What may stand beside a person's name: "Nguyen Van Linh, Secretary of the Party"."""


@lru_cache(maxsize=10_000)
def parted(name: str) -> tuple[str, str] | None:
    """Parts a person's name into family and given name; None unless that is certain.

    >>> parted("Chiang, Ching-kuo (Jiang Jingguo)")
    ('Chiang', 'Ching-kuo (Jiang Jingguo)')
    """
    found = _PERSON.fullmatch(name)
    if found is None or not _is_family(found["family"]) or not _are_given(found["names"]):
        return None
    return found["family"], found["given"]


@lru_cache(maxsize=10_000)
def is_body(name: str) -> bool:
    """Whether a name is certainly an organisation's.

    >>> is_body("Japan. Foreign Ministry"), is_body("TASS, Moscow"), is_body("Cross, Charles")
    (True, False, False)
    """
    return bool(_BODY.search(name)) and not _OFFICE.search(name)


def jurisdiction(name: str) -> tuple[str, str] | None:
    """Parts the name of a state's body: "Japan. Foreign Ministry"; None if it is not one."""
    state, _, body = name.partition(". ")
    return (state, body) if body and is_territory(state) and is_body(body) else None


def _is_family(name: str) -> bool:
    """Whether this may be a family name: neither an acronym nor a phrase nor a state."""
    words = [word for word in name.split() if not word[0].islower()]
    if len(words) > _LARGEST or _ABBREVIATION.search(name) or _are_odd(name):
        return False
    return not (any(_capitals(word.split("-")) > _LARGEST for word in words) or is_territory(name))


def _are_given(names: str) -> bool:
    """Whether these may be given names: neither a place nor a title nor a common noun."""
    return not (names[0].islower() or _are_odd(names) or _TITLE.fullmatch(names) or is_place(names))


def _are_odd(names: str) -> bool:
    """Whether a person's names can't have such a word: "TASS", "Office"."""
    acronym = any(len(word) > 1 and word.isalpha() and word.isupper() for word in names.split())
    return acronym or bool(_NO_PERSON.search(names))


def _capitals(parts: list[str]) -> int:
    return sum(part[:1].isupper() for part in parts)


def is_place(name: str) -> bool:
    """Whether a name is, or begins with, that of a territory or of a city that is well known.

    >>> is_place("Gdansk"), is_place("East Berlin"), is_place("Moscow Center"), is_place("Willy")
    (True, True, True, False)
    """
    words = _folded(name).split()
    if words and words[0] in _SIDES:
        words = words[1:]
    known = _places("territories") | _places("cities")
    return any(" ".join(words[:end]) in known for end in range(1, len(words) + 1))


def is_territory(name: str) -> bool:
    """Whether a name is that of a territory or a state, of today or of the past."""
    return _folded(name) in _places("territories")


def language_code(name: str) -> str | None:
    """A language's code in ISO 639-2/B, by its name or its tag; None if that is not known.

    >>> [language_code(name) for name in ("Russian", "de-CH", "français", "Elvish")]
    ['rus', 'ger', 'fre', None]
    """
    name = name.strip().casefold()
    tag, _, region = name.partition("-")
    is_tag = 2 <= len(tag) <= 3 and region.isascii()
    return _languages().get(tag if is_tag else name)


@cache
def _languages() -> dict[str, str]:
    table = _table("languages.toml").items()
    return {name.casefold(): code for code, names in table for name in names.split("; ")}


@cache
def _places(kind: str) -> frozenset[str]:
    text = _table("places.toml")[kind]
    return frozenset(_folded(name) for name in " ".join(text.split()).split("; "))


def _table(name: str) -> dict[str, str]:
    return tomllib.loads(files(__package__).joinpath(name).read_text("utf-8"))


def _folded(name: str) -> str:
    """Without case and diacritics, as lists of names differ in these."""
    letters = unicodedata.normalize("NFKD", name.translate(_FOLDED))
    return "".join(one for one in letters if not unicodedata.combining(one)).casefold()
