"""What ours is measured against: the usual ways to do the same, each tuned as well as its library lets one."""
