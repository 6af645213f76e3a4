"""三审三校: handing in, the three reviews, and what may be published before them."""

from datetime import datetime
from functools import partial

from kit.clock import utcnow
from kit.identity import Caller
from news.contract.reviewing import (
    ApproveArticle,
    PublishUrgently,
    RecallArticle,
    ReturnArticle,
    ReviewLater,
    SubmitArticle,
)
from news.contract.shapes import ArticleReceipt
from news.domain import checking, reviewing
from news.domain.article import Article, Words
from news.domain.editing import Change
from news.domain.lifecycle import Actor
from news.domain.reviewing import Said
from news.parts import Parts
from news.steps import take


def submit_article(parts: Parts, request: SubmitArticle, caller: Caller) -> ArticleReceipt:
    """Hands an article in for its first review, after the check has been heard."""

    def submit(article: Article, actor: Actor, now: datetime) -> Change:
        return reviewing.submit(article, actor, now, findings_of(parts, article.words), request.note)

    return take(parts, caller, request, submit)


def recall_article(parts: Parts, request: RecallArticle, caller: Caller) -> ArticleReceipt:
    """Takes it back before anybody has reviewed it."""
    return take(parts, caller, request, reviewing.recall)


def approve_article(parts: Parts, request: ApproveArticle, caller: Caller) -> ArticleReceipt:
    """On to the next review; after the third it may be published."""
    return take(parts, caller, request, partial(reviewing.approve, note=request.note))


def return_article(parts: Parts, request: ReturnArticle, caller: Caller) -> ArticleReceipt:
    """Back to its writer, with remarks at the blocks."""
    said = [Said(remark.text, remark.block) for remark in request.remarks]
    return take(parts, caller, request, partial(reviewing.send_back, said=said, note=request.note))


def publish_urgently(parts: Parts, request: PublishUrgently, caller: Caller) -> ArticleReceipt:
    """Published before its reviews, by the database's time as always, for a reason; reviewed later."""

    def publish(article: Article, actor: Actor, now: datetime) -> Change:
        found = findings_of(parts, article.words)
        return reviewing.publish_urgently(article, actor, now, request.reason, found, request.note)

    return take(parts, caller, request, publish, clock=parts.articles.now)


def review_later(parts: Parts, request: ReviewLater, caller: Caller) -> ArticleReceipt:
    """The review of what was published in haste."""
    return take(parts, caller, request, partial(reviewing.review_later, note=request.note))


def findings_of(parts: Parts, words: Words) -> list[checking.Finding]:
    """What the district's rules say to these words."""
    directory = parts.directory
    towns = [town.name for town in directory.towns.values()]
    return checking.findings(words, directory.checks, towns, utcnow().astimezone(directory.district.zone).date())
