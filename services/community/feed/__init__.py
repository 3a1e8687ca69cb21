"""The posts of many communities in one list."""
