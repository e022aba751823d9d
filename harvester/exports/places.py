"""Names of places, by which a body's name is told from a person's: "Xinhua, Beijing"."""

import tomllib
import unicodedata
from functools import cache
from importlib.resources import files

_FOLDED = str.maketrans("łŁøØđĐ", "lLoOdD")
"""Letters whose stroke Unicode does not take for a diacritic."""
_SIDES = {"east", "west", "north", "south"}


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


@cache
def _places(kind: str) -> frozenset[str]:
    text = tomllib.loads(files(__package__).joinpath("places.toml").read_text("utf-8"))[kind]
    return frozenset(_folded(name) for name in " ".join(text.split()).split("; "))


def _folded(name: str) -> str:
    """Without case and diacritics, as lists of names differ in these."""
    letters = unicodedata.normalize("NFKD", name.translate(_FOLDED))
    return "".join(one for one in letters if not unicodedata.combining(one)).casefold()
