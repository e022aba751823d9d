"""One history: what documents are and were follows from facts, by one pure function.

No database here, and no clock of its own; a slow model is the specification
(tests/history_model.py).

- `facts`: what is appended: runs, pages, readings with their observations, joinings, clocks.
- `evidence`, `listings`: the same, put in order so that one can ask of an address.
- `classes`: which addresses are one document's. `clock`: which clocks were wrong.
- `state`, `step`: what happens to one document, what that makes of it, and what changes by it.
- `fold`: all documents of all facts (`fold`), one of its own facts (`document`), and stored changes
  made those that are right, keeping what was told (`reconcile`).

How the store uses it
---------------------
`store.observations` appends facts, `store.folding` reads those of a few addresses, and
`store.current` alone writes what follows.

A page of a live run is later than all that is known: each document on it takes one step
(`store.stepping`), and nothing older is looked at. Those of which that is not certain are folded
(`store.folding`), as are those on a page that was captured, or was read again: that costs what they
have to tell, not what all runs had. A live run is one second later than what was known when it
began, or its clock was wrong and is put right (`store.clocks`).

The end of a complete run (`store.missing`): what is gone takes one step more, or is folded if the
run read captures. `store.rebuilding` notes which addresses it has in the place of others, also
where a run of the past, or another reading, changes that. `store.merge` finds anew which addresses
are one document's, where that may be other than before.

Choices that one could have made otherwise
------------------------------------------
Two addresses that a complete run has ever listed beside each other are two documents. The same
bytes that are read otherwise are `reread`, never `changed`. History goes by when something was, not
by when it became known: an older capture that shows a document by its number says that it was
renamed since. Of two collections that word a document differently, the one that said something new
last counts, as long as it has the document. A `documents.page` is where all that a document says
now was read first.
"""
