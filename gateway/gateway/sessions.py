"""The refresh token between a browser and accounts: in a cookie that no script can read."""

from typing import Any

import orjson
from werkzeug import Request
from werkzeug.http import dump_cookie

from gateway.answers import NOT_STORED, Answer
from gateway.contracts import Method
from gateway.routes import PREFIX
from gateway.visitors import require_own_page
from kit.errors import Unauthenticated

COOKIE = "refresh"
_PATH = f"{PREFIX}/auth"


def with_refresh_token(method: Method, request: Request, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments completed by the cookie when a refresh brings no token in its body.

    Raises `Forbidden` when the cookie came with a request that none of our pages made, `Unauthenticated` when there
    is neither.
    """
    if not method.takes("refresh_token") or "refresh_token" in given:
        return given
    token = request.cookies.get(COOKIE)
    if not token:
        raise Unauthenticated
    require_own_page(request)
    return {**given, "refresh_token": token}


def opened(answer: bytes, request: Request) -> Answer:
    """A session begun or renewed. A browser gets the refresh token in the cookie only, others in the body too."""
    session = orjson.loads(answer)
    token, lives = session["refresh_token"], session["refresh_expires_in"]
    if "Sec-Fetch-Site" in request.headers:
        session["refresh_token"] = None
    cookie = dump_cookie(
        COOKIE, token, max_age=lives, path=_PATH, httponly=True, samesite="Strict", secure=request.is_secure
    )
    return Answer(orjson.dumps(session), headers=[*NOT_STORED, ("Set-Cookie", cookie)])


def closed() -> Answer:
    """A session ended."""
    gone = dump_cookie(COOKIE, "", max_age=0, expires=0, path=_PATH, httponly=True, samesite="Strict")
    return Answer(status=204, headers=[("Set-Cookie", gone)])
