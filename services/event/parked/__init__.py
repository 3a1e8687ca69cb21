"""What consumers set aside: to be looked at, handled again, or given up."""
