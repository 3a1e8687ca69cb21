"""Which types of events there are, described for whoever reads or proposes them."""
