"""What is ours in the comparison: a service of two lines on the kit, and the real gateway with a row for it."""
