"""The HTTP side of the event service."""

from services.event.appending.routes import router as appending
from services.event.audit.routes import router as audit
from services.event.catalogue.routes import router as catalogue
from services.event.decisions.routes import router as decisions
from services.event.parked.routes import router as parked
from services.event.persons.routes import router as persons
from services.event.projections.routes import router as projections
from services.event.proofs.bundle_routes import router as bundles
from services.event.proofs.routes import router as proofs
from services.event.state.routes import router as state
from services.event.streams.routes import router as streams
from services.event.witnesses.routes import router as witnesses

ROUTERS = (
    appending,
    persons,
    parked,
    projections,
    proofs,
    bundles,
    witnesses,
    catalogue,
    streams,
    state,
    audit,
    decisions,
)
