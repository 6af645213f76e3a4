"""本地通: what people look for where they live."""
