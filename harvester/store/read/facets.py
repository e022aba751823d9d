"""The names that documents' own pages give, as what one can narrow by; and how one is found."""

from harvester.record import KINDS

COLLECTION = "collection"
NARROWING = (COLLECTION, *KINDS)
"""What documents can be narrowed by: by collection, and by each kind of term."""

COLUMNS = {KINDS[kind].plural: kind for kind in KINDS if kind != "type"}
"""The columns of the view `records` that are JSON arrays of names, and the kinds of these."""

NUMBERED = "SELECT site, id, title FROM documents WHERE number = ?"
NAMED = "SELECT number FROM documents WHERE site = ? AND id = ?"
ALSO_NAMED = "SELECT document FROM addresses WHERE site = ? AND slug = ?"
