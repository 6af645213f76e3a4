"""What waits at the newsroom's desk: what a badge says is what its list shows, to each by his roles."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kit.clock import utcnow
from kit.identity import Caller
from kit.testing import new_key
from news import coverage, desk, gathering, investigating, library, moderating, tip_desk, waiting
from news.contract.bundles import ListBundles
from news.contract.comments import ListDeskComments
from news.contract.desk import ListDeskArticles
from news.contract.investigations import AskDepartment, CloseInvestigation, ListInvestigations, OpenInvestigation
from news.contract.media import ListMedia
from news.contract.tips import ListDeskTips
from news.store import SCHEMA

from .conftest import CASE, sent
from .tipline import Tipline

LISTS: dict[str, tuple[Callable[..., Any], Any]] = {
    "returned": (desk.list_desk_articles, ListDeskArticles(returned=True)),
    "first_review": (desk.list_desk_articles, ListDeskArticles(stage="first_review")),
    "second_review": (desk.list_desk_articles, ListDeskArticles(stage="second_review")),
    "final_review": (desk.list_desk_articles, ListDeskArticles(stage="final_review")),
    "approved": (desk.list_desk_articles, ListDeskArticles(stage="approved")),
    "later_review": (desk.list_desk_articles, ListDeskArticles(stage="later_review")),
    "tips_received": (tip_desk.list_desk_tips, ListDeskTips(state="received")),
    "tips_checking": (tip_desk.list_desk_tips, ListDeskTips(state="checking", mine=True)),
    "comments_waiting": (moderating.list_desk_comments, ListDeskComments(state="waiting")),
    "comments_reported": (moderating.list_desk_comments, ListDeskComments(state="reported")),
    "bundles": (lambda parts, request, _: gathering.list_bundles(parts, request), ListBundles(state="open")),
    "answered": (investigating.list_investigations, ListInvestigations(state="answered")),
    "overdue": (investigating.list_investigations, ListInvestigations(overdue=True)),
    "rights_expiring": (library.list_media, ListMedia(only="expiring")),
}
REPORTERS = {"returned", "answered", "overdue"}
EDITORS = REPORTERS | {
    "approved", "tips_checking", "comments_waiting", "comments_reported", "bundles", "rights_expiring"
}  # fmt: skip


def counts(newsroom: Any, by: Caller) -> dict[str, int]:
    """What waits, as each list shows it too."""
    told = waiting.get_newsroom_counts(newsroom.parts, by)
    for row in told.items:
        use, request = LISTS[row.queue]
        assert len(use(newsroom.parts, request, by).items) == row.count, row.queue
    return {row.queue: row.count for row in told.items}


def asked(newsroom: Any, lead: Caller, answer: str = "") -> str:
    """An investigation whose question petition has, and which was due long ago; perhaps it was answered."""
    parts = newsroom.parts
    newsroom.cases.views[CASE["no"]] = CASE
    matter = {"title": "路灯为何不亮", "question": "归谁管理", "lead": lead.id, "cases": [CASE["no"]]}
    opened = OpenInvestigation(idempotency_key=new_key(), **matter)
    number = investigating.open_investigation(parts, opened, newsroom.editor).id
    coverage.read_anew(parts)
    question = AskDepartment(id=number, case=CASE["no"], text="请问何时修好？", idempotency_key=new_key())
    investigating.ask_department(parts, question, newsroom.editor)
    if answer:
        newsroom.cases.answers[number, 1] = answer
    assert investigating.ask_petition(parts) == 1
    return number


def test_each_role_has_the_lists_from_which_it_works(newsroom: Any) -> None:
    assert counts(newsroom, newsroom.reporter).keys() == REPORTERS
    assert counts(newsroom, newsroom.editor).keys() == EDITORS | {"first_review"}
    assert counts(newsroom, newsroom.duty).keys() == EDITORS | {"second_review", "tips_received"}
    chief = counts(newsroom, newsroom.chief)
    assert chief.keys() == EDITORS | {"final_review", "later_review", "tips_received"}
    assert not any(chief.values())


def test_articles_wait_where_they_stand(newsroom: Any) -> None:
    returned, under_review, urgent = (newsroom.create() for _ in range(3))
    for article in (returned, under_review):
        newsroom.submit(article)
    newsroom.send_back(returned, newsroom.editor, note="请补充部门答复")
    newsroom.hurry(urgent, newsroom.duty)
    assert counts(newsroom, newsroom.editor)["first_review"] == 1
    assert counts(newsroom, newsroom.reporter)["returned"] == 1
    assert counts(newsroom, newsroom.colleague)["returned"] == 0, "it is for who wrote it"
    assert counts(newsroom, newsroom.editor)["returned"] == 0
    assert counts(newsroom, newsroom.chief)["later_review"] == 1
    newsroom.submit(returned)
    assert counts(newsroom, newsroom.reporter)["returned"] == 0
    newsroom.pass_reviews(newsroom.create())
    assert counts(newsroom, newsroom.duty)["approved"] == 1


def test_tips_wait_for_who_gives_them_out_and_then_for_who_has_them(line: Tipline) -> None:
    newsroom = line.newsroom
    line.new()
    line.checking()
    gathering.gather(newsroom.parts)
    assert counts(newsroom, newsroom.duty)["tips_received"] == 1
    assert counts(newsroom, newsroom.editor)["tips_checking"] == 1
    assert counts(newsroom, newsroom.second_editor)["tips_checking"] == 0
    assert counts(newsroom, newsroom.editor)["bundles"] == 1, "both tell of the same"


@pytest.mark.parametrize(("answer", "list_"), [("", "overdue"), ("本周修好。", "answered")])
def test_questions_wait_when_they_are_overdue_or_answered(newsroom: Any, answer: str, list_: str) -> None:
    number = asked(newsroom, newsroom.reporter, answer)
    expected = {"overdue": 0, "answered": 0} | {list_: 1}
    for by in (newsroom.reporter, newsroom.editor):
        assert {name: counts(newsroom, by)[name] for name in expected} == expected
    assert not any(counts(newsroom, newsroom.colleague).values()), "he does not work on it"
    closing = CloseInvestigation(id=number, text="路灯已亮", idempotency_key=new_key())
    investigating.close_investigation(newsroom.parts, closing, newsroom.editor)
    assert not any(counts(newsroom, newsroom.editor).values()), "nobody waits any more"


def test_of_investigations_of_before_it_is_found_out_what_is_overdue(newsroom: Any) -> None:
    asked(newsroom, newsroom.reporter)
    newsroom.db.investigations.update_many({}, {"$unset": {"by_due": ""}})
    assert counts(newsroom, newsroom.editor)["overdue"] == 0
    migrate = next(one for one in SCHEMA.migrations if "by when an answer is due" in one.name)
    migrate.run(newsroom.db)
    assert counts(newsroom, newsroom.editor)["overdue"] == 1


def test_pictures_wait_whose_right_ends(newsroom: Any) -> None:
    soon, _ = sent(newsroom), sent(newsroom)
    until = utcnow() + timedelta(days=2)
    newsroom.db.pictures.update_one({"_id": soon}, {"$set": {"shown_until": until}})
    assert counts(newsroom, newsroom.editor)["rights_expiring"] == 1


def test_comments_wait_by_their_states(newsroom: Any) -> None:
    now = utcnow()
    states = ("waiting", "waiting", "reported", "shown")
    rows = [
        {
            "_id": f"CPC20261127-00000{number}", "article": "CPN20261127-000000", "column": "news", "name": "居民ABCD",
            "author": "r_1", "text": "好", "state": state, "version": 1, "created": now, "reports": {}, "steps": [],
        }
        for number, state in enumerate(states)
    ]  # fmt: skip
    newsroom.db.comments.insert_many(rows)
    told = counts(newsroom, newsroom.editor)
    assert (told["comments_waiting"], told["comments_reported"]) == (2, 1)
