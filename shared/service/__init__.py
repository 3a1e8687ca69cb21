"""The application factory, the server and the runner that all services share."""
