"""HTTP calls that leave a service: the only importer of httpx in the library."""
