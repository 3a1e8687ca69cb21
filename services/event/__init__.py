"""The event service: the territory's record, and the proof that nobody changed it.

Owns the tables: seals (described in shared.events), sealer_terms, tree_nodes, tree_heads, witnessed_heads,
cosignatures.
Publishes: every sealed event of every service, in order, to JetStream; itself `event.decision.recorded`,
`event.witness.fork_seen`, `event.witness.fork_accepted`.
Publishes the view: published_event_store (the store's identity).
Consumes: nothing. Asks neighbours for their heads over HTTP.
Never: changes or deletes an event; decides what other services' events mean.
"""
