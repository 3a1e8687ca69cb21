"""Giving committed events their gapless positions and adding them to the Merkle tree."""
