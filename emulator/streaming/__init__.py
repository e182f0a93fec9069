"""The stream: every record, told to whoever reads along, once it is stored and in the order of recording.

position.py  where a reader stands
ring.py      the records told last, within a bound of bytes that all readers share
selection.py which records a reader asks for
stream.py    what is made goes in, what each reader has not seen comes out
"""

from emulator.streaming.position import Position
from emulator.streaming.selection import KINDS, Selection
from emulator.streaming.stream import Reader, Stream

__all__ = ["KINDS", "Position", "Reader", "Selection", "Stream"]
