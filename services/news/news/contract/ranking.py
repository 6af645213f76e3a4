"""What is read most."""

from kit.contract import Command
from news.contract.reading import ArticleSummary, Lasting
from news.contract.shapes import OneArticle


class NoteReading(Command, OneArticle):
    """Somebody reads an article now."""


class MostReadView(Lasting):
    """What most people have read in the last days, the most read first."""

    items: list[ArticleSummary]
