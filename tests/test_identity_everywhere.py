"""Services check for themselves who calls: a broker login without a good token opens no entrypoint of any service."""

import json
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from kit.errors import ServiceError
from kit.identity import TokenSigner
from kit.rpc.caller import RpcCaller, Terms
from kit.testing import Stack, wait_until

CONTRACTS = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path("contracts").glob("*.json"))]
METHODS = {contract["service"]: contract["rpc"] for contract in CONTRACTS if contract.get("rpc")}
pytestmark = pytest.mark.timeout(300)

Forge = Callable[[Stack], str | None]


def claims(**changed: Any) -> dict[str, Any]:
    """What a good token of an administrator says, with every role, but for what is changed; None leaves it out."""
    now = int(time.time())
    good = {
        "iss": "accounts",
        "aud": "connect",
        "sub": "s_intruder",
        "iat": now,
        "exp": now + 600,
        "kind": "staff",
        "roles": ["administrator", "clerk", "handler", "approver", "supervisor", "resident"],
        "departments": ["jw"],
        "sid": uuid.uuid4().hex,
        "level": 1,
        **changed,
    }
    return {name: value for name, value in good.items() if value is not None}


def key_of(stack: Stack, issuer: str) -> Any:
    return load_pem_private_key((stack.secrets / issuer / "signing.pem").read_bytes(), password=None)


def signed(stack: Stack, by: str = "accounts", kid: str = "accounts", **changed: Any) -> str:
    return jwt.encode(claims(**changed), key_of(stack, by), algorithm="EdDSA", headers={"kid": kid})


def forged_by_a_stranger(stack: Stack) -> str:
    return jwt.encode(claims(), Ed25519PrivateKey.generate(), algorithm="EdDSA", headers={"kid": "accounts"})


def without_signature(stack: Stack) -> str:
    _, body, _ = forged_by_a_stranger(stack).split(".")
    header = jwt.utils.base64url_encode(json.dumps({"alg": "none", "typ": "JWT", "kid": "accounts"}).encode())
    return f"{header.decode()}.{body}."


def signed_with_the_public_key(stack: Stack) -> str:
    public = (stack.secrets / "accounts" / "trusted" / "accounts.pem").read_bytes()
    header = jwt.utils.base64url_encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": "accounts"}).encode())
    body = jwt.utils.base64url_encode(json.dumps(claims()).encode())
    seal = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256).sign(header + b"." + body, public)
    return b".".join((header, body, jwt.utils.base64url_encode(seal))).decode()


def with_other_claims_than_signed(stack: Stack) -> str:
    header, _, seal = stack.token("resident", "r_demo01", ("resident",)).split(".")
    return ".".join((header, jwt.utils.base64url_encode(json.dumps(claims()).encode()).decode(), seal))


FLAWED: dict[str, Forge] = {
    "missing": lambda stack: None,
    "empty": lambda stack: "",
    "nonsense": lambda stack: "not.a.token",
    "forged by a stranger": forged_by_a_stranger,
    "without a signature": without_signature,
    "signed with the public key": signed_with_the_public_key,
    "claims exchanged": with_other_claims_than_signed,
    "expired": lambda stack: signed(stack, iat=int(time.time()) - 1000, exp=int(time.time()) - 100),
    "without an end": lambda stack: signed(stack, exp=None),
    "for another audience": lambda stack: signed(stack, aud="elsewhere"),
    "without an audience": lambda stack: signed(stack, aud=None),
    "from another issuer": lambda stack: signed(stack, iss="elsewhere"),
    "from an unknown issuer": lambda stack: signed(stack, kid="elsewhere", iss="elsewhere"),
    "the gateway posing as accounts": lambda stack: signed(stack, by="gateway"),
    "the gateway speaking for a person": lambda stack: signed(stack, by="gateway", kid="gateway", iss="gateway"),
    "the gateway posing as a service": lambda stack: signed(
        stack, by="gateway", kid="gateway", iss="gateway", kind="service", sub="petition"
    ),
    "of no known kind": lambda stack: signed(stack, kind="god"),
}


@pytest.fixture(scope="module")
def rpc(stack: Stack) -> Iterator[RpcCaller]:
    caller = RpcCaller(stack["amqp_url"])
    yield caller
    caller.close()


def outcome(rpc: RpcCaller, service: str, method: str, token: str | None) -> str:
    """The code of the refusal, or `done`."""
    headers = {} if token is None else {"nameko.auth_token": token}
    try:
        rpc.call(service, method, {}, Terms(15, headers))
    except ServiceError as error:
        return error.code
    return "done"


@pytest.mark.parametrize("service", METHODS)
def test_no_entrypoint_opens_to_a_flawed_token(stack: Stack, rpc: RpcCaller, service: str) -> None:
    cells = list(product(METHODS[service], FLAWED))
    outcomes = {(method, flaw): outcome(rpc, service, method, FLAWED[flaw](stack)) for method, flaw in cells}
    assert outcomes == dict.fromkeys(cells, "unauthenticated")


@pytest.mark.parametrize("service", METHODS)
def test_a_good_token_is_told_from_a_flawed_one(stack: Stack, rpc: RpcCaller, service: str) -> None:
    """The control of the test above: the same call with a good token of a stranger is judged by what it asks."""
    outcomes = {method: outcome(rpc, service, method, _good(stack, service, method)) for method in METHODS[service]}
    assert {method: code for method, code in outcomes.items() if code not in {"invalid", "done"}} == {}


def _good(stack: Stack, service: str, method: str) -> str:
    allow = set(METHODS[service][method]["allow"])
    kind = "resident" if allow == {"resident"} else "staff"
    roles = ("resident",) if kind == "resident" else tuple(sorted(allow - {"anyone", "staff", "service"}))
    if (service, method) == ("accounts", "get_me"):
        return stack.token("resident", "r_demo01", ("resident",))  # a stranger has no account to look at
    if allow == {"service"}:
        return stack.service_token("petition")
    return stack.token(kind, f"x_{uuid.uuid4().hex}", roles)


@pytest.mark.parametrize("service", METHODS)
def test_who_is_not_in_the_contract_is_not_let_in(stack: Stack, rpc: RpcCaller, service: str) -> None:
    closed = [name for name, method in METHODS[service].items() if not {"anyone", "staff"} & set(method["allow"])]
    stranger = stack.token("staff", "s_stranger", ("merchant",))
    assert {name: outcome(rpc, service, name, stranger) for name in closed} == dict.fromkeys(closed, "forbidden")
    unknown = {name: outcome(rpc, service, name, stack.service_token()) for name in closed}
    assert unknown == dict.fromkeys(closed, "unauthenticated")


def test_signing_out_everywhere_is_known_to_every_service_within_a_second(stack: Stack, rpc: RpcCaller) -> None:
    account = f"r_demo{5:02}"
    signer = TokenSigner(stack.secrets / "accounts" / "signing.pem", "accounts")
    said = {"kind": "resident", "roles": ["resident"], "departments": [], "sid": uuid.uuid4().hex, "level": 1}
    token = signer.sign(account, said, datetime.now(UTC) - timedelta(seconds=1), 600)
    for service in METHODS:
        assert outcome(rpc, service, "health", token) == "done"
    key = {"idempotency_key": uuid.uuid4().hex}
    rpc.call("accounts", "sign_out_everywhere", key, Terms(headers={"nameko.auth_token": token}))
    started = time.monotonic()
    wait_until(
        lambda: {outcome(rpc, service, "health", token) for service in METHODS} == {"unauthenticated"}, every=0.02
    )
    assert time.monotonic() - started < 1.5
