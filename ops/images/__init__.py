"""What is in the images that are built of this project."""
