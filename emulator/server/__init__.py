"""The HTTP API: one route table over the emulator, behind a guard.

    settings.py   what the server was told by flags and environment
    context.py    what every handler has at hand
    errors.py     the one form of errors
    routes.py     the route table; route.py, what it is made of
    reading.py    from a request to a Call, whose values are checked
    api/          the handlers, one resource a file
    guard.py      who may ask: Host, Origin, content types, token
    catalog.py    the scenarios that are loaded
    app.py        all of it as an aiohttp application
    serving.py    the application on a port, from the opening of its journal to the last flush
    log.py        the log, as text or JSON lines

It drives the emulator through its facade alone, and knows nothing of the command line.
"""
