"""Communities: founding, reading."""
