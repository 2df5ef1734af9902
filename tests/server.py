"""A real HTTP server on loopback, with what servers do wrong, and a `Web` that asks it without waiting.

    with Server() as server:
        server.put("/feed.xml", Reply(b"<rss/>", media="application/rss+xml", etag='"1"'))
        answer = fetching(paths).get(server.url + "/feed.xml", user_named=True)
        assert server.asked == ["/feed.xml"]

A path has one reply, a list of them (one after the other, the last for ever), or a function of the `Request`. `arxiv`
and `hugging_face` serve APIs of their shape from invented papers. Nothing sleeps: a slow server is one that answers
never, and `fetching(…, timeouts=HASTY)` gives up soon; the waits of a `Web` are seconds added to `web.time`, which is
a `PassedTime`.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

import pytest

from tui_digest.identity import normalise_title
from tui_digest.paths import Paths
from tui_digest.settings.config import Settings
from tui_digest.sources.web.client import Web
from tui_digest.sources.web.network import Nearness, Network, Timeouts, resolve

Fault = Literal["", "silent", "stall", "cut", "short", "long", "endless", "drip"]
"""`silent` never answers; `stall` stops in the middle of the body and keeps the line open; `cut` closes it there;
`short` and `long` tell a length that is less or more than what comes; `endless` sends for ever; `drip` sends a header
for ever, a byte at a time."""


@dataclass(frozen=True)
class Reply:
    """What the server says to one request."""

    body: bytes | str = b""
    status: int = 200
    media: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str | None = None
    modified: str | None = None
    """With one of these, who asks with it is told that nothing changed."""
    packed: Literal["", "gzip", "deflate"] = ""
    chunked: bool = False
    ranges: bool = False
    """Whether who asks for the rest of this version (`If-Range`) gets the rest only."""
    fault: Fault = ""
    raw: bytes | None = None
    """Sent as it is, in place of all that."""


@dataclass(frozen=True)
class Request:
    """What was asked."""

    target: str
    """As it stood in the request line."""
    path: str
    query: Mapping[str, Sequence[str]]
    headers: Message


Route = Reply | Sequence[Reply] | Callable[[Request], Reply]


def moved(to: str, status: int = 302) -> Reply:
    """A redirect."""
    return Reply(status=status, headers={"Location": to})


class Server:
    """Serves until its `with` ends."""

    def __init__(self, host: str = "127.0.0.1", *, tls: tuple[Path, Path] | None = None) -> None:
        """`tls` is a certificate and its key, as `certificate` makes them."""
        self.requests: list[Request] = []
        self.closing = threading.Event()
        self._routes: dict[str, Route] = {}
        self._turns: dict[str, int] = {}
        self._server = _Listener((host, 0), _handler(self))
        self.port = self._server.server_address[1]
        self.url = f"{'https' if tls else 'http'}://{host}:{self.port}"
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*tls)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @property
    def asked(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [each.path for each in self.requests]

    def put(self, path: str, reply: Route) -> str:
        """From now on the path has this reply; returns its whole address."""
        self._routes[path] = reply
        self._turns.pop(path, None)
        return self.url + path

    def reply_to(self, request: Request) -> Reply:
        """What a request is told."""
        self.requests.append(request)
        route = self._routes.get(request.path, Reply("not here", 404))
        if isinstance(route, Reply):
            return route
        if callable(route):
            return route(request)
        turn = self._turns.get(request.path, 0)
        self._turns[request.path] = turn + 1
        return route[min(turn, len(route) - 1)]


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is what many tests are about."""


def _handler(server: Server) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None:  # type: ignore[override]
            """Nothing."""

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            request = Request(self.path, parts.path or "/", parse_qs(parts.query), self.headers)
            _send(self, server, server.reply_to(request))
            self.close_connection = True

        def do_CONNECT(self) -> None:
            server.requests.append(Request(self.path, self.path, {}, self.headers))
            host, _, port = self.path.rpartition(":")
            with socket.create_connection((host, int(port))) as there:
                self.connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
                back = threading.Thread(target=_pump, args=(there, self.connection), daemon=True)
                back.start()
                _pump(self.connection, there)
                back.join()
            self.close_connection = True

    return Handler


def _pump(here: socket.socket, there: socket.socket) -> None:
    try:
        while data := here.recv(65_536):
            there.sendall(data)
        there.shutdown(socket.SHUT_WR)
    except OSError:  # somebody hung up
        pass


def _send(handler: BaseHTTPRequestHandler, server: Server, reply: Reply) -> None:
    """Says it, rightly or wrongly."""
    out = handler.wfile
    if reply.fault == "silent":
        server.closing.wait()
        return
    if reply.raw is not None:
        out.write(reply.raw)
        return
    if reply.fault == "drip":
        out.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
        while not server.closing.wait(0.01):
            out.write(b"x")
        return
    asked = handler.headers
    unchanged = (reply.etag is not None and asked.get("If-None-Match") == reply.etag) or (
        reply.etag is None and reply.modified is not None and asked.get("If-Modified-Since") == reply.modified
    )
    body, status = b"" if unchanged else _packed(reply), 304 if unchanged else reply.status
    lines = {"Content-Type": reply.media, **reply.headers}
    if reply.ranges and asked.get("If-Range") in (reply.etag, reply.modified) and asked.get("Range"):
        first = int(asked["Range"].removeprefix("bytes=").rstrip("-"))
        lines["Content-Range"] = f"bytes {first}-{len(body) - 1}/{len(body)}"
        body, status = body[first:], 206 if first < len(body) else 416
    lines |= {name: value for name, value in (("ETag", reply.etag), ("Last-Modified", reply.modified)) if value}
    lines |= {"Content-Encoding": reply.packed} if reply.packed else {}
    told = len(body) + {"short": -3, "long": 3}.get(reply.fault, 0)
    lines |= (
        {"Transfer-Encoding": "chunked"} if reply.chunked or reply.fault == "endless" else {"Content-Length": str(told)}
    )
    head = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in lines.items())]
    out.write("\r\n".join([*head, "", ""]).encode("latin-1"))
    if reply.fault == "endless":
        while not server.closing.is_set():
            out.write(b"4000\r\n" + b"a" * 0x4000 + b"\r\n")
    whole = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body) if reply.chunked and body else body
    out.write(whole[: len(whole) // 2] if reply.fault in ("stall", "cut") else whole)
    out.flush()
    if reply.fault == "stall":
        server.closing.wait()


def _packed(reply: Reply) -> bytes:
    body = reply.body.encode() if isinstance(reply.body, str) else reply.body
    if reply.packed:
        return gzip.compress(body) if reply.packed == "gzip" else zlib.compress(body)
    return body


# --- APIs of others, from invented papers ----------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """What an API knows of a paper that there is not."""

    id: str
    title: str = "Lanterns for small models"
    authors: Sequence[str] = ("Mina Seo", "Jan Dvořák")
    abstract: str = "We light what was dark."
    categories: Sequence[str] = ("cs.LG", "cs.CL")
    published: str = "2023-07-24T17:59:59Z"
    updated: str = "2023-08-01T09:00:00Z"
    version: int = 2
    doi: str | None = None
    journal: str | None = None
    comment: str | None = None
    votes: int = 7


def arxiv(*papers: Paper) -> Callable[[Request], Reply]:
    """arXiv's API of those papers, for `server.put("/api/query", arxiv(…))`: as Atom, for the ids in `id_list`, or for
    `search_query=ti:"some words" OR ti:"others"`, which asks for titles with these words in a row."""
    known = {paper.id: paper for paper in papers}

    def answer(request: Request) -> Reply:
        searched = re.findall(r'ti:"([^"]+)"', request.query.get("search_query", [""])[0])
        asked = request.query.get("id_list", [""])[0].split(",")
        asked += [each.id for each in papers if any(words in normalise_title(each.title) for words in searched)]
        first, most = (
            int(request.query.get(name, [default])[0]) for name, default in (("start", "0"), ("max_results", "10"))
        )
        found = [known[id_.partition("v")[0]] for id_ in asked if id_.partition("v")[0] in known][first : first + most]
        total = f"<opensearch:totalResults>{len(found)}</opensearch:totalResults>"
        return Reply(
            _ATOM.format(total=total, entries="".join(map(_atom, found))), media="application/atom+xml; charset=utf-8"
        )

    return answer


_ATOM = """<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
xmlns:arxiv="http://arxiv.org/schemas/atom"> <title>arXiv Query</title>{total}{entries}</feed>
"""


def _atom(paper: Paper) -> str:
    optional = {"doi": paper.doi, "journal_ref": paper.journal, "comment": paper.comment}
    return (
        f"<entry><id>http://arxiv.org/abs/{paper.id}v{paper.version}</id><title>{escape(paper.title)}</title>"
        f"<updated>{paper.updated}</updated><published>{paper.published}</published>"
        f"<summary>  {escape(paper.abstract)}\n</summary>"
        + "".join(f"<author><name>{escape(name)}</name></author>" for name in paper.authors)
        + "".join(f"<arxiv:{name}>{escape(value)}</arxiv:{name}>" for name, value in optional.items() if value)
        + f'<arxiv:primary_category term="{paper.categories[0]}"/>'
        + "".join(f'<category term="{name}" scheme="http://arxiv.org/schemas/atom"/>' for name in paper.categories)
        + f'<link href="http://arxiv.org/abs/{paper.id}v{paper.version}" rel="alternate" type="text/html"/></entry>'
    )


def hugging_face(days: Mapping[str, Sequence[Paper]]) -> Callable[[Request], Reply]:
    """Hugging Face's daily papers, by day (`2023-07-24`), for `server.put("/api/daily_papers", hugging_face(…))`;
    without a `date` those of the last day."""

    def answer(request: Request) -> Reply:
        day = request.query.get("date", [max(days, default="")])[0]
        found = [
            {
                "paper": {
                    "id": paper.id, "title": paper.title, "summary": paper.abstract,
                    "upvotes": paper.votes,
                    "authors": [{"name": name, "hidden": False} for name in paper.authors],
                    "publishedAt": paper.published,
                },
                "publishedAt": f"{day}T00:00:00.000Z", "title": paper.title, "summary": paper.abstract, "numComments":
                1,
            }
            for paper in days.get(day, ())
        ]  # fmt: skip
        return Reply(json.dumps(found, ensure_ascii=False), media="application/json; charset=utf-8")

    return answer


# --- TLS ----------------------------------------------------------------------------------------------------------


@cache
def certificate(folder: Path, name: str = "localhost") -> tuple[Path, Path]:
    """A certificate that nobody but itself stands for, of `name` and 127.0.0.1, and its key; made by `openssl`."""
    if shutil.which("openssl") is None:
        pytest.skip("there is no openssl here: TLS was NOT tested")
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "9",
    ]
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name},IP:127.0.0.1"]
    subprocess.run(
        [*command, *names, "-out", made, "-keyout", key], check=True, capture_output=True, env=dict(os.environ)
    )
    return made, key


# --- who asks -----------------------------------------------------------------------------------------------------


class PassedTime:
    """A clock on which waiting is done at once; `waits` has every sleep."""

    def __init__(self, now: float = 1_690_200_000.0) -> None:
        self.seconds = now
        self.waits: list[float] = []

    def now(self) -> float:
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds

    @property
    def waited(self) -> float:
        """All of it."""
        return round(sum(self.waits), 3)


PATIENT = Timeouts(connect=60.0, stall=60.0, whole=60.0)
HASTY = Timeouts(connect=60.0, stall=0.2, whole=60.0)
"""For servers that never answer."""


def fetching(
    paths: Paths, *, settings: Settings | None = None, time: PassedTime | None = None,
    names: Mapping[str, str] | None = None, near: Mapping[str, Nearness] | None = None, environ: Mapping[str, str] |
    None = None, timeouts: Timeouts = PATIENT,
) -> Web:  # fmt: skip
    """A `Web` that waits for nothing. `names` are hosts and the addresses that they are looked up as; `near` says of
    addresses how near they are, in place of the truth."""
    known, told = names or {}, near or {}

    def look_up(host: str, port: int) -> Sequence[tuple[Any, ...]]:
        return resolve(known.get(host, host), port)

    def judge(address: str) -> Nearness:
        from tui_digest.sources.web.network import nearness

        return told.get(address, nearness(address))

    network = Network(environ or {}, look_up, judge)
    return Web(settings or Settings(), paths, network=network, timekeeper=time or PassedTime(), timeouts=timeouts)
