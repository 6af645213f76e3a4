"""What holds of operating commands wherever the stack runs: `dev` types one, with the flags of the place."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from parts import Ledger
from visitors import Visitors, others_at_work

from kit.testing import Stack, wait_until
from people import Person, Refused, new_phone
from story import Desk, Story

Dev = Callable[..., str]


def check_that_a_service_is_put_back_alone(stack: Stack, ledger: Ledger, dev: Dev, folder: Path) -> None:
    """What was told before the backup is there again, once; what came after is gone; no notice comes twice."""
    desk = Desk.open(stack)
    kept = Story.begin(stack, desk).tell(with_picture=True)
    kept.check_seen_by_everyone()
    ledger.settle()
    told_before = sorted(kept.notices())
    dev("backup", "petition", str(folder))
    (file,) = folder.glob("petition-*.backup")
    assert file.stat().st_mode & 0o077 == 0

    lost = Story.begin(stack, desk)
    lost.submit(with_picture=False)
    ledger.forget(kept.no)
    with others_at_work(stack, away="petition"):
        dev("restore", "petition", str(file))

    wait_until(lambda: kept.resident.get(f"/cases/{kept.no}")["state"] == "closed")
    picture = kept.resident.get(f"/cases/{kept.no}")["pictures"][0]["id"]
    assert Person(stack).get(f"/media/{picture}")
    with pytest.raises(Refused) as gone:
        lost.resident.get(f"/cases/{lost.no}")
    assert gone.value.status == 404
    ledger.settle()
    kept.check_kept_once(ledger)
    assert sorted(kept.notices()) == told_before
    Story.begin(stack, desk).tell(with_picture=False).check_seen_by_everyone()


def check_that_a_new_signing_key_signs_nobody_out(stack: Stack, dev: Dev) -> None:
    """No request fails meanwhile; tokens of both keys count, the old one's for half an hour at most."""
    visitors, old = Visitors.arrive(stack), Person(stack).sign_in_by_phone(new_phone())
    before = (stack.secrets / "accounts" / "signing.pem").read_bytes()
    with visitors.at_work():
        dev("rotate-keys", "accounts")
    visitors.check_nothing_failed()
    assert (stack.secrets / "accounts" / "signing.pem").read_bytes() != before
    new = Person(stack).sign_in_by_phone(new_phone())
    assert old.get("/me/cases")["items"] == []
    assert new.get("/me/cases")["items"] == []
    trusted = sorted(file.name for file in (stack.secrets / "petition" / "trusted").glob("accounts.*"))
    assert trusted[0] == "accounts.pem"
    until = max(int(name.removeprefix("accounts.until-").removesuffix(".pem")) for name in trusted[1:])
    assert 15 * 60 < until - time.time() <= 30 * 60
