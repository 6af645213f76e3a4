"""Alerts, from the desk to everyone's home page: issued, extended, lifted; they begin and end by themselves.

By the database's time, so that all processes agree on what holds.
"""

from collections.abc import Callable
from datetime import datetime

from kit import outbox
from kit.contract import Empty
from kit.errors import Conflict, NotFound
from kit.idempotency import Once
from kit.identity import Caller
from kit.mongo import Document
from news.contract.alerts import (
    ALERT_TOLD,
    AlertKindView,
    AlertLevelView,
    AlertReceipt,
    AlertRulesView,
    AlertStepView,
    AlertsView,
    AlertTold,
    AlertView,
    DeskAlertPage,
    DeskAlertView,
    ExtendAlert,
    IssueAlert,
    LiftAlert,
    ListDeskAlerts,
    ListPastAlerts,
    PastAlertPage,
)
from news.contract.shapes import Named
from news.domain import alerts
from news.domain.alerts import Alert, Asked
from news.domain.numbers import new_number
from news.parts import Parts
from news.refusing import answering
from news.store.alerts import alert_of

_STANDINGS = {"coming": "未开始", "holding": "生效中", "lifted": "已解除", "ended": "已结束"}


def get_alerts(parts: Parts, request: Empty) -> AlertsView:
    """What holds now, and until when this is so."""
    now = parts.articles.now()
    holding, until = alerts.current(parts.alerts.open(now), now, parts.directory.alerts)
    return AlertsView(items=[AlertView(**_shown(parts, alert, now)) for alert in holding], valid_until=until)


def list_past_alerts(parts: Parts, request: ListPastAlerts) -> PastAlertPage:
    """What held before, the last one first."""
    now = parts.articles.now()
    _, until = alerts.current(parts.alerts.open(now), now, parts.directory.alerts)
    found, cursor = parts.alerts.past(now, request.limit, request.cursor)
    items = [AlertView(**_shown(parts, alert, now)) for alert in found]
    return PastAlertPage(items=items, next_cursor=cursor, valid_until=until)


def list_desk_alerts(parts: Parts, request: ListDeskAlerts) -> DeskAlertPage:
    """All alerts with what was done with them, the last issued first."""
    now = parts.articles.now()
    found, cursor = parts.alerts.issued(request.limit, request.cursor)
    return DeskAlertPage(items=[_on_desk(parts, alert, now) for alert in found], next_cursor=cursor)


def get_alert_rules(parts: Parts, request: Empty) -> AlertRulesView:
    """What the form for a new alert offers."""
    rules = parts.directory.alerts
    return AlertRulesView(
        levels=[AlertLevelView(**level.model_dump()) for level in rules.levels],
        kinds=[AlertKindView(**kind.model_dump(exclude={"title"})) for kind in rules.kinds],
        longest_hours=rules.longest_hours,
        furthest_hours=rules.furthest_hours,
    )


def issue_alert(parts: Parts, request: IssueAlert, caller: Caller) -> AlertReceipt:
    """Issues an alert. The same request, repeated or run at the same time, issues one.

    Raises `Invalid` for a kind, level, town or time that does not do, `Conflict` for another request under the key.
    """
    once = Once(caller.id, request)
    asked = Asked(**request.model_dump(exclude={"idempotency_key"}))

    def insert() -> AlertReceipt:
        now, known = parts.articles.now(), parts.directory
        number = new_number(known.district.number_prefix, now, known.district.zone, "A")
        with answering():
            alert = alerts.issue(number, asked, caller.id, now, known.alerts, known.towns)
        receipt = _receipt_of(alert, now)
        parts.alerts.insert(alert, _event_of(alert, now), once.note(receipt.model_dump(mode="json"), now))
        parts.wake()
        return receipt

    return once.make(AlertReceipt, parts.alerts.collection, insert)


def extend_alert(parts: Parts, request: ExtendAlert, caller: Caller) -> AlertReceipt:
    """It holds longer."""

    def step(alert: Alert, now: datetime) -> Alert:
        return alerts.extend(alert, request.ends_at, request.note, caller.id, now, parts.directory.alerts)

    return _take(parts, caller, request, step)


def lift_alert(parts: Parts, request: LiftAlert, caller: Caller) -> AlertReceipt:
    """It holds no more."""
    return _take(parts, caller, request, lambda alert, now: alerts.lift(alert, request.note, caller.id, now))


def _take(
    parts: Parts, caller: Caller, request: ExtendAlert | LiftAlert, step: Callable[[Alert, datetime], Alert]
) -> AlertReceipt:
    once = Once(caller.id, request)

    def attempt(document: Document) -> AlertReceipt | None:
        if not document:
            raise NotFound("没有找到这条预警。")
        alert, now = alert_of(document), parts.articles.now()
        if request.version not in (None, alert.version):
            raise Conflict("这条预警已有变动，请刷新后再试。", extra=_receipt_of(alert, now).model_dump(mode="json"))
        with answering():
            changed = step(alert, now)
        receipt = _receipt_of(changed, now)
        answer = once.push(receipt.model_dump(mode="json"), now)
        if not parts.alerts.replace(alert, changed, _event_of(changed, now), answer):
            return None
        parts.wake()
        return receipt

    return once.take(AlertReceipt, parts.alerts.collection, lambda: parts.alerts.document(request.id), attempt)


def _event_of(alert: Alert, now: datetime) -> Document:
    told = AlertTold(**alert.model_dump(include=set(AlertTold.model_fields))).model_dump(mode="json")
    return outbox.event(f"news.alert_{ALERT_TOLD[alert.steps[-1].action]}.v1", alert.id, alert.version, told, now)


def _receipt_of(alert: Alert, now: datetime) -> AlertReceipt:
    return AlertReceipt(id=alert.id, title=alert.title, standing=alert.standing(now), version=alert.version)


def _on_desk(parts: Parts, alert: Alert, now: datetime) -> DeskAlertView:
    return DeskAlertView(
        **_shown(parts, alert, now), steps=[AlertStepView(**step.model_dump()) for step in alert.steps]
    )


def _shown(parts: Parts, alert: Alert, now: datetime) -> Document:
    rules, towns = parts.directory.alerts, parts.directory.towns
    kind, level = rules.kind(alert.kind), rules.level(alert.level)
    standing = alert.standing(now)
    return {
        **alert.model_dump(include={"id", "title", "text", "advice", "starts_at", "ends_at", "over_at", "version"}),
        "kind": Named(code=alert.kind, name=kind.name if kind else alert.title),
        "level": AlertLevelView(
            code=alert.level, name=level.name if level else "", tone=level.tone if level else "primary"
        ),
        "towns": [Named(code=code, name=towns[code].name if code in towns else code) for code in alert.towns],
        "standing": standing,
        "standing_name": _STANDINGS[standing],
        "issued_at": alert.steps[0].at,
        "lifted": alert.steps[-1].note if alert.lifted_at else None,
    }
