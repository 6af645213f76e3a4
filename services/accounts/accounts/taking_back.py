"""Takes back what inboxes say of an article or a case's title that nobody may read any more, or of another headline.

That it has gone, or how it is headed now, is noted first, and items are looked through afterwards; who puts items in
looks whether that has happened after they are in. So none stays, in whichever order both happen. Every step may be
repeated.
"""

from collections.abc import Callable, Sequence
from functools import partial

from pymongo.client_session import ClientSession

from accounts.domain import follow_notices
from accounts.domain.follow_notices import ARTICLE_GONE, TITLE_GONE
from accounts.parts import Parts
from accounts.store import inbox
from kit.events import Event
from kit.mongo import Document

WITHDRAWN_QUEUE = "accounts.withdrawn_articles"
WITHDRAWN_TYPES = ("news.article_withdrawn.v1",)
HEADLINES_QUEUE = "accounts.corrected_headlines"
HEADLINES_TYPES = ("news.headline_corrected.v1",)
RETITLED_QUEUE = "accounts.retitled_cases"
RETITLED_TYPES = ("news.case_retitled.v1",)


def hear_of_withdrawal(parts: Parts, event: Event) -> None:
    """An article was withdrawn."""
    number = event.data["id"]
    parts.taken_back.note(follow_notices.article(number), event.time)
    _take_back_article(parts, number)


def hear_of_headline(parts: Parts, event: Event) -> None:
    """An article has another headline. What comes after a later one, or after its withdrawal, changes nothing."""
    data = event.data
    parts.headlines.note(data["article"], data["headline"], data["version"], event.time)
    _head_anew(parts, data["article"])


def hear_of_title(parts: Parts, event: Event) -> None:
    """A title of a case is public no more. Items of before do not say which titles they quote: their report's go."""
    data = event.data
    title = follow_notices.title(data["no"], data["wording"])
    parts.taken_back.note(title, event.time)
    _say_instead(parts, inbox.quoting(title), TITLE_GONE)
    for number in data["articles"]:
        _say_instead(parts, inbox.echoes_of_before(number), TITLE_GONE)


def look_again(parts: Parts, number: str, titles: Sequence[str], headline: str) -> None:
    """Items that tell of this article, so headed, and quote these titles were put in.

    Some of it may have gone meanwhile, or be headed otherwise.
    """
    if parts.headlines.of(number) not in (None, headline):
        _head_anew(parts, number)
    article = follow_notices.article(number)
    gone = parts.taken_back.among([article, *titles])
    if article in gone:
        _take_back_article(parts, number)
    for title in gone - {article}:
        _say_instead(parts, inbox.quoting(title), TITLE_GONE)


def _head_anew(parts: Parts, number: str) -> None:
    """Has the items about an article say the headline that it has now. They stay read or unread.

    The headline is read after the items: who corrects it once more meanwhile is not undone.
    """
    if follow_notices.article(number) in parts.taken_back.among([follow_notices.article(number)]):
        parts.headlines.forget(number)
    for items in inbox.telling_of(number):
        for found in parts.inbox.telling(items):
            if headline := parts.headlines.of(number):
                _reword(parts, [(row, _headed(row, headline)) for row in found])


def _headed(row: Document, headline: str) -> str:
    return follow_notices.reworded(row["text"], headline, echo=row["_id"].startswith("echo/"))


def _reword(parts: Parts, items: list[tuple[Document, str]]) -> None:
    if other := [(row, text) for row, text in items if row["text"] != text]:
        _change(parts, [row for row, _ in other], partial(parts.inbox.reword, other))


def _take_back_article(parts: Parts, number: str) -> None:
    parts.headlines.forget(number)
    for items in inbox.telling_of(number):
        _say_instead(parts, items, ARTICLE_GONE)


def _say_instead(parts: Parts, items: inbox.Some, text: str) -> None:
    """Gives these items another text, some at a time. They stay read or unread; their owners' inboxes have changed."""
    for found in parts.inbox.saying_otherwise(items, text):
        _change(parts, found, partial(parts.inbox.say, [item["_id"] for item in found], items, text))


def _change(parts: Parts, found: Sequence[Document], change: Callable[[ClientSession], None]) -> None:
    """Changes these items, and says of their owners' inboxes that they have changed: both or neither."""

    def both(session: ClientSession) -> None:
        change(session)
        parts.people.inboxes_changed([item["account"] for item in found], session)

    with parts.db.client.start_session() as session:
        session.with_transaction(both)
