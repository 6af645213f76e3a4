"""新闻: what the district's newsroom publishes."""
