"""Emulated clocks: when is a moment of the run, in the time of the machine?"""

from emulator.clock.jumping import InstantClock, ManualClock
from emulator.clock.moving import MovingClock
from emulator.clock.seam import Clock, Ticks, clock_for

__all__ = ["Clock", "InstantClock", "ManualClock", "MovingClock", "Ticks", "clock_for"]
