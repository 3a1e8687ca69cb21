"""Who belongs to a community: joining, leaving, listing."""
