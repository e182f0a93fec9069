"""What makes a provider itself: its profile, how its bodies become bytes and how those are signed; and its file.

Nothing here sends or waits. `registry` finds a provider, `load` reads its file and lays overrides on it, `encoding`
and `signing` make what goes on the wire, `verification` checks it as a receiver should.
"""
