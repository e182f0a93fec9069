"""What the account can still pay. Every check costs one credit, a bulk file one for each record."""

from __future__ import annotations

CODE = "credit_message"
MESSAGE = "Credit limit reached!"


class Credit:
    """The credits that are left; None: any number."""

    def __init__(self, left: int | None) -> None:
        self._left = left

    def pays(self, checks: int = 1) -> bool:
        """Pay for so many checks; if they cannot be paid, nothing is taken."""
        if self._left is None:
            return True
        if checks > self._left:
            return False
        self._left -= checks
        return True
