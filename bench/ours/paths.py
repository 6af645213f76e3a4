"""What is measured through the gateway: the measuring service, read through each time or kept; cases, never kept."""

READ_THROUGH, KEPT = "/api/v1/bench/through", "/api/v1/bench/kept"
CASES = "/api/v1/bench/cases"
