"""What `./dev` does. Standard library only until the virtual environment exists."""
