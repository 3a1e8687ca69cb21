"""Access tokens that people make for their programs, and those of service accounts."""
