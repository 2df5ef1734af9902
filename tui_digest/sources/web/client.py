"""`Web` fetches: one request, its redirects and repetitions, and what came of them, whole or an error.

Over `http.client`, since a connection must be judged by the address that it reached, and since it starts in a third
of the time of other libraries (docs/architecture.md).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
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
"""Bytes of an answer, as they come and unpacked, where nobody says another number."""
REDIRECTS = 10
TRIES = 3
"""How often a server that fails is asked in one go."""

_PERMANENT, _TEMPORARY = frozenset((301, 308)), frozenset((302, 303, 307))
_OVERLOADED, _FAILING = frozenset((429, 503)), frozenset((500, 502, 504))
_PAUSES = (2.0, 8.0)
"""Seconds before a server that fails is asked again."""
_BACK_OFF = 60.0
"""Seconds for which a host is left alone that has too much to do and does not say how long; the next time twice
that."""
_WHOLE_FILE = 3600.0
"""Seconds for a file of which every part is kept."""
_SETTLE = 0.25
"""Seconds that one waits for the end behind an answer, to see that its length was told truly."""

Arriving = Callable[[int, int | None], None]
"""Called with the bytes that came so far, and how many there will be, where that is known."""


def never() -> bool:
    """A `cancelled` that is never True."""
    return False


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked for, whatever redirects it takes."""

    headers: Mapping[str, str]
    limit: int
    cancelled: Callable[[], bool]
    progress: Arriving | None
    """None where progress is not shown."""
    into: PartFile | None = None
    """Where the body goes, if not into memory."""


class _Reply(NamedTuple):
    """What one server said to one request."""

    status: int
    lines: HTTPMessage
    body: bytes
    near: Nearness


class Web:
    """Fetches. Safe to use from several threads; each host is asked by one of them at a time."""

    def __init__(
        self, settings: Settings, paths: Paths, *, network: Network | None = None, timekeeper: Timekeeper | None = None,
        timeouts: Timeouts | None = None,
    ) -> None:  # fmt: skip
        """`network` makes the connections, `timekeeper` lets time pass: tests have their own."""
        self._network, self._timeouts = network or Network(), timeouts or Timeouts()
        self.time = timekeeper or SystemTime()
        self.endpoints = settings.endpoints_with_defaults
        mirrors = {read_address(self.endpoints[name]).netloc for name in ("arxiv_api", "arxiv_pdf")}
        self.pacing = Pacing(paths.hosts, self.time, mirrors)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is left open."""

    def get(
        self, url: str, *, validators: Validators | None = None, accept: str | None = None, limit: int = LIMIT,
        user_named: bool = False, cancelled: Callable[[], bool] = never, progress: Arriving | None = None,
    ) -> Answer:  # fmt: skip
        """What is at an address.

        `validators` of an earlier answer: then the answer may be that nothing changed. `accept` is what one would
        like, as HTTP says it. `limit` is in bytes. `user_named` says that the user gave the address, so that it may
        lead into the user's own network; no redirect leads there from outside in any case. Raises SourceError:
        `web.scheme`, `web.address`, `web.unreachable`, `web.tls`, `web.proxy`, `web.private`, `web.timeout`,
        `web.status`, `web.later`, `web.busy`, `web.redirects`, `web.too_large`, `web.cut`, `web.length`,
        `web.garbled`, `web.encoding`, `web.malformed`, `web.cancelled`; their `url` may be shown.
        """
        asked = _Asked(_asking(validators, accept), limit, cancelled, progress)
        here, moved, reply = self._follow(url, user_named, asked)
        return self._answer(here, moved, reply, validators)

    def _follow(self, url: str, user_named: bool, asked: _Asked) -> tuple[Address, str | None, _Reply]:
        """Where the redirects from an address end, its new address if all were permanent, and what is said there."""
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
        """Fetches a file into its part, beginning where an earlier download ended, if the server has the same version
        still. `limit` is in bytes; for the rest see `get`, which this raises like, and `PartFile.take`. What came
        before an error stays for the next time."""
        for _ in range(2):
            rest = into.asking()
            lines = {**_asking(None, None), "Accept-Encoding": "identity", **rest}
            try:
                self._follow(url, user_named, _Asked(lines, limit, cancelled, progress, into))
                return
            except SourceError as error:
                if not rest or error.details.get("status") != "416":
                    raise
                into.drop()  # there is no such rest: all of it is asked for

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
        """One server's reply, asked again where it fails for the moment."""
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
        """One request and its reply."""
        timeouts = self._timeouts if asked.into is None else self._timeouts._replace(whole=_WHOLE_FILE)
        watch = Watch(timeouts, asked.cancelled, shown(here.public))
        connection, near, proxy = self._network.connect(here, nearest, watch)
        try:
            wire = Wire(connection, watch, asked.limit + 1_000_000)
            answer = _sent(wire, here, proxy, asked.headers, watch)
            packed = headers.encodings(answer.headers.get_all("Content-Encoding", []))
            if answer.status == 206 and "Range" not in asked.headers:
                raise SourceError("web.malformed", url=watch.url)  # half of an answer that was not asked for
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
    """The lines of a request that are the same wherever it goes."""
    lines = {"Accept": accept or "*/*", "Accept-Encoding": body.ACCEPTED, "User-Agent": user_agent()}
    if validators is not None and (etag := headers.kept(validators.etag)):
        lines["If-None-Match"] = etag
    if validators is not None and (modified := headers.kept(validators.modified)):
        lines["If-Modified-Since"] = modified
    return lines


def user_agent() -> str:
    """Who asks: the program, its version, and where its project lives, where it was told when it was built."""
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
    """Sends a request; the reply as far as its head."""
    sender = HTTPConnection(here.host, here.port)
    sender.auto_open = 0
    sender.sock = wire  # it asks no more of a socket than this
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
    """The body as it comes, behind the bytes that came `before`; raises where it is not as long as was told."""
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
