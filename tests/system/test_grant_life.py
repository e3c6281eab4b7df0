# SPDX-License-Identifier: ISC
"""Grants outlive the daemon, however it ends; a broker that is not well is unavailable,
and nobody is refused for it."""
import json

import pytest

import wire
from layout import wait_until
from login_stage import LoginGate
from owner import Owner, code_on, words
from tap import Tap

WAYS = {"require": "trading", "env": "paper", "login": "token browser"}


@pytest.fixture
def tap(alpaca):
    one = Tap(alpaca.url)
    yield one
    one.close()


@pytest.fixture
def gate(alpaca, daemon, tap):
    made = LoginGate(daemon, alpaca, users=alpaca.people,
                     policies={"hosts": {"service": "sshd", **WAYS}},
                     issuer={"token_endpoint": f"{tap.url}/oauth/token",
                             "api_url": tap.url, "paper_api_url": f"{tap.url}/paper",
                             "endpoint_origins": tap.url, "cache": "0s",
                             "probe_budget": 6000})
    made.start()
    yield made
    alpaca.well()
    made.close()


@pytest.fixture
def begin(gate):
    made = []

    def make(account):
        made.append(wire.Conversation(gate.rundir / "login.sock", "sshd", account.name))
        assert made[-1].reply.type == wire.PROMPT, made[-1].reply
        return made[-1]
    yield make
    for one in made:
        one.close()


@pytest.fixture
def owner(alpaca, alice):
    return Owner(alpaca, alice.name)


def sign_in(begin, alice, owner):
    waiting = begin(alice)
    verdict = waiting.answer(owner.approve(waiting.link))
    assert verdict.values["verdict"] == wire.ALLOW, verdict


def grants(gate):
    said = gate.ctl("--json", "grants", "list")
    assert said.returncode == 0, said.stderr
    return json.loads(said.stdout)["grants"]


@pytest.mark.parametrize("how", ["restart", "kill"])
def test_a_grant_outlives_the_daemon(gate, tap, alpaca, begin, alice, owner, how):
    sign_in(begin, alice, owner)
    before = grants(gate)
    assert len(before) == 1
    token = tap.tokens[-1]
    if how == "kill":
        gate.kill()
    gate.restart()
    assert [g["id"] for g in grants(gate)] == [g["id"] for g in before]
    code, said = gate.check("sshd", alice.name, token)
    assert (code, said["verdict"]) == (0, "allow"), said
    code, said = gate.check("sshd", alice.name, alpaca.token(alice.name, "trading"))
    assert (code, gate.last()["reason"]) == (1, "token_foreign"), said


def test_killed_in_the_middle_of_logins_it_keeps_what_it_gave(gate, begin, alice, owner):
    """Each login that was allowed has its grant afterwards, and the database opens."""
    for round_ in range(3):
        sign_in(begin, alice, owner)
        began = begin(alice)
        owner.come_back(began.link)
        gate.kill()
        gate.restart()
        assert len([g for g in grants(gate) if g["user"] == alice.name]) >= round_ + 1


def test_a_grant_that_the_owner_ends_at_the_broker_ends_here(gate, tap, alpaca, begin, alice,
                                                             owner):
    sign_in(begin, alice, owner)
    assert gate.check("sshd", alice.name, tap.tokens[-1])[0] == 0
    alpaca.command("revoke", "--user", alice.name, "--app", gate.client)
    assert gate.check("sshd", alice.name, tap.tokens[-1])[0] == 1
    assert gate.last()["decision"] == "deny"
    alpaca_is_well_again = Owner(alpaca, alice.name)
    sign_in(begin, alice, alpaca_is_well_again)


KINDS = {"429": ("--wait", "7s"), "5xx": (), "drop": (), "slow": ("--wait", "8s"),
         "wrong_type": ()}


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_token_is_neither_good_nor_bad_while_the_broker_is_not_well(gate, tap, alpaca, begin,
                                                                      alice, owner, kind):
    sign_in(begin, alice, owner)
    token = tap.tokens[-1]
    alpaca.fault(kind, "api", *KINDS[kind])
    code, said = gate.check("sshd", alice.name, token)
    if kind == "wrong_type":
        assert said["verdict"] in ("unavailable", "allow"), said
    else:
        assert (code, said["verdict"]) == (2, "unavailable"), said
    assert gate.last()["decision"] != "deny"
    alpaca.well()
    if kind == "429":
        # Whoever asks for quiet gets it, until the minute is over at least.
        asked = len(tap.asked)
        assert gate.check("sshd", alice.name, token)[0] == 2
        assert len(tap.asked) == asked
    else:
        wait_until(lambda: gate.check("sshd", alice.name, token)[0] == 0, "it recovers")
    assert not [r for r in gate.audit() if r["decision"] == "deny"]
    assert [g["state"] for g in grants(gate)] == ["live"]


@pytest.mark.parametrize("place", ["token", "api"])
@pytest.mark.parametrize("kind", ["429", "5xx", "drop"])
def test_a_sign_in_while_the_broker_is_not_well(gate, alpaca, begin, alice, owner, kind, place):
    waiting = begin(alice)
    at = owner.allow(waiting.link)
    alpaca.fault(kind, place, *KINDS[kind])
    page = owner.send(at)
    assert page.status in (429, 502, 503) and 'value="approve"' not in page.text, page
    assert "refused" not in words(page).lower()
    alpaca.well()
    assert not [r for r in gate.audit() if r["decision"] == "deny"]
    waiting.close()
    again = begin(alice)
    page = owner.come_back(again.link)
    assert again.answer(code_on(owner.choose(page))).values["verdict"] == wire.ALLOW
