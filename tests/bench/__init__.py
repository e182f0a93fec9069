"""Benchmarks: what the emulator costs, told as a ratio to a yardstick that is run in turn with it.

    python -m tests.bench [--only 1,9] [--pairs 7] [--check] [--json]

    __main__.py    the command
    rows.py          the rows; what is measured, and the bars and goals it is held to, stands in
    engine_rows.py   the engine without a server, and commands
    server_rows.py   the server
    query_rows.py    questions asked over its API
    lines.py         a line of the table, and the sizes
    table.py         the printed table
    measuring.py     pairs of samples, each in a process of its own
    side.py          the process of one sample
    engine.py        our side of it
    yardstick.py     the other side: the bare thing, as fast as one would write it by hand
    server.py        a server under measurement, and a client
    crowd.py         many clients
    bare.py          the server's yardstick: one that only starts,
    relay.py         and one that relays
    crowded.py       our server over more attempts than it would keep
    filling.py       a journal of any size
    load.py          what both sides send
    receiver.py      the endpoint, in a process of its own

A bare rate says as much about the machine as about the code, so none is told. docs/performance.md explains the method.
"""
