"""The past of a data set: the figures that a history keeps of each run, and whether those of a new run leave it."""

from prefit.past.control import Departure, Event, Limits, departures
from prefit.past.figures import Estimate, Figures, Mark, Run, earlier_states

__all__ = [
    "Departure",
    "Estimate",
    "Event",
    "Figures",
    "Limits",
    "Mark",
    "Run",
    "departures",
    "earlier_states",
]
