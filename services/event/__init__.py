"""The event service: the territory's record, and the proof that nobody changed it.

Owns the tables: seals (described in shared.events), sealer_terms, tree_nodes, tree_heads.
Publishes: every sealed event of every service, in order, to JetStream; itself `event.decision.recorded`.
Publishes the view: published_event_store (the store's identity).
Consumes: nothing.
Never: changes or deletes an event; decides what other services' events mean.
"""
