"""Whether bytes are a PDF, and the whole of one.

ISO 32000-1, 7.5.2 and 7.5.5, and the notes 13 and 18 of Adobe's annex H to the PDF Reference 1.7:
readers look for the header in the first 1024 bytes of a file, for the end mark in the last 1024.
"""

import os
from pathlib import Path

PDF = "application/pdf"
AROUND = 1024
PADDING = 64 * 1024
HEADER = b"%PDF-"
END = b"%%EOF"


def begins_pdf(head: bytes) -> bool:
    """Whether the first bytes of something are those of a PDF."""
    return HEADER in head[:AROUND]


def is_whole(path: Path) -> bool:
    """Whether a PDF has its end mark; a little padding after that is no matter. Raises OSError."""
    with path.open("rb") as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - PADDING))
        end = file.read().rstrip(b"\0\t\n\f\r ")
    return END in end[-AROUND:]
