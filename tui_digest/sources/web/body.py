"""The body of an answer as it arrives: decompressed, counted, and refused where it is larger than the limit."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Protocol

from tui_digest.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ACCEPTED = "gzip, deflate"
PIECE = 65_536
"""The most bytes that are decompressed at once, so that a gzip bomb is noticed before it fills the memory."""
_MEMBERS = 1000
"""The most members that one gzip stream may have."""


class _Unpacker(Protocol):
    """The part of `zlib.decompressobj` that is used here."""

    @property
    def eof(self) -> bool:
        """Whether the end of the compressed data was found."""

    @property
    def unconsumed_tail(self) -> bytes:
        """Input that was not processed yet."""

    @property
    def unused_data(self) -> bytes:
        """Input after the end of the compressed data."""

    def decompress(self, data: bytes, max_length: int = 0, /) -> bytes:
        """Decompresses data, to at most `max_length` bytes."""


def unpacked(pieces: Iterable[bytes], packed: list[str], limit: int, url: str) -> Iterator[bytes]:
    """The pieces of a body, decompressed, as they arrive. `packed` are its encodings as `headers.encodings` gives them.
    Raises `web.encoding` for an encoding that was not asked for, `web.garbled` where it cannot be decompressed,
    `web.cut` where the end is missing and `web.too_large` beyond `limit` bytes."""
    if len(packed) > 1 or any(each not in ("gzip", "x-gzip", "deflate") for each in packed):
        raise SourceError("web.encoding", url=url, encoding=", ".join(packed)[:60])
    total = 0
    for piece in _unpacked(pieces, packed[0], url) if packed else pieces:
        total += len(piece)
        if total > limit:
            raise too_large(url, limit)
        yield piece


def too_large(url: str, limit: int) -> SourceError:
    """The error for a body larger than `limit` bytes."""
    return SourceError("web.too_large", url=url, limit=f"{limit / 1_000_000:g}")


def _unpacked(pieces: Iterable[bytes], packed: str, url: str) -> Iterator[bytes]:
    stream = _Stream(packed, url)
    for piece in pieces:
        yield from stream.fed(piece)
    if not stream.whole:
        raise SourceError("web.cut", url=url)


class _Stream:
    """One compressed stream; a gzip stream may have several members, one after the other."""

    def __init__(self, packed: str, url: str) -> None:
        self._packed, self._url = packed, url
        self._unpacker: _Unpacker | None = None
        self._members = 0
        self._kept = b""
        """The first byte of a stream, held back until the second tells its format."""

    @property
    def whole(self) -> bool:
        """Whether the stream could end here."""
        return not self._kept and (self._unpacker is None or self._unpacker.eof)

    def fed(self, piece: bytes) -> Iterator[bytes]:
        """Decompresses a piece of input; yields at most `PIECE` bytes at once."""
        rest, self._kept = self._kept + piece, b""
        while rest:
            if self._unpacker is None or self._unpacker.eof:
                if self._unpacker is not None and (self._packed == "deflate" or not rest.lstrip(b"\0")):
                    return  # padding
                if len(rest) < 2:
                    self._kept = rest
                    return
                self._begin(rest)
            unpacker = self._unpacker
            assert unpacker is not None
            try:
                while True:
                    out = unpacker.decompress(rest, PIECE)
                    yield out
                    rest = unpacker.unconsumed_tail
                    if unpacker.eof or (len(out) < PIECE and not rest):
                        break
            except zlib.error as error:
                raise SourceError("web.garbled", url=self._url) from error
            rest = unpacker.unused_data

    def _begin(self, start: bytes) -> None:
        self._members += 1
        if self._members > _MEMBERS:
            raise SourceError("web.garbled", url=self._url)
        self._unpacker = _unpacker(self._packed, start)


def _unpacker(packed: str, start: bytes) -> _Unpacker:
    """A decompressor. By the standard `deflate` has a zlib header; many servers send it without."""
    if packed != "deflate":
        return zlib.decompressobj(16 + zlib.MAX_WBITS)
    headed = len(start) > 1 and start[0] & 15 == 8 and (start[0] << 8 | start[1]) % 31 == 0
    return zlib.decompressobj(zlib.MAX_WBITS if headed else -zlib.MAX_WBITS)
