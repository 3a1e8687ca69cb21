"""One history of migrations, run in the schema of every territory, all at once, each on its own."""
