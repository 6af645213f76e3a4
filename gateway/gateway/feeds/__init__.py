"""The house for programs: news as RSS 2.0, Atom, JSON Feed 1.1, ninjs and sitemaps, cases and replies as RSS 2.0.

Made of what news and petition tell everybody.
"""
