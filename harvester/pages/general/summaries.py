"""The summaries of a listing's entries: the column in which they have the most sentences.

Lower-case letters distinguish a summary from names, numbers and citations. The longest text of each
entry would be a different part from entry to entry, so the same part is taken in all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from harvester.dates.phrases import is_date
from harvester.pages.general.parts import MIXED, Part, Path
from harvester.pages.general.table import Rows
from harvester.pages.general.titles import LETTERS
from harvester.sites.wording import Words

LEAST_WORDS = 4
"""Fewest words of a summary, on average over the entries with one."""
PROSE = 0.3
"""Share of the words of a summary that begin with a lower-case letter, or with one without case."""
DIFFERENT = 0.75
"""Share of the summaries that differ from the others."""
SIGNS = " .,:;|\u00b7\u2013\u2014-"
"""Signs between a title or a date and the text after it."""
Column = dict[int, list[tuple[int, str]]]
"""Texts and their places, by the number of their entry."""


def read_summaries(
    rows: Rows, titles: Mapping[int, Part], dates: Mapping[int, str]
) -> dict[int, str]:
    """The summaries by the numbers of their entries; none if no column has sentences."""
    columns: dict[Path, Column] = defaultdict(lambda: defaultdict(list))
    for number, title in titles.items():
        for part, text in _beside(rows, number, title, dates.get(number)):
            columns[part.path][number].append((part.place, text))
    prose = {path: words for path, texts in columns.items() if (words := _words_of(texts))}
    best = max(prose, key=lambda path: prose[path], default=None)
    if best is None:
        return {}
    found: Column = defaultdict(list)
    for path in {best, _alike(best)} & prose.keys():
        for number, texts in columns[path].items():
            found[number] += texts
    return {number: " ".join(text for _, text in sorted(some)) for number, some in found.items()}


def _alike(path: Path) -> Path:
    """The path of a block with links in it instead of one without, or the other way round."""
    return path[:-1] if path[-1] == MIXED else (*path, MIXED)


def _beside(rows: Rows, number: int, title: Part, date: str | None) -> Iterator[tuple[Part, str]]:
    """The texts of an entry that are neither title, date nor link to anything else."""
    parts = rows.parts[number]
    labels = [part.text for part in parts if part.href and _is_more(rows.words, part)]
    for part in parts:
        if part is title or part.href not in (None, title.href) or not part.text:
            continue
        text = _rest_of(part, [title.text, *([date] if date else [])], labels)
        if text and text not in (title.text, date) and not _is_more(rows.words, part):
            yield part, text


def _is_more(words: Words, part: Part) -> bool:
    return bool(part.text) and words.is_more(part.text)


def _rest_of(part: Part, known: Iterable[str], labels: Iterable[str]) -> str:
    """The text of a block after the title and date, and before a "Read more" link."""
    text = part.text
    for label in labels:
        text = text.removesuffix(label).rstrip()
    for said in known:
        rest = text.removeprefix(said)
        text = rest.lstrip(SIGNS) if rest[:1] in SIGNS else text
    return text


def _words_of(texts: Column) -> int:
    """The number of words of a column; 0 if they are not sentences, or keep repeating."""
    said = [text for some in texts.values() for _, text in some if not is_date(text)]
    words = [word for text in said for word in LETTERS.findall(text)]
    small = sum(not word[0].isupper() for word in words)
    is_prose = small >= PROSE * len(words) and len(words) >= LEAST_WORDS * len(texts)
    return len(words) if is_prose and len(set(said)) > DIFFERENT * len(said) else 0
