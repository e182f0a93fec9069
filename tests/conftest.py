"""Settings of every test."""

from hypothesis import settings

# Examples are not timed: how long one takes says more about the machine than about the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")
