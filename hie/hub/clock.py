"""The clock of a running hub: the one of the house."""

from hie.clock import SystemClock

__all__ = ["SystemClock"]
