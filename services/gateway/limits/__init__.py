"""How often an address and an account may call: GCRA, shared by all gateways through Redis."""
