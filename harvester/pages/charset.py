"""The characters of a page's bytes."""

from contextlib import suppress

from w3lib.encoding import html_to_unicode

from harvester.pages.problem import Unclear


def charset_of(said: str, body: bytes) -> str:
    """The charset that a page is in; `said` is its Content-Type. Raises Unclear as `decoded`."""
    return decoded(said, body)[0]


def decoded(said: str, body: bytes) -> tuple[str, str]:
    """A page's charset and its text.

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
