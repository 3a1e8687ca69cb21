"""The Merkle tree over all sealed events, its signed heads, and proofs from it."""
