"""What a search has found in a text: where to mark it, and which piece of it to show.

Nothing here is HTML: a text comes in pieces, each with whether it was found.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice, pairwise

from harvester.search.letters import aligned, fold
from harvester.search.query import Phrase, Query, parse
from harvester.search.words import Word, indexed, words

Piece = tuple[str, bool]
Span = tuple[int, int]
_CHUNK = re.compile(r".{1,2000}(?=\n\n|\Z)|.{1,2000}(?!\S)|.{1,2000}", re.DOTALL)
"""Some paragraphs, a piece of a long one, or of a word without end."""
WINDOW = 300
"""Characters of a passage."""
PLACES = 20
"""So many chunks of a text rival to be shown."""
MOST = 300_000
"""Characters of a text, some hundred pages, in which something is looked for."""


def marked(text: str, query: str) -> list[Piece]:
    """All of a text in pieces, each with whether it is what a query looks for."""
    found = _found(text, parse(query))
    return _pieces(text, [(at + start, at + end) for at, _, spans in found for start, end in spans])


def passage(text: str, query: str, size: int = WINDOW) -> list[Piece]:
    """A piece of a text that has what a query looks for, marked; empty if there is none.

    Of the first such places, the one with the most matches is taken.
    """
    text = text.strip()
    found = islice(_found(text, parse(query)), PLACES)
    best = max(found, key=lambda one: len(_different(*one[1:])), default=None)
    return _cut(text, *best, size) if best else []


def quoted(text: str | None, query: str | None) -> str | None:
    """The same as text, with ‹marks› around what was found; None if there is nothing."""
    found = passage(str(text or ""), str(query or ""))
    return "".join(f"‹{piece}›" if is_found else piece for piece, is_found in found) or None


def _found(text: str, query: Query) -> Iterator[tuple[int, str, list[Span]]]:
    """The chunks of a text that have what is looked for: where each is, and where in it that is."""
    firsts = {phrase.words[0] for phrase in query.phrases}
    for chunk in _CHUNK.finditer(text, 0, MOST):
        if any(map(indexed(chunk[0]).__contains__, firsts)) and (
            spans := _spans(chunk[0], query.phrases)
        ):
            yield chunk.start(), chunk[0], spans


def _different(text: str, spans: Iterable[Span]) -> set[str]:
    return {fold(text[start:end]) for start, end in spans}


def _pieces(text: str, spans: Sequence[Span]) -> list[Piece]:
    edges = [0, *(edge for span in spans for edge in span), len(text)]
    pieces = [(text[start:end], n % 2 == 1) for n, (start, end) in enumerate(pairwise(edges))]
    return [piece for piece in pieces if piece[0]]


def _cut(text: str, at: int, chunk: str, spans: Sequence[Span], size: int) -> list[Piece]:
    """So much of a chunk around the spans that say most together, from one word to another."""
    folded = [(start, fold(chunk[start:end])) for start, end in spans]
    first, last = spans[_densest(folded, size // 2)]
    start = max(0, min(first - size // 3, len(chunk) - size))
    if start and (space := chunk.find(" ", start, first)) >= 0:
        start = space + 1
    start = start or len(chunk) - len(chunk.lstrip())
    end = min(start + size, len(chunk))
    if end < len(chunk) and (space := chunk.rfind(" ", last, end)) >= 0:
        end = space
    shown = [(max(one, start) - start, min(two, end) - start) for one, two in spans if one < end]
    pieces = _pieces(chunk[start:end], [one for one in shown if one[0] < one[1]])
    before = [("… ", False)] * bool(text[: at + start].strip())
    after = [(" …", False)] * bool(text[at + end :].strip())
    return [*before, *pieces, *after]


def _densest(found: Sequence[tuple[int, str]], size: int) -> int:
    """Which of what was found begins the piece of this size that has most different of it."""
    most, best, start, within = 0, 0, 0, Counter[str]()
    for place, text in found:
        within[text] += 1
        while found[start][0] < place - size:
            within[found[start][1]] -= 1
            start += 1
        if (different := sum(map(bool, within.values()))) > most:
            most, best = different, start
    return best


def _spans(text: str, phrases: Sequence[Phrase]) -> list[Span]:
    """Where the text has what a query looks for, from the beginning on, none within another."""
    folded, places = aligned(text)
    found = list(words(folded))
    within = [word for word in found if not word.beside]
    firsts = _by_first_word(phrases)
    ends = [(word.start, end) for n, word in enumerate(within) if (end := _end(within, n, firsts))]
    ends += [(word.start, word.end) for word in found if word.beside and _end([word], 0, firsts)]
    return list(_merged((places[start], places[end]) for start, end in sorted(ends)))


Firsts = tuple[dict[str, list[Phrase]], list[Phrase]]
"""Phrases by their first words, and those that are the beginning of a single word."""


def _by_first_word(phrases: Sequence[Phrase]) -> Firsts:
    exact, beginnings = dict[str, list[Phrase]](), list[Phrase]()
    for phrase in phrases:
        if phrase.prefix and len(phrase.words) == 1:
            beginnings.append(phrase)
        else:
            exact.setdefault(phrase.words[0], []).append(phrase)
    return exact, beginnings


def _end(found: Sequence[Word], place: int, firsts: Firsts) -> int:
    """Where the longest phrase ends that begins with the word at a place; 0 if none does."""
    exact, beginnings = firsts
    text = found[place].text
    ends = [found[place].end for one in beginnings if text.startswith(one.words[0])]
    for phrase in exact.get(text, ()):
        last = place + len(phrase.words) - 1
        if last < len(found) and _is_at(found, place, phrase):
            ends.append(found[last].end)
    return max(ends, default=0)


def _is_at(found: Sequence[Word], place: int, phrase: Phrase) -> bool:
    """Whether the words from a place on are a phrase's."""
    *first, last = phrase.words
    text = found[place + len(first)].text
    is_last = text.startswith(last) if phrase.prefix else text == last
    return is_last and all(found[place + n].text == word for n, word in enumerate(first))


def _merged(spans: Iterable[Span]) -> Iterator[Span]:
    start = end = 0
    for one, two in spans:
        if one > end:
            if end:
                yield start, end
            start = one
        elif not end:
            start = one
        end = max(end, two)
    if end:
        yield start, end
