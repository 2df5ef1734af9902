"""`Web`: one request, its redirects and repetitions, against a real server and its faults."""

from __future__ import annotations

import base64
import gc
import gzip
import socket
import sys
import zlib
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.server import HASTY, PATIENT, PassedTime, Reply, Request, Server, certificate, fetching, moved
from tui_digest import __version__
from tui_digest.errors import SourceError
from tui_digest.paths import Paths
from tui_digest.settings.config import Settings
from tui_digest.sources.web import network
from tui_digest.sources.web.answer import Validators
from tui_digest.sources.web.client import REDIRECTS, Web
from tui_digest.sources.web.network import Nearness, Network, Timeouts, Watch


def failure(paths: Paths, url: str, **options: object) -> SourceError:
    with pytest.raises(SourceError) as caught:
        fetching(paths).get(url, user_named=True, **options)  # type: ignore[arg-type]
    return caught.value


def test_an_answer_tells_what_the_server_said(paths: Paths, server: Server) -> None:
    page = "<p>한글</p>"
    url = server.put(
        "/page",
        Reply(page, media="Text/HTML; Charset=UTF-8", etag='"a"', headers={"Cache-Control": "public, max-age=600"}),
    )
    answer = fetching(paths).get(url + "#part", user_named=True)
    assert answer.body.decode() == page
    assert (answer.url, answer.moved_to, answer.media_type, answer.charset) == (url, None, "text/html", "utf-8")
    assert (answer.validators, answer.not_modified, answer.max_age) == (Validators('"a"'), False, 600)
    assert answer.fetched == datetime.fromtimestamp(PassedTime().now(), UTC)


def test_who_asks_says_so(paths: Paths, server: Server) -> None:
    fetching(paths).get(server.put("/", Reply("x")), user_named=True, accept="application/atom+xml")
    told = server.requests[0].headers
    assert told["User-Agent"].startswith(f"tui-digest/{__version__}")
    assert told["Accept-Encoding"] == "gzip, deflate"
    assert told["Accept"] == "application/atom+xml"
    assert told["Host"] == f"127.0.0.1:{server.port}"
    assert told["Authorization"] is None


@pytest.mark.parametrize(
    "reply",
    [Reply("same", etag='W/"7"'), Reply("same", modified="Wed, 21 Oct 2015 07:28:00 GMT")],
    ids=["etag", "date"],
)
def test_what_did_not_change_is_not_sent_again(paths: Paths, server: Server, reply: Reply) -> None:
    url = server.put("/feed", reply)
    web = fetching(paths)
    first = web.get(url, user_named=True)
    again = web.get(url, user_named=True, validators=first.validators)
    assert (again.not_modified, again.body, again.validators) == (True, b"", first.validators)


def test_nothing_changed_is_no_answer_to_who_did_not_ask(paths: Paths, server: Server) -> None:
    url = server.put("/", Reply(status=304))
    assert failure(paths, url).message_id == "web.status"


def test_an_answer_that_is_not_read_is_closed(paths: Paths, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", told.append)  # what Python 3.13 prints on the user's screen
    for status in (304, 404, 500):
        failure(paths, server.put(f"/{status}", Reply("body" * 1000, status=status)))
    failure(paths, server.put("/long", Reply("body" * 1000)), limit=10)
    gc.collect()
    assert told == []


@pytest.mark.parametrize("packed", ["gzip", "deflate"])
@pytest.mark.parametrize("chunked", [False, True])
def test_packed_bodies_are_unpacked(paths: Paths, server: Server, packed: str, chunked: bool) -> None:
    text = "가나다 lantern " * 20_000
    url = server.put("/", Reply(text, packed=packed, chunked=chunked))  # type: ignore[arg-type]
    assert fetching(paths).get(url, user_named=True).body.decode() == text


def test_a_deflate_without_a_head_and_gzip_in_parts(paths: Paths, server: Server) -> None:
    bare = zlib.compressobj(wbits=-15)
    raw = bare.compress(b"plain " * 50) + bare.flush()
    url = server.put("/raw", Reply(raw, headers={"Content-Encoding": "deflate"}))
    assert fetching(paths).get(url, user_named=True).body == b"plain " * 50
    parts = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 7
    url = server.put("/parts", Reply(parts, headers={"Content-Encoding": "x-gzip"}))
    assert fetching(paths).get(url, user_named=True).body == b"one two"


FAULTS = {
    "silent": (Reply(fault="silent"), "web.timeout"),
    "stalled": (Reply("half" * 99, fault="stall"), "web.timeout"),
    "cut": (Reply("half" * 99, fault="cut"), "web.cut"),
    "cut in a chunk": (Reply("half" * 99, fault="cut", chunked=True), "web.cut"),
    "cut while packed": (Reply(gzip.compress(b"x" * 99)[:-9], headers={"Content-Encoding": "gzip"}), "web.cut"),
    "longer than told": (Reply("text" * 99, fault="short"), "web.length"),
    "shorter than told": (Reply("text" * 99, fault="long"), "web.cut"),
    "two lengths": (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"), "web.length"),
    "no length": (Reply(raw=b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nab"), "web.length"),
    "endless": (Reply(fault="endless"), "web.too_large"),
    "large": (Reply(b"a" * 300_000), "web.too_large"),
    "bomb": (Reply(b"\0" * 9_000_000, packed="gzip"), "web.too_large"),
    "bomb in a bomb": (Reply(b"\x1f", packed="gzip", headers={"content-encoding": "gzip"}), "web.encoding"),
    "not asked for": (Reply(b"\x8b", headers={"Content-Encoding": "br"}), "web.encoding"),
    "garbled": (Reply(b"this is no gzip", headers={"Content-Encoding": "gzip"}), "web.garbled"),
    "no HTTP": (Reply(raw=b"SSH-2.0-OpenSSH_9.6\r\n"), "web.malformed"),
    "nothing": (Reply(raw=b""), "web.malformed"),
    "a head of headers": (Reply(raw=b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 300 + b"\r\n"), "web.malformed"),
    "a head without end": (Reply(raw=b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70_000 + b"\r\n\r\n"), "web.malformed"),
    "a chunk of no size": (Reply(raw=b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab"), "web.cut"),
    "missing": (Reply(status=404), "web.status"),
    "gone": (Reply(status=410), "web.status"),
}  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS)
def test_half_an_answer_is_none(paths: Paths, server: Server, fault: str) -> None:
    reply, expected = FAULTS[fault]
    url = server.put("/", reply)
    web = fetching(paths, timeouts=HASTY if expected == "web.timeout" else PATIENT)
    with pytest.raises(SourceError) as caught:
        web.get(url, user_named=True, limit=200_000)
    assert (caught.value.message_id, caught.value.details["url"]) == (expected, url)


def test_a_header_that_never_ends_is_left(paths: Paths, server: Server) -> None:
    url = server.put("/", Reply(fault="drip"))
    web = fetching(paths, timeouts=Timeouts(5.0, 5.0, 0.3))
    with pytest.raises(SourceError) as caught:
        web.get(url, user_named=True)
    assert caught.value.message_id == "web.timeout"


def test_an_answer_without_a_length_ends_with_the_line(paths: Paths, server: Server) -> None:
    url = server.put("/", Reply(raw=b"HTTP/1.0 200 OK\r\n\r\nall of it"))
    assert fetching(paths).get(url, user_named=True).body == b"all of it"


def test_who_cancels_need_not_wait(paths: Paths, server: Server) -> None:
    url = server.put("/", Reply("half" * 99, fault="stall"))
    web = fetching(paths)
    with pytest.raises(SourceError) as caught:
        web.get(url, user_named=True, cancelled=lambda: bool(server.requests))
    assert caught.value.message_id == "web.cancelled"


def test_progress_is_told(paths: Paths, server: Server) -> None:
    seen: list[tuple[int, int | None]] = []
    url = server.put("/", Reply(b"a" * 200_000))
    fetching(paths).get(url, user_named=True, progress=lambda *told: seen.append(told))
    assert seen[-1] == (200_000, 200_000)
    assert len(seen) > 1


def test_nobody_listens(paths: Paths) -> None:
    with Server() as server:
        url = server.url
    assert failure(paths, url).message_id == "web.unreachable"
    assert failure(paths, "http://no.such.host.invalid/").message_id == "web.unreachable"


def test_where_one_address_of_a_host_does_not_answer_the_next_is_asked(
    paths: Paths, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, connect, tried = server.put("/", Reply("second")), network.connect_to, []

    def first_is_silent(connection: socket.socket, place: tuple[str, int], watch: Watch, patience: float) -> None:
        tried.append((place[0], patience < watch.timeouts.connect))
        if place[0] == "127.0.0.3":
            raise TimeoutError
        connect(connection, place, watch, patience)

    monkeypatch.setattr(network, "connect_to", first_is_silent)

    def resolver(host: str, port: int) -> list[tuple[object, ...]]:
        known = {"both": ("127.0.0.3", "127.0.0.1"), "silent": ("127.0.0.3",)}
        return [place for each in known[host] for place in network.resolve(each, port)]

    web = Web(Settings(), paths, network=Network({}, resolver), timekeeper=PassedTime(), timeouts=PATIENT)
    assert web.get(url.replace("127.0.0.1", "both"), user_named=True).body == b"second"
    assert tried == [("127.0.0.3", True), ("127.0.0.1", False)]
    with pytest.raises(SourceError) as caught:
        web.get(url.replace("127.0.0.1", "silent"), user_named=True)
    assert caught.value.message_id == "web.timeout"


# --- redirects ---------------------------------------------------------------------------------------------------


def test_permanent_redirects_are_told(paths: Paths, server: Server) -> None:
    end = server.put("/end", Reply("here"))
    start = server.put("/start", moved("/next", 301))
    server.put("/next", moved(end, 308))
    answer = fetching(paths).get(start, user_named=True)
    assert (answer.url, answer.moved_to, answer.body) == (end, end, b"here")
    server.put("/next", moved(end, 307))
    answer = fetching(paths).get(start, user_named=True)
    assert (answer.url, answer.moved_to) == (end, None)


def test_redirects_may_be_written_in_other_alphabets(paths: Paths, server: Server) -> None:
    server.put("/%EC%A3%BC%EA%B0%84", Reply("weekly"))
    target = "/주간".encode()
    url = server.put("/", Reply(raw=b"HTTP/1.1 302 X\r\nLocation: %b\r\nContent-Length: 0\r\n\r\n" % target))
    assert fetching(paths).get(url, user_named=True).body == b"weekly"


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://127.0.0.1/x", "javascript:alert(1)", "data:,x"])
def test_no_redirect_leads_off_the_web(paths: Paths, server: Server, to: str) -> None:
    assert failure(paths, server.put("/", moved(to))).message_id == "web.scheme"


def test_circles_and_chains_of_redirects_end(paths: Paths, server: Server) -> None:
    server.put("/a", moved("/b"))
    server.put("/b", moved("/a"))
    assert failure(paths, server.url + "/a").message_id == "web.redirects"
    assert len(server.requests) == 2
    server.put("/chain", lambda request: moved(f"/chain?{len(server.requests)}"))
    server.requests.clear()
    assert failure(paths, server.url + "/chain").message_id == "web.redirects"
    assert len(server.requests) == REDIRECTS + 1


def test_a_redirect_to_nowhere_is_malformed(paths: Paths, server: Server) -> None:
    assert failure(paths, server.put("/", Reply(status=302))).message_id == "web.malformed"


# --- whose network -----------------------------------------------------------------------------------------------

WORLD = {"127.0.0.1": Nearness.PUBLIC, "127.0.0.2": Nearness.NETWORK, "127.0.0.3": Nearness.MACHINE}


def test_the_own_network_is_reached_where_the_user_named_it(paths: Paths, server: Server) -> None:
    url = server.put("/", Reply("mine"))
    assert fetching(paths).get(url, user_named=True).body == b"mine"
    with pytest.raises(SourceError) as caught:
        fetching(paths).get(url)
    assert caught.value.message_id == "web.private"
    assert len(server.requests) == 1


@pytest.mark.parametrize("user_named", [True, False])
def test_no_redirect_leads_from_outside_into_the_own_network(paths: Paths, server: Server, user_named: bool) -> None:
    with Server("127.0.0.2") as inside:
        inside.put("/", Reply("secret"))
        url = server.put("/", moved(inside.url + "/"))
        with pytest.raises(SourceError) as caught:
            fetching(paths, near=WORLD).get(url, user_named=user_named)
        assert caught.value.message_id == "web.private"
        assert inside.requests == []


def test_a_name_that_is_public_first_and_private_then_does_not_help(paths: Paths, server: Server) -> None:
    # The name is looked up anew for each hop; what counts is the address that is connected to.
    with Server("127.0.0.2") as inside:
        names = {"rebound.example": "127.0.0.1"}

        def turn(_: Request) -> Reply:
            names["rebound.example"] = "127.0.0.2"
            return moved(f"http://rebound.example:{inside.port}/")

        server.put("/", turn)
        with pytest.raises(SourceError) as caught:
            fetching(paths, names=names, near=WORLD).get(f"http://rebound.example:{server.port}/", user_named=True)
        assert caught.value.message_id == "web.private"
        assert (len(server.requests), inside.requests) == (1, [])


def test_within_the_own_network_redirects_lead_no_nearer(paths: Paths) -> None:
    with Server("127.0.0.2") as network, Server("127.0.0.3") as machine:
        machine.put("/", Reply("localhost"))
        network.put("/there", Reply("there"))
        inward = network.put("/inward", moved(machine.url + "/"))
        along = network.put("/along", moved("/there"))
        web = fetching(paths, near=WORLD)
        assert web.get(along, user_named=True).body == b"there"
        with pytest.raises(SourceError) as caught:
            web.get(inward, user_named=True)
        assert caught.value.message_id == "web.private"
        assert machine.requests == []


# --- passwords ---------------------------------------------------------------------------------------------------


def test_a_password_is_sent_to_its_own_host_only(paths: Paths, server: Server) -> None:
    with Server("127.0.0.2") as other:
        server.put("/", moved("/inside", 301))
        server.put("/inside", moved(other.put("/", Reply("x")), 301))
        url = f"http://kim:p%40ss@127.0.0.1:{server.port}/"
        answer = fetching(paths, near=WORLD | {"127.0.0.2": Nearness.PUBLIC}).get(url, user_named=True)
        expected = "Basic " + base64.b64encode(b"kim:p@ss").decode()
        assert [each.headers["Authorization"] for each in server.requests] == [expected, expected]
        assert other.requests[0].headers["Authorization"] is None
        assert (answer.url, answer.moved_to) == (other.url + "/", other.url + "/")


def test_a_moved_address_keeps_its_password_and_no_other_field_has_it(paths: Paths, server: Server) -> None:
    server.put("/", moved("/inside", 301))
    server.put("/inside", Reply("x"))
    web = fetching(paths)
    answer = web.get(f"http://kim:secret@127.0.0.1:{server.port}/", user_named=True)
    assert answer.moved_to == f"http://kim:secret@127.0.0.1:{server.port}/inside"
    assert "secret" not in repr(replace(answer, moved_to=None))
    server.put("/inside", Reply(status=403))
    with pytest.raises(SourceError) as caught:
        web.get(f"http://kim:secret@127.0.0.1:{server.port}/?token=hidden", user_named=True)
    assert "secret" not in repr(caught.value)
    assert "hidden" not in repr(caught.value)


# --- patience ----------------------------------------------------------------------------------------------------


def test_a_host_that_has_too_much_to_do_is_waited_for(paths: Paths, server: Server) -> None:
    url = server.put("/", [Reply(status=429, headers={"Retry-After": "20"}), Reply("now")])
    time = PassedTime()
    assert fetching(paths, time=time).get(url, user_named=True).body == b"now"
    assert time.waited == 20


def test_a_host_that_asks_for_long_is_left_alone_by_later_runs_too(paths: Paths, server: Server) -> None:
    url = server.put("/", [Reply(status=503, headers={"Retry-After": "7200"}), Reply("now")])
    time = PassedTime()
    for _ in range(2):  # the second `Web` is another run: it knows from the file, and does not ask
        with pytest.raises(SourceError) as caught:
            fetching(paths, time=time).get(url, user_named=True)
        assert caught.value.message_id == "web.later"
        assert (len(server.requests), time.waited) == (1, 0)
    time.seconds += 7201
    assert fetching(paths, time=time).get(url, user_named=True).body == b"now"


def test_without_a_time_told_waits_grow_until_another_run(paths: Paths, server: Server) -> None:
    url = server.put("/", Reply(status=429))
    time = PassedTime()
    with pytest.raises(SourceError) as caught:
        fetching(paths, time=time).get(url, user_named=True)
    assert (caught.value.message_id, len(server.requests)) == ("web.later", 1)


def test_a_server_that_fails_is_asked_again_and_then_no_more(paths: Paths, server: Server) -> None:
    url = server.put("/", [Reply(status=502), Reply("back")])
    time = PassedTime()
    assert fetching(paths, time=time).get(url, user_named=True).body == b"back"
    assert time.waited == 2
    url = server.put("/broken", Reply(status=500))
    error = failure(paths, url)
    assert (error.message_id, error.details["status"]) == ("web.status", "500")
    assert server.asked.count("/broken") == 3


# --- TLS and proxies ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return certificate(tmp_path_factory.mktemp("tls"))


def test_a_certificate_nobody_knows_is_refused_and_the_users_own_is_taken(
    paths: Paths, pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Server(tls=pair) as server:
        url = server.put("/", Reply("safe"))
        error = failure(paths, url)
        assert (error.message_id, error.details["host"]) == ("web.tls", "127.0.0.1")
        monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
        assert fetching(paths).get(url, user_named=True).body == b"safe"
        other = fetching(paths, names={"elsewhere.example": "127.0.0.1"})
        with pytest.raises(SourceError) as caught:
            other.get(f"https://elsewhere.example:{server.port}/", user_named=True)
        assert caught.value.message_id == "web.tls"
        assert len(server.requests) == 1


def test_tls_asked_of_a_plain_server(paths: Paths, server: Server) -> None:
    assert failure(paths, server.url.replace("http:", "https:")).message_id == "web.tls"


def test_a_body_that_ends_without_tls_saying_so_is_cut(
    paths: Paths, pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    with Server(tls=pair) as server:
        url = server.put("/", Reply(raw=b"HTTP/1.0 200 OK\r\n\r\nhalf of"))
        assert failure(paths, url).message_id == "web.cut"


def test_a_proxy_is_asked_where_the_environment_says(paths: Paths, server: Server) -> None:
    server.put("/page", Reply("by proxy"))
    environ = {"http_proxy": f"http://me:word@127.0.0.1:{server.port}", "no_proxy": "other.example"}
    web = fetching(paths, environ=environ)
    assert web.get("http://far.example/page?a=1").body == b"by proxy"
    request = server.requests[0]
    assert request.target == "http://far.example/page?a=1"
    assert request.headers["Proxy-Authorization"] == "Basic " + base64.b64encode(b"me:word").decode()
    assert request.headers["Host"] == "far.example"


def test_tls_goes_through_a_proxy(
    paths: Paths, server: Server, pair: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(pair[0]))
    with Server(tls=pair) as there:
        there.put("/", Reply("safe", headers={"X": "y"}))
        environ = {"HTTPS_PROXY": f"127.0.0.1:{server.port}"}
        # The proxy looks the name up itself: it must be one that leads there.
        web = fetching(paths, environ=environ, near={"127.0.0.1": Nearness.PUBLIC})
        assert web.get(f"https://127.0.0.1:{there.port}/").body == b"safe"
        assert server.asked == [f"127.0.0.1:{there.port}"]
        assert there.requests[0].headers["Proxy-Authorization"] is None


def test_behind_a_proxy_a_redirect_to_a_private_number_is_refused(paths: Paths, server: Server) -> None:
    server.put("/", moved("http://192.168.0.1/admin"))
    web = fetching(paths, environ={"all_proxy": server.url})
    with pytest.raises(SourceError) as caught:
        web.get("http://far.example/", user_named=True)
    assert (caught.value.message_id, len(server.requests)) == ("web.private", 1)


def test_a_proxy_that_cannot_be_used_is_told_without_its_password(paths: Paths) -> None:
    web = fetching(paths, environ={"http_proxy": "socks5://me:word@127.0.0.1:1"})
    with pytest.raises(SourceError) as caught:
        web.get("http://far.example/")
    assert caught.value.message_id == "web.proxy"
    assert "word" not in repr(caught.value)
