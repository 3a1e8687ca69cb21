"""What the API document says of requests, kept at the door: what it refuses never reaches a service."""
