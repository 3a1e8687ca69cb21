"""The one public API document of a pod, merged from what each service says about itself: `python -m ops.openapi`."""
