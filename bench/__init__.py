"""`./dev bench`: what the parts can do, as ratios against honest peers in the same run."""
