"""The network. `client.py` has `Web`, which fetches; it is loaded by those who are about to fetch, and by nobody else.

`address.py` reads addresses and hides what is private in them, `answer.py` is what a server said, `headers.py` its
lines, `body.py` its content, `pacing.py` when a host may be asked again, `network.py` sockets, proxies, TLS, and
which addresses are near.
"""
