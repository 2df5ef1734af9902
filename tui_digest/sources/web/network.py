"""Sockets: looks names up, connects directly or through a proxy, and checks which address a connection reached.

Connecting and reading stop when they are cancelled and when their time is up, so no key or signal has to wait for a
server.
"""

from __future__ import annotations

import base64
import io
import ipaddress
import os
import selectors
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from enum import IntEnum
from http.client import HTTPException, HTTPResponse
from typing import TYPE_CHECKING, Any, NamedTuple

from tui_digest.errors import SourceError
from tui_digest.sources.web.address import Address, read_address

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_SLICE = 0.1
"""Seconds between two looks whether the request was cancelled."""

_BEFORE_NEXT = 4.0
"""Seconds for an address of a host that has others: where a network has IPv6 by name only, the next one answers."""

Resolve = Callable[[str, int], Sequence[tuple[Any, ...]]]
"""Looks up a host and port; returns what `socket.getaddrinfo` does for TCP."""


class Nearness(IntEnum):
    """How close to the user an address is. A redirect may not lead from a farther address to a closer one."""

    PUBLIC = 0
    """On the public internet."""
    NETWORK = 1
    """In the user's own network."""
    MACHINE = 2
    """The user's own computer."""
    LINK = 3
    """Link-local addresses: cloud computers get their credentials from a service there."""


class Timeouts(NamedTuple):
    """After how many seconds a request gives up."""

    connect: float = 15.0
    stall: float = 30.0
    """Without any byte of the answer."""
    whole: float = 300.0
    """From the request to the end of the answer."""


def nearness(address: str) -> Nearness:
    """How close an IP address is; an IPv6 address that holds an IPv4 one is as close as that."""
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and (ip in _NAT64 or (int(ip) >> 32 == 0 and int(ip) > 1)):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        ip = inner or ip
    if ip.is_link_local or ip.is_multicast:
        return Nearness.LINK
    if ip.is_loopback or ip.is_unspecified or (ip.version == 4 and int(ip) >> 24 == 0):
        return Nearness.MACHINE
    return Nearness.PUBLIC if ip.is_global else Nearness.NETWORK


_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def resolve(host: str, port: int) -> Sequence[tuple[Any, ...]]:
    """The addresses of a host, as `socket.getaddrinfo` gives them."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Watch:
    """The time limits of one request, and whether it was cancelled."""

    def __init__(self, timeouts: Timeouts, cancelled: Callable[[], bool], url: str) -> None:
        self.timeouts, self.url = timeouts, url
        self._cancelled, self._begun = cancelled, time.monotonic()

    def look(self) -> None:
        """Raises `web.cancelled` where it was, and `web.timeout` once the time for the whole request is over."""
        if self._cancelled():
            raise SourceError("web.cancelled", url=self.url)
        if time.monotonic() - self._begun > self.timeouts.whole:
            raise self.too_late(self.timeouts.whole)

    def too_late(self, seconds: float) -> SourceError:
        """The error that nothing came for so many seconds."""
        return SourceError("web.timeout", url=self.url, seconds=f"{seconds:g}")


class Wire:
    """A connection in the form of a socket that `http.client` expects; it can be read beyond the end of the answer."""

    def __init__(self, connection: socket.socket, watch: Watch, limit: int) -> None:
        """`limit` is for all bytes that are read, header lines and all."""
        self._connection = connection
        self.received = _Received(connection, watch, limit)
        self.reader = _Reader(self.received, 65_536)

    def sendall(self, data: bytes) -> None:
        """Sends all the bytes."""
        self._connection.settimeout(self.received.watch.timeouts.stall)
        self._connection.sendall(data)

    def makefile(self, *_: object, **__: object) -> io.BufferedReader:
        """The reader of the connection."""
        return self.reader

    def close(self) -> None:
        """Does nothing: the code that made the connection closes it."""

    def has_more(self, seconds: float) -> bool:
        """Whether more bytes come within so many seconds; False where the connection ends or stays silent."""
        self.received.patience = seconds
        try:
            return bool(self.reader.peek(1))
        except (OSError, SourceError):  # it is kept open
            return False


class _Reader(io.BufferedReader):
    """A reader that `http.client` does not close at the end of an answer."""

    def close(self) -> None:
        """Does nothing."""


class _Received(io.RawIOBase):
    """The raw bytes of a connection, counted."""

    def __init__(self, connection: socket.socket, watch: Watch, limit: int) -> None:
        self._connection, self.watch, self._limit = connection, watch, limit
        self.patience = watch.timeouts.stall
        self.count = 0

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Waits for the next bytes; looks meanwhile whether the request was cancelled."""
        self._connection.settimeout(min(_SLICE, self.patience))
        begun = time.monotonic()
        while True:
            self.watch.look()
            try:
                got = self._connection.recv_into(buffer)
                break
            except TimeoutError:
                if time.monotonic() - begun >= self.patience:
                    raise self.watch.too_late(self.patience) from None
        self.count += got
        if self.count > self._limit:
            raise SourceError("web.too_large", url=self.watch.url, limit=f"{self._limit / 1_000_000:g}")
        return got


class Network:
    """Makes connections, and decides whether they may be used."""

    def __init__(
        self, environ: Mapping[str, str] | None = None, resolver: Resolve = resolve,
        judge: Callable[[str], Nearness] = nearness,
    ) -> None:  # fmt: skip
        """`environ` has the settings of proxies; `resolver` looks names up, `judge` tells how close an address is."""
        self._environ = os.environ if environ is None else environ
        self._resolve, self._judge = resolver, judge
        self._tls: ssl.SSLContext | None = None

    def connect(
        self, address: Address, nearest: Nearness, watch: Watch
    ) -> tuple[socket.socket, Nearness, Address | None]:
        """Connects to an address. Returns the connection, how close its other end is, and the proxy it goes through (or
        None). Raises `web.private` where that is closer than `nearest`, `web.unreachable` and `web.tls`."""
        proxy = self.proxy_of(address)
        if proxy is None:
            connection, near = self._reach(address, nearest, watch)
        else:  # the proxy decides where it connects; only the host in the address can be judged here
            near = self._named(address.host)
            if near > nearest:
                raise SourceError("web.private", url=watch.url)
            connection, _ = self._reach(proxy, Nearness.LINK, watch)
        try:
            if address.scheme == "https":
                if proxy is not None:
                    _tunnel(connection, address, proxy, watch)
                connection = self._secured(connection, address.host, watch)
        except BaseException:
            connection.close()
            raise
        return connection, near, None if address.scheme == "https" else proxy

    def _reach(self, address: Address, nearest: Nearness, watch: Watch) -> tuple[socket.socket, Nearness]:
        """Connects to the first of a host's IP addresses that answers."""
        failed: Exception | None = None
        places = self._looked_up(address, watch)
        for number, (family, kind, protocol, _, place) in enumerate(places, 1):
            if self._judge(place[0]) > nearest:
                failed = SourceError("web.private", url=watch.url)
                continue
            watch.look()
            connection = socket.socket(family, kind, protocol)
            try:
                patience = watch.timeouts.connect
                connect_to(connection, place, watch, patience if number == len(places) else min(_BEFORE_NEXT, patience))
                near = self._judge(connection.getpeername()[0])
                if near > nearest:
                    raise SourceError("web.private", url=watch.url)
            except OSError as error:
                connection.close()
                failed = error
                continue
            except BaseException:
                connection.close()
                raise
            return connection, near
        if isinstance(failed, SourceError):
            raise failed
        if isinstance(failed, TimeoutError):
            raise watch.too_late(watch.timeouts.connect)
        raise SourceError("web.unreachable", url=watch.url, host=address.netloc, reason=_reason(failed)) from failed

    def _looked_up(self, address: Address, watch: Watch) -> Sequence[tuple[Any, ...]]:
        """The IP addresses of a host, looked up in a thread, since the system's look-up cannot be interrupted."""
        found: list[Sequence[tuple[Any, ...]]] = []
        failed: list[Exception] = []
        done = threading.Event()

        def look_up() -> None:
            try:
                found.append(self._resolve(address.host, address.port))
            except (OSError, UnicodeError) as error:
                failed.append(error)
            finally:
                done.set()

        threading.Thread(target=look_up, daemon=True).start()
        begun = time.monotonic()
        while not done.wait(_SLICE):
            watch.look()
            if time.monotonic() - begun > watch.timeouts.connect:
                raise watch.too_late(watch.timeouts.connect)
        if not found or not found[0]:
            reason = _reason(failed[0] if failed else None)
            raise SourceError("web.unreachable", url=watch.url, host=address.netloc, reason=reason)
        return found[0]

    def _named(self, host: str) -> Nearness:
        """How close a host is, as far as its name alone tells."""
        if host == "localhost" or host.endswith(".localhost"):
            return Nearness.MACHINE
        try:
            return self._judge(socket.inet_ntoa(socket.inet_aton(host)) if ":" not in host else host)
        except (OSError, ValueError):
            return Nearness.PUBLIC

    def _secured(self, connection: socket.socket, host: str, watch: Watch) -> socket.socket:
        """The connection under TLS. The certificate is checked against those of the system or of `SSL_CERT_FILE`."""
        if self._tls is None:
            try:
                self._tls = ssl.create_default_context()
            except (OSError, ssl.SSLError) as error:
                raise SourceError("web.tls", url=watch.url, host=host, reason=_reason(error)) from error
            self._tls.set_alpn_protocols(["http/1.1"])
        connection.settimeout(watch.timeouts.connect)
        try:
            return self._tls.wrap_socket(connection, server_hostname=host, suppress_ragged_eofs=False)
        except TimeoutError:
            raise watch.too_late(watch.timeouts.connect) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "verify_message", None) or _reason(error)
            raise SourceError("web.tls", url=watch.url, host=host, reason=reason) from error

    def proxy_of(self, address: Address) -> Address | None:
        """The proxy that the environment names for an address: `http_proxy`, `https_proxy`, `all_proxy`, but for the
        hosts in `no_proxy` and this machine. Raises `web.proxy` for one that cannot be used."""
        if self._named(address.host) == Nearness.MACHINE:
            return None
        told = next(filter(None, map(self._told, (f"{address.scheme}_proxy", "all_proxy"))), "")
        if not told or self._excepted(address):
            return None
        try:
            proxy = read_address(told if "://" in told else f"http://{told}")
        except SourceError as error:
            raise SourceError("web.proxy", proxy=error.details["url"]) from error
        if proxy.scheme != "http":
            raise SourceError("web.proxy", proxy=proxy.public)
        return proxy

    def _told(self, name: str) -> str:
        return (self._environ.get(name) or self._environ.get(name.upper()) or "").strip()

    def _excepted(self, address: Address) -> bool:
        """Whether `no_proxy` excepts the host: by its name, the end of its name, an IP address or network, each perhaps
        with a port; `*` excepts all."""
        for each in self._told("no_proxy").lower().replace(",", " ").split():
            name, _, port = each.rpartition(":") if each.count(":") == 1 else (each, "", "")
            if port and port != str(address.port):
                continue
            name = name.strip("[]").removeprefix("*").lstrip(".")
            if not name or address.host == name or address.host.endswith("." + name):
                return True
            with suppress(ValueError):
                if ipaddress.ip_address(address.host) in ipaddress.ip_network(name, strict=False):
                    return True
        return False


def connect_to(connection: socket.socket, place: tuple[Any, ...], watch: Watch, patience: float) -> None:
    """Connects within so many seconds; looks meanwhile whether that is still wanted. Raises OSError."""
    begun = time.monotonic()
    connection.settimeout(_SLICE)
    try:
        connection.connect(place)
        return
    except TimeoutError:  # connecting goes on
        pass
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_WRITE)
        while not selector.select(_SLICE):
            watch.look()
            if time.monotonic() - begun > patience:
                raise TimeoutError
    error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    if error:
        raise OSError(error, os.strerror(error))


def proxy_line(proxy: Address) -> str | None:
    """The value of the header `Proxy-Authorization`; None for a proxy without user name."""
    return basic(proxy) if proxy.user is not None else None


def basic(address: Address) -> str:
    """The user name and password of an address, as the value of an authorization header (`Basic …`)."""
    pair = f"{address.user or ''}:{address.password or ''}".encode()
    return "Basic " + base64.b64encode(pair).decode()


def _tunnel(connection: socket.socket, address: Address, proxy: Address, watch: Watch) -> None:
    """Has the proxy open a tunnel to the address (`CONNECT`). Raises `web.unreachable`."""
    host = f"[{address.host}]" if ":" in address.host else address.host
    lines = [f"CONNECT {host}:{address.port} HTTP/1.1", f"Host: {host}:{address.port}"]
    if (told := proxy_line(proxy)) is not None:
        lines.append(f"Proxy-Authorization: {told}")
    wire = Wire(connection, watch, 65_536)
    try:
        wire.sendall("\r\n".join([*lines, "", ""]).encode())
        with closing(HTTPResponse(wire, method="CONNECT")) as answer:  # type: ignore[arg-type]  # what it asks of a socket
            answer.begin()
    except (OSError, HTTPException) as error:
        raise SourceError("web.unreachable", url=watch.url, host=proxy.netloc, reason=_reason(error)) from error
    if answer.status != 200:
        raise SourceError("web.unreachable", url=watch.url, host=proxy.netloc, reason=f"HTTP {answer.status}")


def _reason(error: Exception | None) -> str:
    """The system's message for an error, 200 characters at most."""
    if error is None:
        return "?"
    return str(getattr(error, "strerror", None) or error or type(error).__name__)[:200]
