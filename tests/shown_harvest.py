"""A harvest with all that the reading room shows: names, texts, a scan, history, hostile text."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from filled import hostile_record, real_records, store_details
from stored import entry, saved_listings, store

from harvester.record import ScanLink

SCRIPT = "<script>alert(1)</script>"
LINKS = '<a href="javascript:alert(2)">javascript:alert(3)</a> <img src=x onerror=alert(4)>'
PETITION = "petition-opposition-coming-japan-taiwans-national-defense-minister-chiang"
NOTED = (
    "The first paragraph says so.[1]\n\nThe second one, too.[2]\n\n[1] From the archive.\n\n"
    "[3] No mark leads here."
)
FIRST, LATER = "2026-11-02T05:06:08Z", "2026-11-26T05:06:08Z"
PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R
/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Times-Roman>>>>>>>>endobj
4 0 obj<</Length 44>>stream
BT /F 18 Tf 40 100 Td (A page of the scan) Tj ET
endstream endobj
trailer<</Root 1 0 R>>
"""

HISTORY = f"""
    UPDATE runs SET moment = finished, seq = 0;
    INSERT INTO runs (collection, source, started, outcome, reason, stated_total, seen)
        SELECT id, 'live', '{LATER}', 'incomplete', 'Page 9 could not be read: try again.', 260, 190
        FROM collections WHERE name = 'saved';
    UPDATE documents SET last_changed = '{LATER}', title = 'Letter of Kōno, corrected'
        WHERE id = 'letter';
    INSERT INTO changes (run, collection, document, kind, field, old, new, at)
        SELECT 1, 1, number, kind, field, old, new, at FROM documents, (
            SELECT 'added' AS kind, NULL AS field, NULL AS old, NULL AS new, '{FIRST}' AS at
            UNION ALL SELECT 'changed', 'title', 'Letter of Kono', 'Letter of Kōno, corrected',
                '{LATER}')
        WHERE id = 'letter';
    INSERT INTO changes (run, collection, document, kind, field, old, new, at)
        SELECT 1, 1, number, 'changed', 'title', '{LINKS}', '{SCRIPT}', '{LATER}'
        FROM documents WHERE id = 'script';
    UPDATE documents SET listed_other = '{{"Signature": ["B 1/2", "B 1/3"]}}' WHERE id = 'letter';
    UPDATE documents SET removed = '{LATER}' WHERE id = 'gone';
    UPDATE memberships SET removed = '{LATER}'
        WHERE document = (SELECT number FROM documents WHERE id = 'gone');
    UPDATE memberships SET missing = '{LATER}'
        WHERE document = (SELECT number FROM documents WHERE id = 'script');
    INSERT INTO addresses (site, slug, rank, document)
        SELECT site, 'former', 1, number FROM documents WHERE id = 'letter';
    INSERT INTO texts (document, position, label, language, text)
        SELECT number, 1, 'English Translation', 'English', '{NOTED}'
        FROM documents WHERE id = 'letter';
"""


def store_shown(path: Path) -> None:
    """Stores it, with the folder `files` beside it."""
    store_details(path, real_records())
    real = [one for one in real_records() if "China" in one.names("place")]
    china = [entry(one.document, one.title, one.date_text, one.summary) for one in real]
    letters = [
        entry("letter", "Letter of Kono", "August 1962", "About fishing rights"),
        entry("gone", "Note that went away", "1961"),
        entry("script", SCRIPT, "1960", LINKS),
        entry("link", "https://example.org/", "1961", "javascript:alert(5)"),
        entry('">/../%2e~', "Odd id", SCRIPT[:40]),
    ]
    store(path, china, "china", FIRST)
    store(path, letters, "letters", FIRST)
    store(path, [*letters, entry("new", "New report on Kōno", "1962-08-15")], "letters", LATER)
    store(path, saved_listings()[60:], "saved", FIRST)
    store_details(path, [hostile_record(1, SCRIPT), hostile_record(2, LINKS)], "odd")
    with closing(sqlite3.connect(path)) as db:
        db.executescript(HISTORY)
        _store_names(db)
        store_scans(db, path.with_name("files"))


def _store_names(db: sqlite3.Connection) -> None:
    """Gives the letter a name whose letters are composed otherwise than those of others."""
    sql = "INSERT INTO terms (kind, name) VALUES ('person', ?) RETURNING id"
    (term,) = db.execute(sql, ["Sato\u0304, Eisaku"]).fetchone()
    put = "INSERT INTO document_terms SELECT number, ?, 1 FROM documents WHERE id = 'letter'"
    db.execute(put, [term])
    db.commit()


def store_scans(db: sqlite3.Connection, folder: Path) -> None:
    """Keeps one scan, for all that have any."""
    name, digest = "ab/petition.pdf", sha256(PDF).hexdigest()
    (folder / name).parent.mkdir(parents=True)
    (folder / name).write_bytes(PDF)
    db.execute("UPDATE files SET path = ?, sha256 = ?, size = ?", [name, digest, len(PDF)])
    db.commit()


ELSEWHERE = "https://elsewhere.example"
BROKEN_OUT = '"><script>alert(6)</script>'
ATTACKS = (
    *(SCRIPT, LINKS, BROKEN_OUT, "'-alert(7)-'", "</title><script>alert(8)//"),
    *("<svg onload=alert(9)>", "</textarea><img src=x onerror=console.error(10)>"),
    *(f"<iframe src={ELSEWHERE}>", "<iframe srcdoc='<script>parent.alert(11)</script>'>"),
    *(f'<meta http-equiv="refresh" content="0;url={ELSEWHERE}">', f"<base href={ELSEWHERE}/>"),
    *(f'<link rel="stylesheet" href="{ELSEWHERE}/x.css">', f"<img src={ELSEWHERE}/x.png>"),
    *("]]><script>alert(12)</script>", "--><script>alert(13)</script>", "{{ 7 * 7 }} ${alert(14)}"),
    *(
        '" autofocus onfocus="alert(15)',
        "\u2028alert(16)\u2029",
        "<details open ontoggle=alert(17)>",
    ),
    *(f"<object data={ELSEWHERE}>", f"<style>@import '{ELSEWHERE}/y.css';</style>", "%3Cscript%3E"),
)
HOSTILE = " ".join(ATTACKS)
"""What a page may say to have the browser of a reader do something."""
LEADS = "javascript:alert(18)"
CONQUER = """
    UPDATE documents SET title = :text || id, url = :leads;
    UPDATE related SET url = :leads; UPDATE scan_links SET url = :leads, label = :text;
    UPDATE files SET url = :leads, media_type = 'text/html';
    UPDATE collections SET url = :leads;
    UPDATE runs SET outcome = 'incomplete', reason = :text, source = :text;
    UPDATE texts SET text = :text || text, label = :text, language = :text;
    INSERT INTO failures (run, url, reason, detail, attempts) VALUES (1, :leads, :text, :text, 1);
    INSERT INTO changes (run, collection, document, kind, field, old, new, at)
        SELECT 1, 1, number, 'changed', 'title', :text, :text, '2026-11-26T05:06:08Z'
        FROM documents"""


def store_hostile(path: Path) -> None:
    """Stores a harvest of which all that a page or somebody else may have written is hostile."""
    record = replace(hostile_record(1, HOSTILE), files=[ScanLink(LEADS, HOSTILE)])
    site = ("hostile", HOSTILE, LEADS, HOSTILE)
    store_details(path, [record], HOSTILE[:200])
    others = [entry(f"odd-{number}", HOSTILE, HOSTILE, HOSTILE) for number in range(2)]
    store(path, others, HOSTILE[:210], LATER, site)
    with closing(sqlite3.connect(path)) as db, db:
        for sql in CONQUER.split(";"):
            db.execute(sql, {"text": HOSTILE, "leads": LEADS})
        db.execute("UPDATE sites SET name = ?, home = ?, keeper = ?", [HOSTILE, LEADS, HOSTILE])
