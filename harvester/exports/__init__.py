"""Taking a harvest elsewhere: one record a document, one module a format."""
