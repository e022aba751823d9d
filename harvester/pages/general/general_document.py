"""Reading a document's own page on a site whose profile does not say what only such pages have."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain
from urllib.parse import urldefrag

from harvester.outcomes import Reason, Unreadable
from harvester.pages.address import absolute, document_of, is_same_site
from harvester.pages.document.document_context import is_frame
from harvester.pages.document.head import Head, read_head
from harvester.pages.document.links import file_links, scan_links
from harvester.pages.elements import Element, is_landmark
from harvester.pages.general.labelled import Labelled
from harvester.pages.general.labels import Labels
from harvester.pages.listing.pager import find_range
from harvester.pages.markup import Tree, Unclear, language_of, refuse_torn, tree
from harvester.pages.page import breaks_off, broken_off, told_of_break
from harvester.pages.page_reader import read_page, text_of
from harvester.record import Record, ScanLink, Term, Transcript
from harvester.sites.site import Site
from harvester.sites.wording import Words

FEWEST = 2
"""Fewest different labels that mark a page as a document's."""
HEADINGS = ("h1", "h2", "h3")
ADDRESSES = ("href", "src", "data")
"""Attributes with the address that an element links to or shows."""


def read_general_document(html: str, url: str, site: Site) -> Record:
    """Reads the page of a document by its labels, and by what the site's profile says besides.

    Raises Unreadable if nothing shows that the page is a document's, or if it shows several.
    """
    try:
        source, language = tree(html), language_of(html)
        with told_of_break(source):
            return _read(source, url, site, language)
    except Unclear as problem:
        sentence = f"{url} can't be read as a document: {problem}."
        raise Unreadable(sentence, problem.reason or Reason.NO_DOCUMENT, url) from None


def _read(source: Tree, url: str, site: Site, language: str | None) -> Record:
    document = document_of(url, site)
    if document is None:
        raise Unclear("its address is no document's")
    found = {name: _hinted(source, site, name) for name in ("title", "date", "summary")}
    texts, scans = (_hinted(source, site, name) for name in ("transcript", "scan"))
    labels = Labels(source.index, site.habits(language), texts).all()
    _refuse_other_pages(source, site.words(language), labels, texts)
    refuse_torn(text for one in labels for text in (one.label, *one.values))
    _refuse_cut(source, [*(one.group for one in labels), *texts])
    head = read_head(source.index)
    record = Record(document, site.document_url(document), _title(source, found["title"], head))
    record.date_text = _first(source, found["date"])
    record.summary = "\n\n".join(_texts(source, found["summary"])) or None
    _add_labelled(record, labels, site)
    record.transcripts = list(_transcripts(source, texts))
    record.files = _scans(source, url, site, scans)
    record.node = head.node
    return record


def _hinted(source: Tree, site: Site, name: str) -> list[Element]:
    """The elements that the profile's selectors find, without those nested in others."""
    hints = site.document_page.hints[name]
    found = list(chain.from_iterable(map(source.index.select, hints)))
    outer = set(found)
    return [one for one in dict.fromkeys(found) if outer.isdisjoint(one.iterancestors())]


def _refuse_other_pages(
    source: Tree, words: Words, labels: Sequence[Labelled], texts: Sequence[Element]
) -> None:
    """Raises Unclear unless the page shows that it is a document's, and of only one."""
    if stated := find_range(read_page(source.root, index=source.index), words):
        raise Unclear(f"it is a listing, which states {stated}")
    groups: dict[str, set[Element]] = defaultdict(set)
    for one in labels:
        groups[one.label].add(one.group)
    if len(groups) < FEWEST and not texts:
        raise Unclear(
            'nothing on it says that it is a document\'s: it has no labels such as "Date: 1950"'
        )
    often = Counter({label: len(some) for label, some in groups.items()})
    repeated = [label for label, number in often.items() if number > FEWEST]
    if len(repeated) * 2 >= len(often) > 0:
        label, number = often.most_common(1)[0]
        raise Unclear(f'it shows several documents: "{label}" stands {number} times on it')


def _refuse_cut(source: Tree, told: Sequence[Element]) -> None:
    """Raises BrokenOff unless the source is finished, or everything about the document is
    closed."""
    if not source.finished and (breaks_off(source) or any(map(source.ends_in, told))):
        raise broken_off()


def _title(source: Tree, hinted: Sequence[Element], head: Head) -> str:
    """The title: that of the profile, or the heading that the page's head has, too, or the only
    heading of its rank; a heading in the page's own header counts if there is no other."""
    if found := _first(source, hinted):
        return found
    shown = filter(_tells, source.index.ordered(source.index.tagged(HEADINGS)))
    said = [(one, text) for one in shown if (text := text_of(one, source.index))]
    said = [one for one in said if not _is_banner(one[0])] or said
    for is_like in (str.__eq__, str.startswith, str.__contains__):
        known = [text for _, text in said if any(is_like(title, text) for title in head.titles)]
        if known:
            return max(known, key=len)
    for rank in HEADINGS:
        texts = {text for one, text in said if one.tag == rank}
        if len(texts) == 1:
            return texts.pop()
    raise Unclear("it shows no title that is certain: name its selector in [document.hints]")


def _is_banner(heading: Element) -> bool:
    """Whether a heading is the site's own."""
    around = [up.tag for up in heading.iterancestors()]
    return "header" in around and not {"main", "article"}.intersection(around)


def _tells(element: Element) -> bool:
    """Whether an element is outside the parts of the page's frame that can't describe the
    document."""
    return not any(is_landmark(up) and is_frame(up) for up in element.iterancestors())


def _first(source: Tree, elements: Sequence[Element]) -> str | None:
    return next(filter(None, (text_of(one, source.index) for one in elements)), None)


def _texts(source: Tree, elements: Sequence[Element]) -> Iterator[str]:
    for one in elements:
        page = read_page(one, shown=(one,), index=source.index)
        yield from (piece.text for piece in page.pieces if piece.text)


def _add_labelled(record: Record, labels: Sequence[Labelled], site: Site) -> None:
    """Adds what labels say: to the field or kind of term that the profile takes one for, or else to
    what has no field."""
    form = site.document_page
    kinds = frozenset(form.terms.values())
    terms: list[Term] = []
    other: dict[str, list[str]] = defaultdict(list)
    for one in labels:
        meaning, text = form.meaning(one.label), "\n\n".join(one.values)
        if meaning in kinds:
            terms += (Term(meaning, value) for value in one.values)
        elif meaning and getattr(record, meaning) in (None, text):
            setattr(record, meaning, text)
        else:
            other[one.label] += one.values
    record.terms = list(dict.fromkeys(terms))
    record.other = {label: list(dict.fromkeys(values)) for label, values in other.items()}


def _transcripts(source: Tree, elements: Sequence[Element]) -> Iterator[Transcript]:
    for one in elements:
        if text := "\n\n".join(_texts(source, [one])):
            yield Transcript(None, one.get("lang"), text)


def _scans(source: Tree, url: str, site: Site, hinted: Sequence[Element]) -> list[ScanLink]:
    """The scans on the site: those that the profile's selectors lead to, or all links to files."""
    if not site.document_page.hints["scan"]:
        return scan_links(file_links(source.index, url, site), (), source.index, site.document_page)
    found: dict[str, str | None] = {}
    for one in chain.from_iterable(element.iter("*") for element in hinted):
        said = next(filter(None, map(one.get, ADDRESSES)), None)
        leads = absolute(url, said) if said else None
        if leads and is_same_site(url, leads, site):
            found.setdefault(urldefrag(leads).url, text_of(one, source.index) or None)
    return [ScanLink(*one) for one in found.items()]
