"""Reading a document's own page: by its labels and its order, whatever the markup."""

from harvester.pages.document.document_reader import read_document

__all__ = ["read_document"]
