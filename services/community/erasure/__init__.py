"""What erased persons wrote."""
