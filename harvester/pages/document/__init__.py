"""Reading a document's own page: by its labels and its order, whatever the markup."""
