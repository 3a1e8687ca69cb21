"""Letters to citizens by e-mail, and the tokens that some of them carry."""
