"""Language, time zone, look and mail."""
