"""The network. `client.py` has `Web`, which fetches; import it only where something is about to be fetched, since it
is slow to load.

`address.py` reads addresses and hides passwords in them, `answer.py` has the records of an answer, `headers.py` reads
its header lines, `body.py` decompresses its content, `download.py` continues downloads, `pacing.py` decides when a host
may be asked again, `network.py` has sockets, proxies, TLS, and the rule which addresses may be reached.
"""
