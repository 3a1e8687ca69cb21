"""What a good password is, and how one is hashed without holding the loop."""
