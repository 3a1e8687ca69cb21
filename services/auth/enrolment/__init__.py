"""Setting up and removing second factors, and showing one to step up."""
