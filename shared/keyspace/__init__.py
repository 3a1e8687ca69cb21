"""A territory's part of Redis or Valkey; the only importer of redis."""
