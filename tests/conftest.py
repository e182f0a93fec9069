"""Settings of every test."""

from hypothesis import settings

# Examples are not timed: how long one takes says more about the machine than about the code.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# Applications with suites of their own, which tests/e2e/test_app_suites.py runs as their users would.
collect_ignore = ["apps"]
