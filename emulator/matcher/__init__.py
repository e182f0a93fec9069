"""Matchers: does a text, a header or a part of a JSON body fit what was asked?

The same forms serve a scenario's `expect` and every query: an exact value, `{contains: text}` or `{matches: regex}`.
"""

from emulator.matcher.call import CallMatcher
from emulator.matcher.response import ResponseMatcher, response_shape
from emulator.matcher.value import Matcher, matcher_shape

__all__ = ["CallMatcher", "Matcher", "ResponseMatcher", "matcher_shape", "response_shape"]
