"""The pipeline of continuous integration as a document: checked, and done on this machine."""
