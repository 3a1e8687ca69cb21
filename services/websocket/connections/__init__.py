"""One socket each: who is on it, what it waits for, what waits for it."""
