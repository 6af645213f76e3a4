"""The sandbox's HTTP face."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, jsonify, make_response, render_template_string, request

from sandbox import faults, sms

LARGEST_BODY = 64 * 1024
SHANGHAI = ZoneInfo("Asia/Shanghai")


def create_app() -> Flask:
    """A sandbox with empty inboxes and platforms in good health."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    inboxes, switchboard = sms.Inboxes(), faults.Switchboard(("sms",))

    @app.post("/sms/messages")
    def send_message() -> Response:
        body = _body()
        phone, text = body.get("phone"), body.get("text")
        if flaw := sms.flaw(phone, text):
            return _answer({"error": flaw}, 400)
        message = sms.Message(str(phone), str(text), datetime.now(UTC))
        return switchboard.serve("sms", lambda: inboxes.deliver(message), lambda: _answer({"accepted": True}, 202))

    @app.get("/sms/messages")
    def list_messages() -> Response:
        return _answer({"items": [_shown(message) for message in inboxes.of(request.args.get("phone", ""))]})

    @app.put("/faults/<platform>")
    def set_fault(platform: str) -> Response:
        if not switchboard.knows(platform):
            return _answer({"error": f"no platform {platform}"}, 404)
        fault = faults.fault_of(_body())
        if fault is None:
            return _answer({"error": f"mode is one of {', '.join(faults.MODES)}; seconds 0 to 300"}, 400)
        switchboard.set(platform, fault)
        return _answer({"mode": fault.mode, "seconds": fault.seconds})

    @app.get("/healthz")
    def healthz() -> Response:
        return _answer({"ok": True})

    @app.get("/")
    def show_latest() -> str:
        return render_template_string(_PAGE, messages=[_shown(message) for message in inboxes.latest(50)])

    return app


def _body() -> dict[str, Any]:
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else {}


def _answer(content: dict[str, Any], status: int = 200) -> Response:
    return make_response(jsonify(content), status)


def _shown(message: sms.Message) -> dict[str, Any]:
    sent_at = message.sent_at.astimezone(SHANGHAI).isoformat(timespec="milliseconds")
    return {"phone": message.phone, "text": message.text, "code": message.code, "sent_at": sent_at}


_PAGE = """<!doctype html>
<html lang="zh-CN"><meta charset="utf-8"><title>短信沙箱</title>
<meta name="viewport" content="width=device-width">
<style>body{font:16px/1.7 system-ui;max-width:45rem;margin:2rem auto;padding:0 1rem}
td{padding:.3rem .8rem .3rem 0}</style>
<h1>最近的短信</h1>
{% if not messages %}<p>还没有短信。</p>{% endif %}
<table>{% for m in messages %}<tr><td>{{ m.sent_at[11:19] }}<td>{{ m.phone }}<td>{{ m.text }}{% endfor %}</table>
</html>"""

app = create_app()
