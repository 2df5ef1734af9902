"""How near an address is, and which proxy the environment names."""

from __future__ import annotations

import pytest

from tui_digest.errors import SourceError
from tui_digest.sources.web.address import read_address
from tui_digest.sources.web.network import Nearness, Network, nearness

PUBLIC, NETWORK, MACHINE, LINK = Nearness


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("93.184.216.34", PUBLIC), ("2606:2800:220:1:248:1893:25c8:1946", PUBLIC), ("10.0.0.1", NETWORK),
        ("172.16.5.4", NETWORK), ("192.168.1.1", NETWORK), ("100.64.0.1", NETWORK), ("198.18.0.1", NETWORK),
        ("fd00::1", NETWORK), ("240.0.0.1", NETWORK), ("255.255.255.255", NETWORK), ("127.0.0.1", MACHINE),
        ("127.9.9.9", MACHINE), ("0.0.0.0", MACHINE), ("0.1.2.3", MACHINE), ("::1", MACHINE), ("::", MACHINE),
        ("169.254.169.254", LINK), ("fe80::1", LINK), ("fe80::1%eth0", LINK), ("224.0.0.1", LINK), ("ff02::1", LINK),
        # Those that wrap another.
        ("::ffff:127.0.0.1", MACHINE), ("::ffff:10.0.0.1", NETWORK), ("::ffff:93.184.216.34", PUBLIC),
        ("::127.0.0.1", MACHINE), ("64:ff9b::7f00:1", MACHINE), ("64:ff9b::a00:1", NETWORK), ("2002:7f00:1::", MACHINE),
        ("2002:c0a8:101::", NETWORK), ("64:ff9b::5db8:d822", PUBLIC),
    ],
)  # fmt: skip
def test_how_near_an_address_is(address: str, expected: Nearness) -> None:
    assert nearness(address) == expected


@pytest.mark.parametrize(
    ("url", "environ", "proxy"),
    [
        ("http://a.example/", {}, None),
        ("http://a.example/", {"http_proxy": "http://p:3128"}, "http://p:3128/"),
        ("http://a.example/", {"HTTP_PROXY": "p:3128"}, "http://p:3128/"),
        ("https://a.example/", {"http_proxy": "http://p:3128"}, None),
        ("https://a.example/", {"https_proxy": "http://p:3128"}, "http://p:3128/"),
        ("https://a.example/", {"all_proxy": "http://p:3128"}, "http://p:3128/"),
        ("http://localhost:8000/", {"http_proxy": "p:3128"}, None),
        ("http://127.0.0.1:8000/", {"http_proxy": "p:3128"}, None),
        ("http://a.example/", {"http_proxy": "p:3128", "no_proxy": "*"}, None),
        ("http://a.example/", {"http_proxy": "p:3128", "no_proxy": "b.example, .example"}, None),
        ("http://aexample/", {"http_proxy": "p:3128", "no_proxy": "example"}, "http://p:3128/"),
        ("http://a.example:81/", {"http_proxy": "p:3128", "NO_PROXY": "a.example:81"}, None),
        ("http://a.example/", {"http_proxy": "p:3128", "NO_PROXY": "a.example:81"}, "http://p:3128/"),
        ("http://10.1.2.3/", {"http_proxy": "p:3128", "NO_PROXY": "10.0.0.0/8"}, None),
        ("http://[fd00::1]/", {"http_proxy": "p:3128", "NO_PROXY": "fd00::/8"}, None),
        ("http://11.1.2.3/", {"http_proxy": "p:3128", "NO_PROXY": "10.0.0.0/8,nonsense/99"}, "http://p:3128/"),
    ],
)
def test_proxies_of_the_environment(url: str, environ: dict[str, str], proxy: str | None) -> None:
    found = Network(environ).proxy_of(read_address(url))
    assert (found.public if found else None) == proxy


@pytest.mark.parametrize("told", ["socks5://p:1", "https://p:1", "http://", "p:x"])
def test_proxies_that_cannot_be_used(told: str) -> None:
    with pytest.raises(SourceError) as caught:
        Network({"http_proxy": told}).proxy_of(read_address("http://a.example/"))
    assert caught.value.message_id == "web.proxy"
