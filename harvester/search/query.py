"""What is typed into a search box, and how SQLite's full-text search is asked for it.

All words must be there. `"several words"` must be in this order, `fish*` is a beginning, `-word`
must not be there, and of two words with `OR` between them one is enough. Everything else is text;
no input is an error. See https://sqlite.org/fts5.html, "Full-text Query Syntax".
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from harvester.search.letters import GERSHAYIM, fold
from harvester.search.words import PAIRED, words

LONGEST = 300
"""Characters of a question that a person types."""
MOST = 40
"""Words and phrases that are looked for."""
NOTHING = '""'
"""Finds nothing, and is no error."""
_PART = re.compile(
    r"""(?P<minus>(?<!\S)[-\u2212\u2013](?=[^\s*-]))?
    (?:"(?P<phrase>[^"]*)"? | (?P<word>[^\s"*]++))(?P<star>\*?)""",
    re.VERBOSE,
)
_INITIALS = re.compile(r"(?<!\w)[^\W\d_]\.(?: [^\W\d_]\.)++")
_PAIRED = re.compile(f"[{PAIRED}]")
EITHER = ("OR", "or", "|", "||")
NOT = "NOT"
OPERATORS = (*EITHER, "AND", "and", "&", "&&", NOT)
"""Words that mean something between two others."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words in their order; with `prefix`, the last one may go on."""

    words: tuple[str, ...]
    prefix: bool = False

    @property
    def expression(self) -> str:
        """The phrase for FTS5."""
        return f'"{" ".join(self.words)}"{"*" * self.prefix}'


Term = tuple[Phrase, ...]
"""One that is asked for, in the ways in which it may be written."""


@dataclass(frozen=True, slots=True)
class Query:
    """One term of each group in `wanted` has to be there, and none of `unwanted`."""

    wanted: tuple[tuple[Term, ...], ...] = ()
    unwanted: tuple[Term, ...] = ()
    doubt: str | None = None
    """Why nothing can be searched for, in a sentence."""

    @property
    def expression(self) -> str:
        """The query for FTS5; valid whatever was typed."""
        if self.doubt:
            return NOTHING
        found = " AND ".join(_either(group) for group in self.wanted)
        return f"({found}) NOT {_either(self.unwanted)}" if self.unwanted else found

    @property
    def phrases(self) -> list[Phrase]:
        """All that is looked for."""
        return [phrase for group in self.wanted for term in group for phrase in term]


def expression(text: object) -> str:
    """What FTS5 is asked for by a text."""
    return parse(str(text or "")).expression


@lru_cache(64)
def parse(text: str) -> Query:
    """Reads what is asked for. Never fails: if it asks for nothing, `doubt` says why."""
    if len(text) > LONGEST:
        return Query(doubt=f"A search may have {LONGEST} characters: ask for fewer words.")
    wanted, unwanted = _grouped(_parts(_plain(text)))
    if len(wanted) + len(unwanted) > MOST:
        return Query(doubt=f"A search may have {MOST} words: ask for fewer.")
    if not wanted and unwanted:
        return Query(doubt="A search needs a word that must be there, beside those that must not.")
    if not wanted:
        return Query(doubt="There is no word in this search: type one.")
    return Query(tuple(wanted), tuple(unwanted))


def _plain(text: str) -> str:
    """The text without what can't be written, and with initials close to each other.

    What stands in a Hebrew abbreviation is no quotation mark.
    """
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
    text = GERSHAYIM.sub("\N{HEBREW PUNCTUATION GERSHAYIM}", text)
    return _INITIALS.sub(lambda found: found[0].replace(" ", ""), text)


def _parts(text: str) -> Iterator[str | tuple[bool, Term]]:
    """The operators and terms of a text, each term with whether it is unwanted."""
    found = list(_PART.finditer(text))
    only_operators = all(part["word"] in OPERATORS for part in found)
    for part in found:
        if part["word"] in OPERATORS and not only_operators:
            yield part["word"]
        elif term := _term(part["phrase"] or part["word"] or "", prefix=bool(part["star"])):
            yield bool(part["minus"]), term


def _grouped(parts: Iterable[str | tuple[bool, Term]]) -> tuple[list[tuple[Term, ...]], list[Term]]:
    """The groups of which one term each is wanted, and the terms that are not."""
    wanted, unwanted, operator = list[list[Term]](), list[Term](), ""
    for part in parts:
        if isinstance(part, str):
            operator = part
            continue
        is_unwanted, term = part
        if is_unwanted or operator == NOT:
            unwanted.append(term)
        elif operator in EITHER and wanted:
            wanted[-1].append(term)
        else:
            wanted.append([term])
        operator = ""
    return list(dict.fromkeys(map(tuple, wanted))), list(dict.fromkeys(unwanted))


def _term(text: str, *, prefix: bool) -> Term:
    """The ways in which a text may be written; none if it has no word."""
    found = list(words(fold(text)))
    within = [word for word in found if not word.beside]
    if not within:
        return ()
    first, last = within[0], within[-1]
    if _PAIRED.fullmatch(last.text):
        if len(within) > 1 and within[-2].end == last.end:
            within.pop()
        else:
            prefix = True
    ways = [Phrase(tuple(word.text for word in within), prefix)]
    whole = [word for word in found if (word.start, word.end) == (first.start, last.end)]
    ways += [Phrase((word.text,), prefix) for word in whole if word.beside and len(within) > 1]
    return tuple(dict.fromkeys(ways))


def _either(terms: Iterable[Term]) -> str:
    ways = [phrase.expression for term in terms for phrase in term]
    return f"({' OR '.join(ways)})" if len(ways) > 1 else ways[0]
