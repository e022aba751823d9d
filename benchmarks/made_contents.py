"""What made-up listings list: entries with titles, dates, links and whatever archives add.

Nothing of it is of a real archive. What kinds there are is drawn for a page, and then the values
for each entry, so that all entries of a page are of one kind, as they are in life.
"""

from dataclasses import dataclass, field
from random import Random

MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre "
    "noviembre diciembre",
}
WORDS = {
    "nouns": """
        harbour council treaty railway fishery letter memorandum ledger archive embassy village
        survey census bridge colony ministry parish budget strike tariff mission flood orchard
        lighthouse canal brewery chapel regiment quarry telegraph harvest almanac charter border
        customs granary vineyard
    """,
    "qualities": "northern annual secret revised final joint coastal early special urgent second",
    "verbs": "describes reports asks explains repeats notes confirms denies regrets proposes",
    "first": "Anna Peter Marek Lucia Henrik Olga Tomas Ruth Karl Elena Jonas Vera Felix Nora",
    "last": "Weber Novak Lindqvist Moreau Rossi Keller Hansen Dvorak Santos Meyer Costa Brandt",
}
NOUNS = WORDS["nouns"].split()
QUALITIES, VERBS = WORDS["qualities"].split(), WORDS["verbs"].split()
FIRST, LAST = WORDS["first"].split(), WORDS["last"].split()
PLACES = (
    "Northern District",
    "City Hall",
    "Room 4",
    "County Court",
    "First Chamber",
    "Old Library",
)
TYPES = ("Opinion", "Order", "Letter", "Report", "Decree", "Minutes")
LABELS = ("PDF", "View", "Download", "Details", "Read more", "Open", "Full text", "View Document")


@dataclass(slots=True)
class Entry:
    """What a reader has to find: `urls` are those that may be taken for the entry's own."""

    title: str
    urls: list[str]
    date: str | None
    number: str
    person: str
    place: str
    kind: str
    summary: str | None
    extra: list[str] = field(default_factory=list)


class Contents:
    """Draws the entries of a page."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.language = random.choices(list(MONTHS), (7, 1, 1, 1))[0]
        self.titles = random.choice(
            ("phrase", "phrase", "phrase", "parties", "short", "dated", "dated-end", "numbered",
             "meeting", "is-date", "long", "capitals")
        )  # fmt: skip
        self.dates = random.choice(
            ("long", "long", "long", "short", "iso", "dots", "slashes", "day-first", "month",
             "year", "weekday", "none", "none")
        )  # fmt: skip
        self.gaps = random.choice((0, 0, 0, 0.15))
        self.summaries = random.choice(("none", "none", "all", "some", "dated", "short"))
        if self.titles == "is-date":
            self.summaries = random.choice(("none", "all"))
        self.address = random.choice(
            ("/doc/{id}", "/items/{id}.pdf", "view.php?id={id}", "{slug}.html", "/node/{id}/full",
             "https://example.org/files/{year}/{slug}.pdf", "#")
        ).replace("#", "/r/{slug}-{id}")  # fmt: skip
        self.year = random.randint(1890, 2024)

    def entries(self, number: int) -> list[Entry]:
        """So many entries, no two of one address."""
        days = sorted((self.random.randint(0, 359) for _ in range(number)), reverse=True)
        made = [self._entry(day) for day in days]
        return made

    def _entry(self, day: int) -> Entry:
        random = self.random
        date = None if self.dates == "none" or random.random() < self.gaps else self.date(day)
        title = self._title(day)
        if self.titles in ("dated", "dated-end", "is-date"):
            date = self.date(day, self._style_in_title())
        number = f"{random.randint(10, 99)}-{random.randint(100, 9999)}"
        url = self._url(title)
        summary = self._summary(day)
        person = f"{random.choice(FIRST)} {random.choice(LAST)}"
        place, kind = random.choice(PLACES), random.choice(TYPES)
        return Entry(title, [url], date, number, person, place, kind, summary)

    def _url(self, title: str) -> str:
        slug = "-".join("".join(filter(str.isalnum, word)) for word in title.lower().split()[:5])
        number = self.random.randint(1000, 999_999)
        return self.address.format(id=number, slug=f"{slug}-{number % 97}", year=self.year)

    def _style_in_title(self) -> str:
        return self.dates if self.dates in ("long", "day-first", "slashes", "short") else "long"

    def date(self, day: int, style: str | None = None) -> str:
        """A day of the page's year, as the page writes days."""
        month, day = day // 30, day % 28 + 1
        name = MONTHS[self.language].split()[month]
        style = style or self.dates
        if style in ("long", "short") and self.language != "en":
            style = "day-first"
        forms = {
            "long": f"{name} {day}, {self.year}",
            "short": f"{name[:3]} {day}, {self.year}",
            "iso": f"{self.year}-{month + 1:02}-{day:02}",
            "dots": f"{day:02}.{month + 1:02}.{self.year}",
            "slashes": f"{month + 1}/{day}/{self.year}",
            "day-first": f"{day} {name} {self.year}",
            "month": f"{name} {self.year}",
            "year": str(self.year),
            "weekday": f"Monday, {name} {day}, {self.year}",
        }
        return forms[style if style in forms else "long"]

    def _title(self, day: int) -> str:
        random, phrase = self.random, self.phrase()
        date = self.date(day, self._style_in_title())
        match self.titles:
            case "parties":
                return f"{random.choice(LAST)} v. {random.choice((*LAST, 'State', 'City Council'))}"
            case "short":
                return random.choice(NOUNS).title()
            case "dated":
                return f"{date} {random.choice(('Minutes', 'Agenda', 'Board Meeting', phrase))}"
            case "dated-end":
                return f"{random.choice(('Minutes of', 'Letter,', phrase))} {date}"
            case "numbered":
                kind = random.choice(("Report", "Resolution", phrase))
                return f"{kind} No. {random.randint(1, 400)}"
            case "meeting":
                return random.choice(("Regular Meeting", "Special Meeting", "Budget Committee"))
            case "is-date":
                return date
            case "long":
                return f"{phrase} and the {self.phrase()} of the {self.phrase()}"
            case "capitals":
                return phrase.upper()
        return phrase

    def phrase(self) -> str:
        """A few words with capital letters."""
        random = self.random
        words = [random.choice(QUALITIES), random.choice(NOUNS), "of the", random.choice(NOUNS)]
        words += [random.choice(("in", "and", "for")), random.choice(NOUNS)]
        start = random.randint(0, 2)
        text = " ".join(words[start : start + random.randint(2, 5)])
        return text[0].upper() + text[1:]

    def sentence(self) -> str:
        """A sentence of some length."""
        random = self.random
        nouns = [random.choice(NOUNS) for _ in range(3)]
        return (
            f"The {nouns[0]} {random.choice(VERBS)} on the {nouns[1]} and the {nouns[2]} at length."
        )

    def _summary(self, day: int) -> str | None:
        random = self.random
        match self.summaries:
            case "none":
                return None
            case "some" if random.random() < 0.4:
                return None
            case "short":
                return self.phrase()
            case "dated":
                return f"Written on {self.date(max(0, day - 9), 'long')}. {self.sentence()}"
        return " ".join(self.sentence() for _ in range(random.randint(1, 3)))
