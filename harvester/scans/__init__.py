"""The scans of documents: how they are asked for, checked and kept."""
