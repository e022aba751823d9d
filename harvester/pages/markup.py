"""A page's bytes as text, and the text as a tree of lxml's elements, which are the quickest to
walk.

A tag without its `>` swallows what follows. In `<p class="x" The text.</p>` a browser shows no
text: everything up to the next `>` is one tag.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, cast

from lxml.etree import ErrorLevels, HTMLParser, fromstring
from w3lib.encoding import html_to_unicode

from harvester.outcomes import Reason
from harvester.pages.elements import Element
from harvester.pages.selectors import Index

NOTHING = b"<html/>"
END = b"end-of-source"
"""An element of ours at the end of the source: the elements around it are not closed."""
OUTER = ("body", "html")
OUTER_START = re.compile(rb"<(?:!doctype|body|html)\b", re.IGNORECASE)
OUTER_END = re.compile(rb"</(?:[bB][oO][dD][yY]|[hH][tT][mM][lL])\b[^<>]*>")
"""Spelled out, since a search that ignores case takes five times as long."""
AFTERWARDS = (b"<!--", b"<script")
"""Beginnings of markup that a server or a browser may put behind the end of a page."""

LANGUAGE = re.compile(
    r"<[hH][tT][mM][lL]\b[^<>]*?(?<![\w-])(?i:lang)\s*=\s*[\"']?([a-zA-Z]{2,3})\b"
)
"""Spelled out, as OUTER_END is."""
FAR = 5_000
"""Characters at the beginning of a page that may declare its language."""

LOST = "\ufdd0"
"""Our mark before such a tag: a character that is in no text (Unicode, 23.7)."""
MOST_ATTRIBUTES = 1000
CROWDED = re.compile(
    rb"""<[a-zA-Z][^\s/>]*+ (?: [\s/]*+ [^\s/>][^\s/>=]*+
    (?: \s*+=\s*+ (?: "[^"]*+" | '[^']*+' | [^\s>]*+ ) )?+ ){%d}"""
    % (MOST_ATTRIBUTES + 1),
    re.VERBOSE,
)
NO_ANGLES = bytes(set(range(256)) - set(b"<>"))
SUSPECT = re.compile(r"<(?:[a-zA-Z/][^<>]*<|[<\r\n])")
"""A tag with a "<" in it, which may be but a value's; or the first character of one."""
TAG = re.compile(r"</?[a-zA-Z][^\s/>]*+")
GAP = re.compile(r"[\s/]*+")
ATTRIBUTE = re.compile(
    r"""(?P<name>[^\s/>][^\s/>=]*+)
    (?:\s*+=\s*+ (?: (?P<quote>["'])(?P<value>.*?)(?:(?P=quote)|\Z)
                  | (?P<bare>[^\s>]*+) ) )?+""",
    re.VERBOSE | re.DOTALL,
)
RAW_NAMES = ("iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp")
"""Elements in which there are no tags (https://html.spec.whatwg.org/, 13.2.5)."""
RAW = re.compile(rf"<({'|'.join(RAW_NAMES)})\b", re.IGNORECASE)
RAW_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in RAW_NAMES}
AFTER_VALUE = frozenset(" \t\n\r\f/>")


class Unclear(Exception):
    """Raised within this package when a page does not settle what it says.

    `read_listing` and `read_document` add the page's address and raise Unreadable; nobody else
    sees it. `reason` is why, where that is more than that the page is none of what was wanted.
    """

    reason: ClassVar[Reason | None] = None


class BrokenOff(Unclear):
    """Raised when nothing proves that a page goes on after what was read from it."""

    reason = Reason.BROKEN_OFF


class Lost(Unclear):
    """Raised when the parser reports that it lost a part of a page, such as what is nested too
    deeply."""

    reason = Reason.TOO_COMPLEX


def language_of(html: str) -> str | None:
    """The language that a page declares, without the country: "de"."""
    said = LANGUAGE.search(html, 0, FAR)
    return said[1].lower() if said else None


@dataclass(frozen=True)
class Tree:
    """A page's tree, and how its source ends.

    `unclosed` are the elements that have no end when the source ends, from the innermost outwards;
    None if it ends within a tag, a comment, a script or the like. A source is `finished` if it ends
    with the end of its body or of all, or if it is a piece of a page that has neither and leaves
    nothing open.
    """

    root: Element
    unclosed: tuple[Element, ...] | None
    finished: bool

    @cached_property
    def index(self) -> Index:
        """The index of its elements."""
        return Index(self.root)

    def ends_in(self, element: Element) -> bool:
        """Whether the source may end inside this element."""
        return self.unclosed is None or element in self.unclosed


def tree(html: str) -> Tree:
    """The tree of a page, as browsers make one of whatever it is; before each tag that swallows
    others stands `torn.LOST`.

    Raises Lost if the parser says that it gave up before the end.
    """
    whole = html.strip().encode()
    refuse_crowded(whole)
    source, finished = _without_outer_ends(whole)
    if may_be_torn(source):
        source = marked(source.decode()).encode()
    source = source.replace(b"\0", b"")
    parser = HTMLParser(recover=True, encoding="utf-8", huge_tree=True, collect_ids=False)
    root = cast("Element | None", fromstring(b"%b<%b></%b>" % (source, END, END), parser))
    if lost := parser.error_log.filter_from_level(ErrorLevels.FATAL):
        raise Lost(f"its markup can't be read to its end ({_said(lost[0].message)})")
    if root is None:
        return Tree(cast(Element, fromstring(NOTHING, parser)), None, finished=False)
    unclosed = _taken_out(root)
    if not finished and unclosed and all(one.tag in OUTER for one in unclosed):
        finished = not OUTER_START.search(whole)
    return Tree(root, unclosed, finished and unclosed is not None)


def refuse_crowded(source: bytes) -> None:
    """Raises Lost for a tag with too many attributes, each of which the parser compares with all
    others.

    Only a tag can have so many that has no "<" for twice as many bytes, or is torn.
    """
    place = source.find(b"<")
    while place >= 0:
        if (last := source.rfind(b"<", place, place + 2 * MOST_ATTRIBUTES)) > place:
            place = last
            continue
        if CROWDED.match(source, place):
            raise Lost(f"it has a tag with more than {MOST_ATTRIBUTES:,} attributes")
        place = source.find(b"<", place + 1)


def _without_outer_ends(whole: bytes) -> tuple[bytes, bool]:
    """The source without `</body>` and `</html>`, and whether it ends with one of them.

    Browsers go on after such a tag, wherever it stands; the parser would not.
    """
    source = whole.removesuffix(b"</html>").rstrip().removesuffix(b"</body>")
    if not OUTER_END.search(source):
        return source, len(source) < len(whole)
    after = OUTER_END.split(whole)[-1].lstrip()
    return OUTER_END.sub(b"", whole), not after or after.startswith(AFTERWARDS)


def _said(message: str) -> str:
    """The parser's message without its advice."""
    return message.strip().partition(",")[0]


def _taken_out(root: Element) -> tuple[Element, ...] | None:
    """Removes our mark from the tree. Returns the elements around it; None if it isn't there."""
    last = root
    while (inner := next(last.iterchildren(reversed=True), None)) is not None:
        last = inner
    if last.tag != END.decode() or (holder := last.getparent()) is None:
        return None
    del holder[-1]
    return holder, *holder.iterancestors()


def refuse_torn(texts: Iterable[str]) -> None:
    """Raises Unclear if a tag among these texts swallowed another tag, and perhaps text."""
    for text in texts:
        if LOST in text:
            where = text.replace(LOST, "…")
            raise Unclear(f'a tag lacks its end, and may have swallowed a text, at "{where}"')


def may_be_torn(source: bytes) -> bool:
    """Whether a "<" follows another without a ">" between: a quick test that nearly all pages
    pass."""
    return b"<<" in source.translate(None, NO_ANGLES)


def marked(source: str) -> str:
    """The source with a mark before each tag that swallows others."""
    if not SUSPECT.search(source):
        return source
    parts, done, place = [], 0, source.find("<")
    while place >= 0:
        end, torn = _token(source, place)
        if torn:
            parts += [source[done:place], LOST]
            done = place
        place = source.find("<", end)
    return "".join([*parts, source[done:]])


def _token(source: str, start: int) -> tuple[int, bool]:
    """The end of the token that begins with a "<", and whether it is a torn tag."""
    if source.startswith("<!--", start):
        return _after(source, "-->", start), False
    if source.startswith(("<!", "<?"), start):
        return _after(source, ">", start), False
    if tag := TAG.match(source, start):
        end, torn = _attributes(source, tag.end())
        torn = torn or "<" in tag[0][1:]
        if not torn and (raw := RAW.match(source, start)):
            closed = RAW_ENDS[raw[1].lower()].search(source, end)
            end = closed.end() if closed else len(source)
        return end, torn
    if source.startswith("</", start):
        end = _after(source, ">", start)
        return end, "<" in source[start + 1 : end]
    return start + 1, source.startswith(("<\n", "<\r", "<<"), start)


def _attributes(source: str, place: int) -> tuple[int, bool]:
    """The offset at which the tag ends whose name ends here, and whether its attributes swallow
    other tags.

    One that the source ends in swallows nothing.
    """
    torn, attributes = False, 0
    while (place := _gap_end(source, place)) < len(source):
        if source[place] == ">":
            return place + 1, torn
        found = ATTRIBUTE.match(source, place)
        assert found is not None, "whatever stands in a tag is an attribute"
        place, attributes = found.end(), attributes + 1
        if attributes > MOST_ATTRIBUTES:
            raise Lost(f"it has a tag with more than {MOST_ATTRIBUTES:,} attributes")
        torn = torn or "<" in found["name"] or "<" in (found["bare"] or "")
        if "<" in (found["value"] or ""):
            torn = torn or source[place : place + 1] not in AFTER_VALUE
    return place, False


def _gap_end(source: str, place: int) -> int:
    gap = GAP.match(source, place)
    return gap.end() if gap else place


def _after(source: str, end: str, start: int) -> int:
    """The place after the next end, which may be missing."""
    place = source.find(end, start)
    return len(source) if place < 0 else place + len(end)


def decoded(said: str, body: bytes) -> tuple[str, str]:
    """A page's charset and its text; `said` is its Content-Type.

    It is UTF-8 if all of the page is valid as that, whatever it says of itself (no other charset's
    text is, by chance), else what it says. Raises Unclear if it is not valid as that either;
    nothing is guessed.
    """
    if not body.isascii():
        with suppress(UnicodeDecodeError):
            return "utf-8", body.decode("utf-8-sig")
    charset, text = html_to_unicode(said, body)
    if "\ufffd" in text and not body.isascii():
        raise Unclear(f"its letters are not in the charset {charset}")
    return charset, text
