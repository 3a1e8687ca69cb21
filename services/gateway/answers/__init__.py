"""What the gateway adds to every answer: who may read it, how a browser must take it, and in which encoding it goes."""
