"""Further shapes of made-up listings: of courts, councils, journals, indexes of files, forums.

Each is a list as some kind of site prints it, written for a `Site` of `made_sites`.
"""

from html import escape
from typing import TYPE_CHECKING

from benchmarks.made_contents import Entry

if TYPE_CHECKING:
    from benchmarks.made_sites import Site


def files(site: "Site", entry: Entry, number: int) -> str:
    """An index of files, as a web server prints it."""
    entry.title = f"{entry.title.replace(' ', '_')}.pdf"
    entry.date = f"{site.contents.year}-{number % 12 + 1:02}-{number % 28 + 1:02}"
    up = '<tr><td><img src="/i.gif"></td><td><a href="/">Parent Directory</a></td><td></td></tr>'
    heads = "".join(
        f'<th><a href="?C={one[0]}">{one}</a></th>' for one in ("Name", "Last modified")
    )
    row = (
        f'<tr><td><img src="/f.gif"></td><td>{site.link(entry)}</td>'
        f"<td>{entry.date} 10:{number % 60:02}</td><td>{number % 9 + 1}.{number % 7}M</td></tr>"
    )
    return row if number else f"<tr><th></th>{heads}<th>Size</th></tr>{up}{row}"


def attached(site: "Site", entry: Entry, number: int) -> str:
    """Papers of a meeting, with a list of its own in each entry."""
    papers = "".join(
        f'<li><a href="/att/{entry.number}/{n}">{one}</a></li>'
        for n, one in enumerate(("Agenda", "Minutes", "Report of the clerk")[: number % 3 + 1])
    )
    date = f" <span>{entry.date}</span>" if entry.date else ""
    return f'<li class="meeting">{site.link(entry)}{date}<ul>{papers}</ul></li>'


def journal(site: "Site", entry: Entry, number: int) -> str:
    """Contents of an issue."""
    entry.date = None
    ways = site.link(entry, "PDF") if site.odd < 0.5 else f'<a href="/x/{number}/pdf">PDF</a>'
    return (
        f'<div class="article"><h4>{site.link(entry)}</h4><div class="authors">{site.person()}, '
        f'{site.person()}</div><div class="pages">pp. {number * 12 + 1}-{number * 12 + 11}</div>'
        f'<div>{ways} | <a href="/x/{number}/cite">Cite</a></div></div>'
    )


def topics(site: "Site", entry: Entry, number: int) -> str:
    """Topics of a forum, with the day of the last answer beside who gave it."""
    heads = "<tr><th>Topic</th><th>Author</th><th>Replies</th><th>Last post</th></tr>"
    who = f'<a href="/u/{entry.person[:4]}">{entry.person}</a>'
    row = (
        f"<tr><td>{site.link(entry)}</td><td>{who}</td><td>{number * 3 % 41}</td>"
        f"<td>{entry.date or ''}</td></tr>"
    )
    return row if number else heads + row


def snippets(site: "Site", entry: Entry, number: int) -> str:
    """Results with their address in words, and the day before the text."""
    date = f"<span class=date>{entry.date}</span> — " if entry.date else ""
    return (
        f"<div class=g><h3>{site.link(entry)}</h3><cite>archive.example › {entry.kind.lower()}"
        f"</cite><p>{date}{entry.summary or site.contents.sentence()}</p></div>"
    )


def two_dates(site: "Site", entry: Entry, number: int) -> str:
    """A table with the day of the case beside the day on which it was put there."""
    heads = "<tr><th>Decided</th><th>Case Name</th><th>Docket</th><th>Added on</th></tr>"
    entry.date = site.contents.date(350 - number * 7, "long")
    row = (
        f"<tr><td>{entry.date}</td><td>{site.link(entry)}</td><td>{entry.number}</td>"
        f"<td>{site.contents.date(355 - number * 7, 'long')}</td></tr>"
    )
    return row if number else heads + row


def events(site: "Site", entry: Entry, number: int) -> str:
    """Events with a sheet of a calendar: the month above the day."""
    entry.date = None
    month = site.contents.date(350 - number * 7, "short").split()[0]
    return (
        f'<div class="event"><div class="sheet"><span>{month}</span><span>{number % 28 + 1}</span>'
        f"</div><div><h3>{site.link(entry)}</h3><p>10:00 - 12:00</p><p>{entry.place}</p></div>"
        "</div>"
    )


def staff(site: "Site", entry: Entry, number: int) -> str:
    """Persons with their office."""
    entry.title, entry.date = f"{entry.person} {number}", None
    return (
        f'<li><img src="/p/{number}.jpg"><h4>{site.link(entry)}</h4><p>{entry.place}</p>'
        f'<p><a href="mailto:m{number}@example.org">m{number}@example.org</a></p></li>'
    )


def thumbs(site: "Site", entry: Entry, number: int) -> str:
    """A picture that leads to itself, and a title that leads to the record."""
    date = f'<span class="year">{entry.date}</span>' if entry.date else ""
    return (
        f'<figure><a href="/img/{number}.jpg"><img src="/t/{number}.jpg"></a><figcaption>'
        f"{site.link(entry)} {date}</figcaption></figure>"
    )


def decisions(site: "Site", entry: Entry, number: int) -> str:
    """A decision with its number before the title, in one link or in none."""
    date = f", {entry.date}" if entry.date else ""
    said = f"<p>{entry.summary}</p>" if entry.summary else ""
    return f"<li><b>{entry.number}</b>: {site.link(entry)}{date}{said}</li>"


def acts(site: "Site", entry: Entry, number: int) -> str:
    """Bills by their number, which is the link; the name stands beside it, under a header."""
    heads = "<tr><th>Bill</th><th>Title</th><th>Sponsor</th><th>Introduced</th></tr>"
    row = (
        f"<tr><td>{site.link(entry, f'H.R. {number + 17}')}</td><td>{escape(entry.title)}</td>"
        f'<td><a href="/s/{number % 5}">{entry.person}</a></td><td>{entry.date or ""}</td></tr>'
    )
    return row if number else heads + row


def two_files(site: "Site", entry: Entry, number: int) -> str:
    """A title with the same paper in two forms behind it."""
    date = f"<i>{entry.date}</i> " if entry.date else ""
    entry.urls = [f"/f/{entry.number}.html", f"/f/{entry.number}.pdf"]
    one, two = entry.urls
    ways = f'<a href="{one}">HTML</a> <a href="{two}">PDF</a>'
    return f"<li>{date}<strong>{escape(entry.title)}</strong> {ways}</li>"


def terms(site: "Site", entry: Entry, number: int) -> str:
    """A list of terms: the day, then what happened on it."""
    date = entry.date = site.contents.date(350 - number * 7, "day-first")
    return f"<dt>{date}</dt><dd>{site.link(entry)}</dd>"


def new(site: "Site", entry: Entry, number: int) -> str:
    """Entries some of which are marked as new."""
    mark = ' <img src="/new.gif" alt="New"> <b>New!</b>' if number % 4 == 0 else ""
    date = f"<td>{entry.date or ''}</td>"
    return f"<tr>{date}<td>{site.link(entry)}{mark}<br><small>{entry.kind}</small></td></tr>"


def nested_table(site: "Site", entry: Entry, number: int) -> str:
    """A table for each entry, as pages had in the nineties."""
    date = f"<font size=1>{entry.date}</font>" if entry.date else ""
    return (
        f"<tr><td><table><tr><td><font>{site.link(entry)}</font></td></tr>"
        f"<tr><td>{date} <i>{entry.place}</i></td></tr></table></td></tr>"
    )


def accordion(site: "Site", entry: Entry, number: int) -> str:
    """A panel a year, with the papers of its meetings; the first panels are open."""
    entry.date = site.contents.date(355 - number * 7, "long")
    entry.title = f"{entry.date} {('Minutes', 'Board Meeting')[site.odd < 0.5]}"
    year = 2024 - number // 6
    start = (
        f'<div class="panel"><h4><a href="#y{year}">{year}</a></h4><div id="y{year}"><ul>'
        if number % 6 == 0
        else ""
    )
    last = number % 6 == 5 or number == site.number - 1
    return f"{start}<li>{site.link(entry)}</li>{'</ul></div></div>' if last else ''}"


def revised(site: "Site", entry: Entry, number: int) -> str:
    """Titles with dates in them, some of which have a second version."""
    entry.date = site.contents.date(355 - number * 7, "long")
    entry.title = f"{entry.title}, {entry.date}"
    again = f' (<a href="/v2/{number}">Revised</a>)' if number % 5 == 2 else ""
    return f"<p>{site.link(entry)}{again}</p>"


def subjects(site: "Site", entry: Entry, number: int) -> str:
    """Opinions by their number, with a subject and a sentence, without a header."""
    said = f"{entry.title}. {site.contents.sentence()}" if site.odd < 0.4 else escape(entry.title)
    entry.title = said if site.odd < 0.4 else entry.title
    return (
        f"<tr><td>{site.link(entry, f'Op. {entry.number}')}</td><td>{entry.date or ''}</td>"
        f"<td>{said}</td><td>{entry.place}</td></tr>"
    )


def requested(site: "Site", entry: Entry, number: int) -> str:
    """Opinions by day, with who asked for them and a summary; the link is the number."""
    return (
        f"<tr><td>{entry.date or ''}</td><td>{site.link(entry, entry.number)}</td>"
        f"<td>{escape(entry.title)}</td><td>{entry.summary or site.contents.sentence()}</td></tr>"
    )


LISTS = {
    "accordion": (accordion, "<div>", "</div>"),
    "revised": (revised, "<div>", "</div>"),
    "subjects": (subjects, "<table>", "</table>"),
    "requested": (requested, "<table>", "</table>"),
    "files": (files, "<table>", "</table>"),
    "attached": (attached, "<ul>", "</ul>"),
    "journal": (journal, "<div>", "</div>"),
    "topics": (topics, "<table>", "</table>"),
    "snippets": (snippets, "<div>", "</div>"),
    "two-dates": (two_dates, "<table>", "</table>"),
    "events": (events, "<div>", "</div>"),
    "staff": (staff, "<ul>", "</ul>"),
    "thumbs": (thumbs, "<div>", "</div>"),
    "decisions": (decisions, "<ol>", "</ol>"),
    "acts": (acts, "<table>", "</table>"),
    "two-files": (two_files, "<ul>", "</ul>"),
    "terms": (terms, "<dl>", "</dl>"),
    "new": (new, "<table>", "</table>"),
    "nested-table": (nested_table, "<table>", "</table>"),
}
