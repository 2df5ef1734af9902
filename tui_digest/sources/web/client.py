"""`Web` fetches: a request with its redirects and retries ends in a complete answer or an error.

It stands on `http.client`, since the address that a connection really reached must be checked, and since that loads in
a third of the time of other libraries (docs/architecture.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http.client import HTTPConnection, HTTPException, HTTPMessage, HTTPResponse, IncompleteRead
from typing import TYPE_CHECKING, NamedTuple, Self

from tui_digest import __version__
from tui_digest.errors import SourceError
from tui_digest.sources.web import body, headers
from tui_digest.sources.web.address import Address, read_address, shown
from tui_digest.sources.web.answer import Answer, Validators
from tui_digest.sources.web.download import PartFile
from tui_digest.sources.web.network import Nearness, Network, Timeouts, Watch, Wire, basic, proxy_line
from tui_digest.sources.web.pacing import Pacing, SystemTime, Timekeeper

if TYPE_CHECKING:
    from tui_digest.paths import Paths
    from tui_digest.settings.config import Settings

LIMIT = 32_000_000
"""The most bytes of an answer, both as they come and decompressed, unless the caller gives another limit."""
REDIRECTS = 10
TRIES = 3
"""How often a request is sent in all where the server fails."""

_PERMANENT, _TEMPORARY = frozenset((301, 308)), frozenset((302, 303, 307))
_OVERLOADED, _FAILING = frozenset((429, 503)), frozenset((500, 502, 504))
_PAUSES = (2.0, 8.0)
"""Seconds before the second and the third try."""
_BACK_OFF = 60.0
"""Seconds for which an overloaded host is not asked if it gave no `Retry-After`; doubled the next time."""
_WHOLE_FILE = 3600.0
"""Seconds for a file of which every part is kept."""
_SETTLE = 0.25
"""Seconds to wait for more bytes behind an answer, to see that the length given by the server was right."""

Arriving = Callable[[int, int | None], None]
"""Called with the bytes that came so far, and the bytes in all, None where that is not known."""


def never() -> bool:
    """A `cancelled` that is never True."""
    return False


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a caller asks for; the same through all redirects."""

    headers: Mapping[str, str]
    limit: int
    cancelled: Callable[[], bool]
    progress: Arriving | None
    """None where progress is not shown."""
    into: PartFile | None = None
    """The file that the body is written to; None to keep it in memory."""


class _Reply(NamedTuple):
    """The reply to one request, before redirects and retries."""

    status: int
    lines: HTTPMessage
    body: bytes
    near: Nearness


class Web:
    """Fetches from the web. Safe to use from several threads; they take turns with each host."""

    def __init__(
        self, settings: Settings, paths: Paths, *, network: Network | None = None, timekeeper: Timekeeper | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:  # fmt: skip
        """`network` makes the connections, `timekeeper` measures waits: tests pass their own."""
        self._network, self._timeouts = network or Network(), timeouts or Timeouts()
        self.time = timekeeper or SystemTime()
        self.endpoints = settings.endpoints_with_defaults
        mirrors = {read_address(self.endpoints[name]).netloc for name in ("arxiv_api", "arxiv_pdf", "arxiv_rss")}
        self.pacing = Pacing(paths.hosts, self.time, mirrors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Does nothing: no connection outlives its request."""

    def get(
        self, url: str, *, validators: Validators | None = None, accept: str | None = None, limit: int = LIMIT,
        user_named: bool = False, cancelled: Callable[[], bool] = never, progress: Arriving | None = None,
    ) -> Answer:  # fmt: skip
        """Fetches an address; returns the complete answer.

        With the `validators` of an earlier answer, this one may be `not_modified`. `accept` is the header of that name.
        `limit` is in bytes. `user_named` says that the user gave the address, so that it may
        lead into the user's own network; no redirect leads there from outside in any case. Raises SourceError:
        `web.scheme`, `web.address`, `web.unreachable`, `web.tls`, `web.proxy`, `web.private`, `web.timeout`,
        `web.status`, `web.later`, `web.busy`, `web.redirects`, `web.too_large`, `web.cut`, `web.length`,
        `web.garbled`, `web.encoding`, `web.malformed`, `web.cancelled`; their `url` may be shown.
        """
        asked = _Asked(_asking(validators, accept), limit, cancelled, progress)
        here, moved, reply = self._follow(url, user_named, asked)
        return self._answer(here, moved, reply, validators)

    def _follow(self, url: str, user_named: bool, asked: _Asked) -> tuple[Address, str | None, _Reply]:
        """Follows redirects: the last address, the new address if all redirects were permanent, and the last reply."""
        here = start = read_address(url)
        permanent, nearest, seen = True, Nearness.LINK if user_named else Nearness.PUBLIC, {here.public}
        while True:
            reply = self._ask(here, nearest, asked)
            if reply.status not in _PERMANENT | _TEMPORARY:
                return here, here.private if permanent and here != start else None, reply
            there = self._redirected(here, reply, seen)
            permanent &= reply.status in _PERMANENT and (here.scheme, there.scheme) != ("https", "http")
            here, nearest = there, min(nearest, reply.near)

    def download(
        self, url: str, into: PartFile, *, limit: int = LIMIT, user_named: bool = False,
        cancelled: Callable[[], bool] = never, progress: Arriving | None = None,
    ) -> None:  # fmt: skip
        """Fetches a file into `into`, and goes on where an earlier download ended if the server still has the same
        version. `limit` is in bytes; parameters and errors as for `get`, and errors of `PartFile.take`. Bytes that
        came before an error are kept for the next time."""
        for _ in range(2):
            rest = into.asking()
            lines = {**_asking(None, None), "Accept-Encoding": "identity", **rest}
            try:
                self._follow(url, user_named, _Asked(lines, limit, cancelled, progress, into))
                return
            except SourceError as error:
                if not rest or error.details.get("status") != "416":
                    raise
                into.drop()  # the server has no such range: ask for the whole file

    def _redirected(self, here: Address, reply: _Reply, seen: set[str]) -> Address:
        target = headers.location(reply.lines.get("Location"))
        if target is None:
            raise SourceError("web.malformed", url=shown(here.public))
        there = read_address(target, here)
        if len(seen) > REDIRECTS or there.public in seen:
            raise SourceError("web.redirects", url=shown(here.public))
        seen.add(there.public)
        return there

    def _answer(self, here: Address, moved: str | None, reply: _Reply, asked_with: Validators | None) -> Answer:
        unchanged = reply.status == 304
        lines = reply.lines
        given = Validators(headers.kept(lines.get("ETag")), headers.kept(lines.get("Last-Modified")))
        content_type = lines.get("Content-Type")
        return Answer(
            url=here.public,
            moved_to=moved,
            media_type=headers.media_type(content_type),
            charset=headers.charset(content_type),
            body=reply.body,
            validators=given or (asked_with if unchanged and asked_with else given),
            not_modified=unchanged,
            fetched=datetime.fromtimestamp(self.time.now(), UTC),
            max_age=headers.max_age(lines.get("Cache-Control")),
        )

    def _ask(self, here: Address, nearest: Nearness, asked: _Asked) -> _Reply:
        """Sends a request, again after a pause where the server fails, and returns the reply."""
        url = shown(here.public)
        for attempt in range(TRIES):
            last = attempt == TRIES - 1
            with self.pacing.turn(here.netloc, asked.cancelled, url) as turn:
                reply = self._exchange(here, nearest, asked)
                if reply.status in _OVERLOADED:
                    told = headers.retry_after(reply.lines.get("Retry-After"), self.time.now())
                    turn.later(_BACK_OFF * 2**attempt if told is None else max(told, 1.0))
                    if last:
                        raise SourceError("web.status", url=url, status=reply.status)
                    continue
            if reply.status not in _FAILING or last:
                break
            self.pacing.wait(_PAUSES[attempt], asked.cancelled, url)
        if 200 <= reply.status < 300 or reply.status in _PERMANENT | _TEMPORARY:
            return reply
        if reply.status == 304 and ("If-None-Match" in asked.headers or "If-Modified-Since" in asked.headers):
            return reply
        raise SourceError("web.status", url=url, status=reply.status)

    def _exchange(self, here: Address, nearest: Nearness, asked: _Asked) -> _Reply:
        """Sends one request and reads its reply."""
        timeouts = self._timeouts if asked.into is None else self._timeouts._replace(whole=_WHOLE_FILE)
        watch = Watch(timeouts, asked.cancelled, shown(here.public))
        connection, near, proxy = self._network.connect(here, nearest, watch)
        try:
            wire = Wire(connection, watch, asked.limit + 1_000_000)
            # Closed while the connection is there: Python 3.13 complains on the screen of one that is only let go.
            with closing(_sent(wire, here, proxy, asked.headers, watch)) as answer:
                packed = headers.encodings(answer.headers.get_all("Content-Encoding", []))
                if answer.status == 206 and "Range" not in asked.headers:
                    raise SourceError("web.malformed", url=watch.url)  # no range was asked for
                content = b""
                if 200 <= answer.status < 300 and answer.status not in (204, 205):
                    before = asked.into.have if asked.into is not None and answer.status == 206 else 0
                    pieces = body.unpacked(_pieces(answer, wire, watch, asked, before), packed, asked.limit, watch.url)
                    if asked.into is None:
                        content = b"".join(pieces)
                    else:
                        asked.into.take(answer.status, answer.headers, pieces, watch.url)
                return _Reply(answer.status, answer.headers, content, near)
        finally:
            connection.close()


def _asking(validators: Validators | None, accept: str | None) -> dict[str, str]:
    """The headers of a request that are the same for all redirects."""
    lines = {"Accept": accept or "*/*", "Accept-Encoding": body.ACCEPTED, "User-Agent": user_agent()}
    if validators is not None and (etag := headers.kept(validators.etag)):
        lines["If-None-Match"] = etag
    if validators is not None and (modified := headers.kept(validators.modified)):
        lines["If-Modified-Since"] = modified
    return lines


@cache
def user_agent() -> str:
    """The header `User-Agent`: program, version, and the project's address where the package has it."""
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        urls = metadata("tui-digest").get_all("Project-URL") or []
    except PackageNotFoundError:  # run from a checkout
        urls = []
    home = next((url.partition(",")[2].strip() for url in urls if url.startswith("Homepage,")), "")
    return f"tui-digest/{__version__}" + (f" (+{home})" if home else "")


def _sent(
    wire: Wire, here: Address, proxy: Address | None, lines: Mapping[str, str], watch: Watch
) -> HTTPResponse:  # fmt: skip
    """Sends a request; returns the reply with its header lines read and its body not."""
    sender = HTTPConnection(here.host, here.port)
    sender.auto_open = 0
    sender.sock = wire  # `http.client` uses no more of a socket than this has
    try:
        target = here.target if proxy is None else here.public
        sender.putrequest("GET", target, skip_host=True, skip_accept_encoding=True)
        own = {"Host": here.netloc, "Connection": "close"}
        if here.user is not None:
            own["Authorization"] = basic(here)
        if proxy is not None and (told := proxy_line(proxy)) is not None:
            own["Proxy-Authorization"] = told
        for name, value in {**own, **lines}.items():
            sender.putheader(name, value)
        sender.endheaders()
        return sender.getresponse()
    except TimeoutError:
        raise watch.too_late(watch.timeouts.stall) from None
    except (HTTPException, UnicodeError, ValueError) as error:
        raise SourceError("web.malformed", url=watch.url) from error
    except OSError as error:
        raise SourceError("web.unreachable", url=watch.url, host=here.netloc, reason=error.strerror or error) from error


def _pieces(answer: HTTPResponse, wire: Wire, watch: Watch, asked: _Asked, before: int) -> Iterator[bytes]:
    """The pieces of the body as they come. `before` bytes are there from an earlier download. Raises `web.cut` or
    `web.length` where it is not as long as the server said."""
    try:
        total = headers.content_length(answer.headers.get_all("Content-Length", []))
    except ValueError as error:
        raise SourceError("web.length", url=watch.url) from error
    if answer.chunked:
        total = None
    if total is not None and total > asked.limit:
        raise body.too_large(watch.url, asked.limit)
    count = 0
    try:
        while piece := answer.read(body.PIECE):
            count += len(piece)
            if asked.progress is not None:
                asked.progress(before + count, total and before + total)
            yield piece
    except IncompleteRead as error:
        raise SourceError("web.cut", url=watch.url) from error
    except (OSError, HTTPException, ValueError) as error:
        raise SourceError("web.cut", url=watch.url) from error
    if total is not None and count < total:
        raise SourceError("web.cut", url=watch.url)
    if (total is not None or answer.chunked) and wire.has_more(_SETTLE):
        raise SourceError("web.length", url=watch.url)
