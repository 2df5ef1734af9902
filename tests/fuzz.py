"""What reads the network, given bytes that no server should send: each target takes any, and says an error of ours or
an answer in bounds.

    python -m tests.fuzz                     # names the targets
    python -m tests.fuzz answer 200000       # guided by what is reached, where atheris is installed; else by chance

`tests/web/test_fuzz.py` runs every target a little, so that this stays true; docs/reliability.md has how far they
were run.
"""

from __future__ import annotations

import contextlib
import gzip
import random
import socket
import sys
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from email.message import Message
from pathlib import Path
from types import FunctionType

from tests.server import Paper, Request, arxiv
from tui_digest.errors import SourceError, StoreError
from tui_digest.parsing import parse_all
from tui_digest.parsing.decoding import source_from_bytes
from tui_digest.sources import arxiv_api, item_digests, kinds, mailbox
from tui_digest.sources.web import body, client, headers, network
from tui_digest.sources.web.address import read_address, shown
from tui_digest.sources.web.answer import Answer, Validators
from tui_digest.sources.web.pacing import Pacing
from tui_digest.store.learned import LearnedStore
from tui_digest.store.seal import sealed

TODAY = date(2026, 11, 29)
LIMIT = 100_000
_SHORT_LIVED = "/dev/shm" if Path("/dev/shm").is_dir() else None
_PLACE = Path(tempfile.gettempdir()) / "tui-digest-fuzz"


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def address(data: bytes) -> None:
    """An address that was typed, and one that a redirect leads to."""
    text, base = _text(data), None
    hidden = shown(text)
    assert shown(hidden) == hidden
    for _ in range(2):
        try:
            found = read_address(text, base)
        except SourceError:
            base = read_address("https://me:word@example.org/a/b?c")
            continue
        assert found.public.isascii() and found.public.isprintable() and " " not in found.public
        assert read_address(found.public).public == found.public
        base = found


def header(data: bytes) -> None:
    """A line above a body, as each that is read."""
    value = data.decode("latin-1")
    wait = headers.retry_after(value, 1_690_200_000.0)
    assert wait is None or 0 <= wait <= headers.LONGEST_WAIT
    age = headers.max_age(value)
    assert age is None or 0 <= age <= headers.OLDEST
    headers.media_type(value)
    headers.encodings([value])
    headers.kept(value)
    headers.location(value)
    if b"\0" not in data:  # Python looks for a module of that name
        headers.charset(f"text/html; charset={value}")
    with contextlib.suppress(ValueError):
        assert headers.content_length([value]) is None or value.strip()


def packed(data: bytes) -> None:
    """A body that says it is gzip or deflate, in pieces."""
    for name in ("gzip", "deflate"):
        pieces = (data[place : place + 7] for place in range(0, len(data), 7))
        total = 0
        try:
            for piece in body.unpacked(pieces, [name], LIMIT, "u"):
                assert len(piece) <= body.PIECE
                total += len(piece)
        except SourceError:
            pass
        assert total <= LIMIT


def answer(data: bytes) -> None:
    """Everything that comes over a connection."""
    here, there = socket.socketpair()
    try:
        there.settimeout(5)
        there.sendall(data[:60_000])
        there.shutdown(socket.SHUT_WR)
        watch = network.Watch(network.Timeouts(), client.never, "u")
        wire = network.Wire(here, watch, LIMIT)
        asked = client._Asked({}, LIMIT, client.never, None)
        try:
            said = client._sent(wire, read_address("http://example.org/"), None, {}, watch)
            kinds = headers.encodings(said.headers.get_all("Content-Encoding", []))
            got = b"".join(body.unpacked(client._pieces(said, wire, watch, asked, 0), kinds, LIMIT, "u"))
            assert len(got) <= LIMIT
        except SourceError:
            pass
    finally:
        here.close()
        there.close()


def atom(data: bytes) -> None:
    """An answer of arXiv's API."""
    try:
        found = arxiv_api.read_answer(data, TODAY)
    except SourceError:
        return
    for key, learned in found.items():
        assert key.startswith("arxiv:") and learned.title
        assert "\x1b" not in repr(learned.authors) + learned.title


def feed(data: bytes) -> None:
    """A feed, read as a digest."""
    with contextlib.suppress(SourceError):
        parse_all(source_from_bytes(data, "/feed.xml"))


def said(data: bytes) -> None:
    """What a source answers: known by itself, taken apart into items, and made digests of."""
    kind, rest = data[:1], data[1:]
    media = ("", "text/html", "application/rss+xml", "application/json", "text/markdown")[(kind or b"\0")[0] % 5]
    charset = (None, "euc-kr", "utf-16", "latin-1")[(kind or b"\0")[0] // 5 % 4]
    moment = datetime(2026, 11, 29, tzinfo=UTC)
    answer = Answer("https://example.org/a", None, media, charset, rest, Validators(), False, moment, None)
    with contextlib.suppress(SourceError):
        _, brought = kinds.read_answer(answer, kinds.text_of(answer), kinds.KINDS)
        items = {each.id: each._replace(whole=item_digests.is_whole(each)) for each in kinds.sane(brought.items, TODAY)}
        made = item_digests.digests_of("https://example.org/a", brought.title, items, items.keys())
        for group in made.incoming:
            for each in group:
                assert "\x1b" not in repr(each.parsed.entries)


def letter(data: bytes) -> None:
    """A letter of a mailbox."""
    with tempfile.TemporaryDirectory(dir=_SHORT_LIVED) as folder:
        box = Path(folder) / "in.mbox"
        box.write_bytes(data)
        with contextlib.suppress(SourceError):
            items, _ = mailbox.letters_in(box, ())
            item_digests.digests_of("/in.mbox", "in", {each.id: each for each in items}, [each.id for each in items])


def page(data: bytes) -> None:
    """A page, read as a digest."""
    with contextlib.suppress(SourceError):
        parse_all(source_from_bytes(data, "/page.html"))


def kept(data: bytes) -> None:
    """The files that are kept of hosts and of papers."""
    _PLACE.mkdir(exist_ok=True)
    (_PLACE / "arxiv.org.json").write_bytes(data)
    time = _Still()
    assert Pacing(_PLACE, time).next_time("arxiv.org") - time.now() <= headers.LONGEST_WAIT
    for content in (data, sealed(data) if data.endswith(b"}") else data):
        (_PLACE / "2307.json").write_bytes(content)
        with contextlib.suppress(StoreError):
            LearnedStore(_PLACE, None, []).of("arxiv:2307.00001")


class _Still:
    def now(self) -> float:
        return 1_690_200_000.0

    def sleep(self, seconds: float) -> None:
        """At once."""


_ATOM = str(
    arxiv(Paper("2307.00001", doi="10.5555/a", journal="J"))(
        Request("", "", {"id_list": ["2307.00001"]}, Message())
    ).body
).encode()
_FEED = (
    b"<rss><channel><title>t</title><item><title>Owls</title><link>https://arxiv.org/abs/2307.00001</link>"
    b"<pubDate>Mon, 24 Jul 2023 12:00:00 GMT</pubDate><description>&lt;p&gt;x&lt;/p&gt;</description></item>"
    b"</channel></rss>"
)
_PAGE = (
    b"<html><body><h1>Week</h1><ul><li><a href='https://arxiv.org/abs/2307.00001'>Owls</a> x</li></ul>"
    b"<table><tr><td>y</td></tr></table></body></html>"
)
_LEARNED = b'{"schema_version":1,"papers":{"arxiv:2307.00001":{"asked":"2026-11-29","title":"x","authors":["a"]}}}'

TARGETS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "address": (
        address,
        [b"https://me:w@example.org:80/a%20?b=c#d", "http://예시.example/가?token=x".encode(), b"//[::1]/"],
    ),
    "header": (
        header,
        [b"Mon, 24 Jul 2023 12:02:00 GMT", b"max-age=60, no-cache", b"gzip, deflate", b"text/html;charset=utf-8"],
    ),
    "packed": (packed, [gzip.compress(b"lantern " * 9), zlib.compress(b"lantern " * 9)]),
    "answer": (
        answer,
        [
            b'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nETag: "a"\r\n\r\nabc',
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
            b"HTTP/1.0 301 X\r\nLocation: /a\r\nContent-Encoding: gzip\r\n\r\n",
        ],
    ),
    "atom": (atom, [_ATOM]),
    "feed": (feed, [_FEED, b'<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>O</title></entry></feed>']),
    "page": (page, [_PAGE]),
    "said": (
        said,
        [
            b"\x02" + _FEED,
            b"\x01" + _PAGE + b'<link rel="alternate" type="application/rss+xml" href="/feed">',
            b'\x03{"version": "https://jsonfeed.org/version/1.1", "title": "t", "items": [{"id": "1", "title": "x"}]}',
            b'\x03[{"paper": {"id": "2307.00001", "title": "Owls", "summary": "x", "upvotes": 3}}]',
            b"\x04# 2023-07-24\n\n- [Owls](https://arxiv.org/abs/2307.00001)\n",
        ],
    ),
    "letter": (
        letter,
        [
            b"From a@b Mon Jul 24 12:00:00 2023\nSubject: =?utf-8?q?Owls?=\nDate: Mon, 24 Jul 2023 12:00:00\n\nhttp://a.b/\n"
        ],
    ),
    "kept": (kept, [b'{"last": 1.0, "not_before": 2.0}', _LEARNED]),
}
"""By name: what is given bytes, and some that are well formed."""


def by_chance(seeds: list[bytes], runs: int, seed: int = 7) -> Iterator[bytes]:
    """Seeds, changed here and there: bytes flipped, put in, taken out, doubled, and parts of two seeds joined."""
    chance = random.Random(seed)
    yield from seeds
    for _ in range(runs - len(seeds)):
        data = bytearray(chance.choice(seeds))
        for _ in range(chance.randint(1, 6)):
            at = chance.randint(0, len(data))
            kind = chance.randrange(5)
            if kind == 0 and data:
                data[at % len(data)] = chance.randrange(256)
            elif kind == 1:
                data[at:at] = bytes(chance.randrange(256) for _ in range(chance.randint(1, 4)))
            elif kind == 2:
                del data[at : at + chance.randint(1, 9)]
            elif kind == 3:
                data[at:at] = data[at : at + chance.randint(1, 40)] * chance.randint(1, 30)
            else:
                data[at:] = chance.choice(seeds)[chance.randint(0, at) :]
        yield bytes(data[:50_000])


def _ours() -> list[FunctionType]:
    """The functions and methods of the program that are loaded."""
    modules = [module for name, module in sys.modules.items() if name.startswith("tui_digest.")]
    classes = [each for module in modules for each in vars(module).values() if isinstance(each, type)]
    places = [*modules, *(each for each in classes if each.__module__.startswith("tui_digest."))]
    found = {id(each): each for place in places for each in vars(place).values() if isinstance(each, FunctionType)}
    return [each for each in found.values() if each.__module__.startswith("tui_digest.")]


def main(argv: list[str]) -> int:
    """Runs one target."""
    if len(argv) != 2 or argv[0] not in TARGETS:
        print(f"python -m tests.fuzz {{{','.join(TARGETS)}}} RUNS")
        return 2
    (target, seeds), runs = TARGETS[argv[0]], int(argv[1])
    warnings.simplefilter("ignore")
    try:
        import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]
    except ImportError:
        for data in by_chance(seeds, runs, seed=random.randrange(1 << 30)):
            target(data)
        print(f"{argv[0]}: {runs} by chance, nothing found")
        return 0
    with tempfile.TemporaryDirectory() as folder:
        for number, data in enumerate(seeds):
            (Path(folder) / str(number)).write_bytes(data)
        for function in _ours():
            atheris.instrument_func(function)
        atheris.Setup(["fuzz", f"-runs={runs}", "-max_len=20000", "-timeout=60", "-rss_limit_mb=2048", folder], target)
        atheris.Fuzz()
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
