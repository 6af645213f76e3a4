"""回音壁: reports with their cases, departments' answers, promises and what became of them."""

from news import coverage, reading
from news.contract.coverage import EchoPage, EchoView, ListEchoes
from news.domain.coverage import Outcome
from news.parts import Parts


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
                solved=report.outcome is not Outcome.UNSOLVED,
                follow_ups=coverage.follow_ups(parts, report.cases),
            )
            for (report, _), summary in zip(shown, summaries, strict=True)
        ],
        next_cursor=cursor,
    )
