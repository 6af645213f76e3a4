"""The news for programs: RSS 2.0, Atom, JSON Feed 1.1 and sitemaps, made of what the news service tells everybody."""
