"""The HTTP API: one route table over the emulator, behind a guard.

    settings.py   what the server was told by flags and environment
    context.py    what every handler has at hand
    errors.py     the one form of errors
    routes.py     the route table; route.py, what it is made of
    reading.py    from a request to a Call, whose values are checked
    api/          the handlers, one resource a file
    admission.py  who may ask, decided without any I/O: Host, Origin, content types, token; guard.py applies it
    connection.py one connection: limits, and errors that never reach a route; listening.py, the sockets
    catalog.py    the scenarios that are loaded
    app.py        all of it as an aiohttp application
    serving.py    the application on a port, from the opening of its journal to the last flush
    log.py        the log, as text or JSON lines; telling.py, what it tells of runs; lines.py writes it

It drives the emulator through its facade alone, and knows nothing of the command line.
"""
