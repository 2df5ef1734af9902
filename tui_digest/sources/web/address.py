"""Addresses on the web: their parts, and how they are shown without passwords. Pure: nothing is looked up."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import quote, unquote, urljoin, urlsplit

from tui_digest.errors import SourceError

PORTS = {"http": 80, "https": 443}
LONGEST = 8000
"""The most characters of an address; servers refuse longer ones."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""Characters that no address has: they would break a header line, or show another address than is asked."""
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_SIX = re.compile(r"[0-9a-f:.]+")
_STRAY = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE = "%/:@!$&'()*+,;=~-._"

HIDDEN = "***"
"""Stands for the value of a token where an address is shown."""
_USER = re.compile(r"//(?:[^/?#\s]{0,500}@|[^/?#\s:@\[]*:(?!\d{1,5}(?:[/?#\s]|$))\S{0,500}@)")
"""`user:password@`, also with a slash in the password; not a port, and not an `@` in a path."""
_SECRET = re.compile(
    r"([?&;#](?:[\w.-]*[_.-])?(?:token|key|apikey|secret|password|passwd|pass|pwd|auth|sig|signature|credential)=)"
    r"(?!\*{3}[:.,]?(?:[\s&;#]|$))(?P<value>[^&;#\s]+)",
    re.IGNORECASE,
)


_SHORTEST_SECRET = 4
"""Characters; fewer may be part of any word."""


class Address(NamedTuple):
    """An address in its parts, each of ASCII as it is sent."""

    scheme: str
    """`http` or `https`."""
    host: str
    """In small letters, other alphabets as punycode (`xn--`), an IPv6 address without its brackets."""
    port: int
    target: str
    """Path and query; never empty."""
    user: str | None = None
    password: str | None = None

    @property
    def netloc(self) -> str:
        """The host, and the port where it is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: a password goes to the same origin only."""
        return self.scheme, self.host, self.port

    @property
    def public(self) -> str:
        """The address without user name and password."""
        return f"{self.scheme}://{self.netloc}{self.target}"

    @property
    def private(self) -> str:
        """The address with user name and password."""
        if self.user is None:
            return self.public
        password = "" if self.password is None else ":" + quote(self.password, safe="")
        return f"{self.scheme}://{quote(self.user, safe='')}{password}@{self.netloc}{self.target}"


def read_address(text: str, base: Address | None = None) -> Address:
    """The parts of an address. A relative one is resolved against `base`, and has the user name and password of `base`
    where the origin is the same. Raises `web.scheme` for schemes other than http and https, `web.address` for what is
    not an address."""
    text = text.strip(" ")
    if _UNSAFE.search(text) or len(text) > LONGEST:
        raise _no_address(text)
    try:
        parts = urlsplit(urljoin(base.public, text) if base is not None else text)
        scheme, port = parts.scheme.lower(), parts.port
    except ValueError as error:
        raise _no_address(text) from error
    if scheme not in PORTS:
        raise SourceError("web.scheme", url=shown(text)[:200])
    host = _host(parts.hostname or "", text)
    if port == 0:
        raise _no_address(text)
    target = _quoted(parts.path or "/", _SAFE) + ("?" + _quoted(parts.query, _SAFE + "?") if parts.query else "")
    user = None if parts.username is None else unquote(parts.username)
    password = None if parts.password is None else unquote(parts.password)
    found = Address(scheme, host, port or PORTS[scheme], target, user, password)
    if base is not None and user is None and found.origin == base.origin:
        return found._replace(user=base.user, password=base.password)
    return found


def _host(name: str, text: str) -> str:
    """The name of a host in ASCII and small letters. Raises `web.address`."""
    if _SIX.fullmatch(name) and ":" in name:
        return name
    try:
        host = unicodedata.normalize("NFC", name).rstrip(".").encode("idna").decode().lower()
    except UnicodeError as error:  # an empty or overlong label, or characters that names cannot have
        raise _no_address(text) from error
    if not _HOST.fullmatch(host) or len(host) > 253:
        raise _no_address(text)
    return host


def _quoted(part: str, safe: str) -> str:
    return _STRAY.sub("%25", quote(part, safe=safe, errors="replace"))


def _no_address(text: str) -> SourceError:
    return SourceError("web.address", url=_UNSAFE.sub("\ufffd", shown(text))[:200])


def without_secrets(text: str, addresses: Iterable[str]) -> str:
    """A text, such as what a server answered, without the passwords and tokens of these addresses: some repeat them."""
    for address in addresses:
        found = [match["value"] for match in _SECRET.finditer(address)]
        try:
            found.append(read_address(address).password or "")
        except SourceError:
            continue
        for each in sorted(
            {spelt for value in found for spelt in (value, unquote(value), quote(value, safe=""))}, key=len
        ):
            if len(each) >= _SHORTEST_SECRET:
                text = text.replace(each, HIDDEN)
    return text


def shown(text: str) -> str:
    """A text with addresses in it, such as a message, as it may be shown, logged and exported: user names and passwords
    are taken out, the values of `token=`, `key=` and the like become `***`."""
    before = ""
    while before != text:  # what is left may match once more
        before, text = text, _SECRET.sub(rf"\1{HIDDEN}", _USER.sub("//", text))
    return text
