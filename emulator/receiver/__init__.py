"""A receiver of webhooks: checks signatures as an application should, answers as told, and keeps what came.

    async with Receiver(profile, "secret", Replies(parse_answers("503,503,200"))) as receiver:
        ...                                 # send to receiver.url
        receiver.received                   # what came, in order

It stands in for an application: in the demonstration, in tests, and behind `webhook-emulator listen`. The receiver
itself stands in `emulator.receiver.server`, apart from here, because importing it brings aiohttp.
"""

from emulator.receiver.answer import Answer, Replies, parse_answer, parse_answers
from emulator.receiver.received import Received

__all__ = ["Answer", "Received", "Replies", "parse_answer", "parse_answers"]
