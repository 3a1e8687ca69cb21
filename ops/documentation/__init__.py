"""Documents that are generated from code, so that they cannot drift: `python -m ops.documentation` writes them."""
