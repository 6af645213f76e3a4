"""回音壁: reports with what became of their cases, and the word to who follows it."""

from collections.abc import Iterator

from kit import outbox
from kit.clock import utcnow
from kit.events import Event
from news import coverage, reading
from news.contract.coverage import EchoPage, EchoTold, EchoView, ListEchoes, QuotedTitle
from news.domain.coverage import Fact, FollowUp, Outcome
from news.keeping import ALL_ECHOES
from news.parts import Parts

QUEUE = "news.echo_notices"
TYPES = ("news.coverage_changed.v1",)
_SAID = {
    Fact.ANSWERED: "{department}已答复“{title}”",
    Fact.PROMISE: "{department}反馈了“{title}”承诺的结果",
    Fact.CLOSED: "“{title}”已办结",
    Fact.SOLVED: "“{title}”已解决",
}


def list_echoes(parts: Parts, request: ListEchoes) -> EchoPage:
    """回音壁: reports with what became of their cases, the latest first."""
    outcome = Outcome(request.outcome) if request.outcome else None
    reports, cursor = parts.reports.page(outcome, request.limit, request.cursor)
    articles = {article.id: article for article in parts.articles.listed_among([report.article for report in reports])}
    shown = [(report, articles[report.article]) for report in reports if report.article in articles]
    summaries = reading.summaries(parts, [article for _, article in shown])
    return EchoPage(
        items=[
            EchoView(
                **summary.model_dump(),
                solved=report.outcome is Outcome.SOLVED,
                outcome=report.outcome,
                follow_ups=coverage.follow_ups(parts, report.cases),
            )
            for (report, _), summary in zip(shown, summaries, strict=True)
        ],
        next_cursor=cursor,
        valid_until=reading.true_until(summaries),
    )


def tell_followers(parts: Parts, event: Event) -> None:
    """Has those told who follow 回音壁 that something happened to a report's cases, some at a time. Safe to repeat.

    Of a case of which nobody may read any more nothing is said, nor of a report that was withdrawn.
    """
    happened = [(one["no"], Fact(one["fact"])) for one in event.data.get("happened", ())]
    article = parts.articles.article(event.subject) if happened else None
    if article is None or not article.listed:
        return
    worded = parts.followed.worded([no for no, _ in happened])
    known = {no: one for no, (one, _) in worded.items() if one}
    said = "；".join(_said(happened, known))
    if not said:
        return
    quoted = [QuotedTitle(no=no, wording=worded[no][1]) for no in known]
    for accounts in parts.follows.followers(ALL_ECHOES):
        now, title = utcnow(), article.words.title
        told = EchoTold(
            article=article.id, number=event.seq, headline=title, said=said, accounts=accounts, quoted=quoted
        )
        subject = f"{article.id}/echoes/{event.seq}/{accounts[-1]}"
        parts.follows.tell(
            subject, outbox.event("news.echo_told.v1", subject, 1, told.model_dump(mode="json"), now), now
        )
        parts.wake()


def _said(happened: list[tuple[str, Fact]], known: dict[str, FollowUp]) -> Iterator[str]:
    for no, fact in happened:
        if one := known.get(no):
            yield _SAID[fact].format(department=one.department or "部门", title=one.title)
