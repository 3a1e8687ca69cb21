"""Who comes to a gathering: answers, and the line of those who wait for a place."""
