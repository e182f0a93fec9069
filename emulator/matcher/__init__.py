"""Matchers: does a text, a header or a part of a JSON body fit what was asked?

The same forms serve a scenario's `expect`, its routes and every query: an exact value, `{contains: text}` or
`{matches: regex}`.
"""

from emulator.matcher.message import Message, MessageMatcher, message_shape
from emulator.matcher.value import Matcher, matcher_shape

__all__ = ["Matcher", "Message", "MessageMatcher", "matcher_shape", "message_shape"]
