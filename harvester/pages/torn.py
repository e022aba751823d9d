"""Tags that lack their own end, and so swallow what stands behind them.

In `<p class="x" The text.</p>` a browser shows no text: all up to the `>` is one tag to it.
"""

import re
from collections.abc import Iterable

from harvester.pages.problem import Unclear

LOST = "\ufdd0"
"""Our mark before such a tag: a character that is in no text (Unicode, 23.7)."""

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


def refuse_torn(texts: Iterable[str]) -> None:
    """Raises Unclear if a tag among these texts swallowed another one, and maybe a text."""
    for text in texts:
        if LOST in text:
            where = text.replace(LOST, "…")
            raise Unclear(f'a tag lacks its end, and may have swallowed a text, at "{where}"')


def may_be_torn(source: bytes) -> bool:
    """Whether a "<" follows another one: a quick look, at which nearly all pages prove sound."""
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
    """The offset at which the token ends that a "<" begins, and whether it is a torn tag."""
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
    torn = False
    while (place := _gap_end(source, place)) < len(source):
        if source[place] == ">":
            return place + 1, torn
        found = ATTRIBUTE.match(source, place)
        assert found is not None, "whatever stands in a tag is an attribute"
        place = found.end()
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
