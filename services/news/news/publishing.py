"""Publishing and withdrawing."""

from functools import partial

from kit.identity import Caller
from news.contract.desk import PublishArticle, WithdrawArticle
from news.contract.shapes import ArticleReceipt
from news.domain import editing
from news.parts import Parts
from news.steps import take


def publish_article(parts: Parts, request: PublishArticle, caller: Caller) -> ArticleReceipt:
    """Everyone may read it from now on."""
    return take(parts, caller, request, editing.publish)


def withdraw_article(parts: Parts, request: WithdrawArticle, caller: Caller) -> ArticleReceipt:
    """Takes a published article back, with a reason that its readers are told."""
    return take(parts, caller, request, partial(editing.withdraw, reason=request.reason))
