"""What an operator does with what is kept: wrap keys anew, erase, purge, archive, back up and restore."""
