"""The API's document, merged from all services, and pages to read it offline."""
