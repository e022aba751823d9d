"""The parts of a page around its main part: a template's, filled in."""

import json
from pathlib import Path
from string import Template
from urllib.parse import parse_qs, urlencode, urlsplit

from .listing import Frame, attribute


def template(name: str) -> Template:
    """A markup's page, with places to fill in."""
    return Template(Path(__file__).with_name(f"{name}.html").read_text(encoding="utf-8"))


def fill(page: Template, frame: Frame, documents: str) -> str:
    """A whole page; the search form and the facets carry on the words searched for."""
    terms = words(frame.url)
    carry = "&" + urlencode({"search_api_fulltext": terms}) if terms else ""
    return page.substitute(
        url=attribute(frame.url),
        title=attribute(frame.title),
        terms=attribute(terms),
        carry=attribute(carry),
        settings=_settings(frame.url),
        main=frame.main,
        documents=documents,
    )


def words(url: str) -> str:
    """What a listing's address searches for."""
    return " ".join(parse_qs(urlsplit(url).query).get("search_api_fulltext", []))


def _settings(url: str) -> str:
    """The settings Drupal hands to its scripts, its way of escaping included."""
    parts = urlsplit(url)
    query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    settings = {
        "path": {
            "baseUrl": "/",
            "pathPrefix": "",
            "currentPath": parts.path.lstrip("/"),
            "currentPathIsAdmin": False,
            "isFront": False,
            "currentLanguage": "en",
            "currentQuery": query,
        },
        "pluralDelimiter": "\u0003",
        "suppressDeprecationErrors": True,
        "facets": {"softLimit": {"places": 5, "people": 5}},
        "user": {"uid": 0, "permissionsHash": "0f1e2d3c4b5a"},
    }
    encoded = json.dumps(settings, separators=(",", ":"))
    for plain, escaped in {"/": r"\/", "<": r"\u003C", ">": r"\u003E", "&": r"\u0026"}.items():
        encoded = encoded.replace(plain, escaped)
    return encoded.replace("'", r"\u0027")
