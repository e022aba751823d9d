"""The characters of a page's bytes."""

from w3lib.encoding import html_to_unicode

from harvester.pages.problem import Unclear


def charset_of(said: str, body: bytes) -> str:
    """UTF-8 if all of a page is valid as that, whatever it says of itself (no other charset's text
    is, by chance), else what it says; `said` is its Content-Type.

    Raises Unclear if it is not valid as that either; nothing is guessed.
    """
    if not body.isascii() and _is_utf8(body):
        return "utf-8"
    charset, text = html_to_unicode(said, body)
    if "\ufffd" in text and not body.isascii():
        raise Unclear(f"its letters are not in the charset {charset}")
    return charset


def text_of(body: bytes, charset: str) -> str:
    """The page's text, as whoever fetches it gets it."""
    return html_to_unicode(f"charset={charset}", body)[1]


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
