"""One history: what documents are and were follows from facts, by one pure function.

The store does not use this yet. It is the core alone, without database and without a clock of its
own, held against a slow model (tests/history_model.py); this note says how it is to be wired.

- `facts`: what is appended: runs, pages, readings with their observations, joinings, clocks.
- `evidence`, `readings`, `listings`: the same, put in order so that one can ask of an address.
- `classes`, `renames`: which addresses are one document's. `clock`: which clocks were wrong.
- `events`, `state`, `step`: what happens to one document, and what that makes of it.
- `fold`: all documents of all facts (`fold`), one of its own facts (`document`).
- `reconcile`: stored rows of changes made those that are right, keeping what was told.

Tables of facts
---------------
`addresses` (id, site, slug, rank, document; unique site + slug) takes the place of `aliases`: a
document's other addresses are its aliases. `statements` (id, address, url, title, ... as FIELDS,
digest; unique address + digest), a row for each wording. `contents` (id, collection, url, sha256;
unique). `readings` (id, content, run, made, reader, same_as): `same_as` is a reading of the same
address with the same observations, so that bytes which differ by a token alone cost no more than
this row. `observations` (reading, position, statement; WITHOUT ROWID; an index on statement). They
take the place of `sightings`: some 10 bytes an entry, and nothing at all for an entry that is on a
page like one before. `pages` (id, run, walk, content, fetched, ...; index on run + walk and on
content) lose `same_as` and `document`. `runs` gain the walk that was complete, the clock's readings
(`Clock`) and the seconds by which it is shifted, and `moment` + `seq` of the newest page of that
walk (index on collection + moment + seq): the `When` of a `Listing`. `joinings` (one, other, rule,
run, at) and `clock_rulings` (run, ahead, number) are few.

What follows from them
----------------------
`documents` (id, a number that is never reused; name → addresses; statement, content, moment and seq
of its `Words`; changed, removed, last), `memberships` (collection + document; `Membership`, column
by column), `changes` (`Change` with document and run; read by `at`, then number). Only one module
writes them: `current`, with `put(document, state, changes)`. Everything else refers to a document
by its number, so that another name, found by an older capture, is one UPDATE. If classes unite, the
document with the name keeps its number and the other's terms, texts and files move to it, as
`joining.move` does; if one splits, the name keeps the number and what belongs to a page follows
the page's address.

Live
----
One transaction a page. New bytes: `contents`, a reading, its observations; known ones (304, or the
same hash and reader): a row of `pages` and no more. A page is of the past if a complete run of its
collection is later than it, if its bytes were read again since, if a joining of one of its
addresses was found since, if a capture with the same bytes and moment is known, or if one of its
documents says so (`State.is_next`). Otherwise load the states
of its documents at once, `step` each with its `Seen`, write the rows that differ. Nothing older is
looked at.

The end of a complete run: what is gone and not yet removed is one difference of sets,

    SELECT document FROM memberships WHERE collection = :c AND removed IS NULL
    EXCEPT SELECT document FROM pages JOIN readings USING (content) JOIN observations ...
        WHERE run = :run AND walk = :walk

of which each takes one step (`Lacked`). Then `renames.between` the complete run before and this
one, and classes of which it lists two addresses: those that are other than before are folded. All
in the transaction that ends the run.

Past
----
A page of the past, or a re-reading: all documents on it. A complete run of the past: those with a
membership that it does not list, and the renames between it and both its neighbours in the place of
those between these. A joining: both classes. A shifted clock: all on that run's pages and all that
its completion has to do with. Each is folded by `document`, of its own facts (`Evidence` says which
these are) and the list of its collections' complete runs; `reconcile` says which rows of changes
move. That costs what the document has to tell, not what all runs had.

What is replaced
----------------
past, timeline, refolding, sightings.events → `fold.document`; documents.put_entries, row_of,
_changes, absences.put_absences → `step`; past.put_turns → `reconcile`; absences.vanished →
`listings.absent`; renames.find_renames → `renames.between`; joining._are_one, _join, _readdress,
identity.new_entries' aliases → `classes`; corrections._correct, _add → a `Reading` and a fold;
clocks._move with its tables of moments → shifts and a fold. `absences.check` and
`documents.check_fields` (is it likely?) stay as they are, before anything is written.
"""
