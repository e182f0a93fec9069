"""A local stand-in for the senders of webhooks.

It plays the events of a scenario file to an endpoint as the real provider would: the same bytes, signatures,
retries and time-outs, on a clock the user controls, with every attempt on record. This file is the one home
of the version and imports nothing, so that asking for the version costs nothing.
"""

__version__ = "0.1.0"
