"""Digests as a WARC has them: a hash's name and, in base 16 or 32, its value."""

import base64
import binascii
import hashlib

HASHES = {"md5": 16, "sha1": 20, "sha256": 32, "sha512": 64}


def digest(content: bytes, algorithm: str = "sha1") -> str:
    """The digest of some bytes, in base 32."""
    return f"{algorithm}:{base64.b32encode(_hash(content, algorithm)).decode('ascii')}"


def agrees(said: str, *contents: bytes) -> bool | None:
    """Whether a digest is that of one of these; None if it is not understood, and says nothing."""
    algorithm, _, text = said.partition(":")
    algorithm = algorithm.strip().lower().replace("-", "")
    value = _value(text.strip(), HASHES[algorithm]) if algorithm in HASHES else None
    if value is None:
        return None
    return any(value == _hash(content, algorithm) for content in contents)


def _hash(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content, usedforsecurity=False).digest()


def _value(text: str, size: int) -> bytes | None:
    """A hash of so many bytes from base 16 or 32."""
    decode = base64.b16decode if len(text) == 2 * size else base64.b32decode
    try:
        value = decode(text + "=" * (-len(text) % 8 if decode is base64.b32decode else 0), True)
    except (binascii.Error, ValueError):
        return None
    return value if len(value) == size else None
