"""Open311 GeoReport v2: the public cases, and partners' reports, as other programs know them."""
