"""The list of decisions as a projection."""

from services.event.decisions.commands import list_recorded
from services.event.decisions.tables import decisions
from shared.events.catalogue.event import DecisionRecorded
from shared.events.projections import Projection

DECISIONS = Projection("decisions", 1, (decisions,), {DecisionRecorded: list_recorded})
