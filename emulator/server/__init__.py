"""The HTTP API: one route table over the emulator, behind a guard.

    settings.py   what the server was told by flags and environment
    context.py    what every handler has at hand
    errors.py     the one form of errors
    routes.py     the route table
    guard.py      who may ask: Host, Origin, content types, token
    catalog.py    the scenarios that are loaded
    app.py        all of it as an aiohttp application
    serving.py    the application on a port, from the opening of its journal to the last flush
    log.py        the log, as text or JSON lines
"""
