"""The reasons that the operating system gives for an error, known again by their text, so that they can be told in the
reader's language."""

from __future__ import annotations

import errno
import os

_ERRORS = (
    "ENOENT", "EACCES", "EPERM", "EEXIST", "EISDIR", "ENOTDIR", "ENOTEMPTY", "EROFS", "ENOSPC", "EDQUOT", "EIO",
    "ELOOP", "ENAMETOOLONG", "EMFILE", "EFBIG", "EBUSY", "EINVAL", "EBADF", "ENXIO", "ECONNREFUSED", "ECONNRESET",
    "ENETUNREACH", "EHOSTUNREACH", "ETIMEDOUT", "EPIPE",
)  # fmt: skip
"""Names of errors whose texts are in the catalogues; the others stay as the system says them."""
_RESOLVERS = {
    "Name or service not known": "NONAME",
    "nodename nor servname provided, or not known": "NONAME",
    "No address associated with hostname": "NONAME",
    "Temporary failure in name resolution": "AGAIN",
    "timed out": "ETIMEDOUT",
}
"""What resolvers of names and sockets say without a number that all systems share."""


def reason_id(text: str) -> str | None:
    """The id of the sentence for what the system said (`system.ENOENT`), or None where there is none for it."""
    name = _RESOLVERS.get(text)
    if name is None:
        numbers = ((each, getattr(errno, each, None)) for each in _ERRORS)  # not every system has all of them
        name = next((each for each, number in numbers if number is not None and os.strerror(number) == text), None)
    return None if name is None else f"system.{name}"
