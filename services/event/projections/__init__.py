"""What is filled from the events: how far it is, and filling it anew."""
