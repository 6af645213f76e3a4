"""One module a measure, or a few that share their contenders."""
