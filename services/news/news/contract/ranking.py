"""What is read most."""

from kit.contract import Command, View
from news.contract.reading import ArticleSummary
from news.contract.shapes import OneArticle


class NoteReading(Command, OneArticle):
    """Somebody reads an article now."""


class MostReadView(View):
    """What most people have read in the last days, the most read first."""

    items: list[ArticleSummary]
