"""The websocket service: what happens, as it happens, and what was missed meanwhile.

Owns no table. Reads the event store by position and the views that say who may see what.
Consumes: every sealed event, from the head on, without a checkpoint: clients hold their own position.
Publishes: nothing.
Never: takes a token from a URL; lets one slow client hold up another; sends a client what it may not see.
"""
