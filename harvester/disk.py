"""What is to outlive a power loss, too."""

import os
from pathlib import Path


def sync(path: Path) -> None:
    """Waits until a file, or a folder's list of files, is on the disk. Raises OSError."""
    file = os.open(path, os.O_RDONLY)
    try:
        os.fsync(file)
    finally:
        os.close(file)
