"""Verifying: is on record what should be, and nothing else? Answered as soon as nothing can change the answer.

question.py      what is asked
decision.py      the verdict, from what was found; pure
bell.py          who waits is told of new records
verification.py  one question on its way to its answer
"""

from emulator.verifying.bell import Bell
from emulator.verifying.question import Part, Question
from emulator.verifying.verification import Verification

__all__ = ["Bell", "Part", "Question", "Verification"]
