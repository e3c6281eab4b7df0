# SPDX-License-Identifier: ISC
"""Login codes: what is too long to be typed is handed to gatewayd, which gives a short
code for it, good once, for one user, service and host."""
import json
import threading

import pytest

import wire
from layout import RUNDIR
from login_stage import LoginGate
from robot import Robot
from test_long_token import long_token

LONGEST = 16384


@pytest.fixture(scope="module")
def server():
    from bad_as import Server
    made = Server()
    yield made
    made.close()


@pytest.fixture(scope="module")
def gate(alpaca, daemon, server, sshd, sudo):
    made = LoginGate(daemon, alpaca, RUNDIR, users=alpaca.people, more={"acme": {
        "url": server.url, "introspection_endpoint": f"{server.url}/introspect",
        "client_id": "gate", "client_secret_file": "{secret}",
        "audience": "https://hosts.example.test", "user_claim": "username",
        "breaker": "off", "insecure_loopback": "yes"}}, policies={
            "hosts": {"service": f"sshd {sshd.service}", "issuer": "acme",
                      "require": "trading"},
            "sudo": {"service": sudo.service, "issuer": "acme", "require": "sudo:run"}})
    made.add_secret("acme", "the-gate's-own-secret")
    made.start()
    yield made
    made.close()


def ask_code(gate, token, user, service, host="desk.example.com"):
    return Robot({"Authorization": f"Bearer {token}"}).send(
        gate.front_url + "/code", {"user": user, "service": service, "host": host})


def code_for(gate, token, user, service):
    reply = ask_code(gate, token, user, service)
    assert reply.status == 200, (reply.status, reply.text)
    code = json.loads(reply.text)["code"]
    assert code.startswith("sg-") and len(code) < 64
    return code


def check(gate, token, user, service="sshd", rhost="192.0.2.1"):
    reply = wire.ask(gate.rundir / "login.sock", wire.encode(
        wire.CHECK, service=service, user=user, token=token, rhost=rhost, budget_ms=10000))
    return reply.values["verdict"]


def test_the_longest_token_through_ssh(gate, server, sshd, alice):
    token = server.give(long_token(LONGEST), alice.name, "trading")
    said = sshd.login(alice.name, code_for(gate, token, alice.name, sshd.service))
    assert (said.code, said.out, len(said.prompts)) == (0, alice.name, 1), said


def test_the_longest_token_through_sudo(gate, server, sudo, alice, bob):
    token = server.give(long_token(LONGEST)[::-1], alice.name, "sudo:run")
    said = sudo.run(code_for(gate, token, alice.name, sudo.service))
    assert (said.returncode, said.stdout.strip()) == (0, bob.name), said.stderr


def test_of_100_logins_with_one_code_exactly_one_is_let_in(gate, server, alice):
    token = server.give("token-for-a-hundred", alice.name, "trading")
    code = code_for(gate, token, alice.name, "sshd")
    verdicts, together = [], threading.Barrier(100)

    def one(n):
        together.wait(30)
        verdicts.append(check(gate, code, alice.name, rhost=f"10.9.{n}.1"))
    threads = [threading.Thread(target=one, args=(n,)) for n in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert verdicts.count(wire.ALLOW) == 1 and verdicts.count(wire.DENY) == 99


def test_a_code_is_for_one_user_and_one_service(gate, server, alice, bob, sudo):
    token = server.give("token-to-be-bound", alice.name, "trading sudo:run")
    for user, service in (bob.name, "sshd"), (alice.name, sudo.service):
        code = code_for(gate, token, alice.name, "sshd")
        assert check(gate, code, user, service, "192.0.2.9") == wire.DENY
    code = code_for(gate, token, alice.name, "sshd")
    assert check(gate, code, alice.name, rhost="192.0.2.10") == wire.ALLOW


def test_a_code_for_another_host_is_not_given(gate, server, alice):
    token = server.give("token-for-elsewhere", alice.name, "trading")
    reply = ask_code(gate, token, alice.name, "sshd", "other.example.com")
    assert reply.status >= 400 and "sg-" not in reply.text


def test_a_code_is_no_way_around_the_policy(gate, server, alice):
    token = server.give("token-of-data-alone", alice.name, "data")
    reply = ask_code(gate, token, alice.name, "sshd")
    if reply.status == 200:
        assert check(gate, json.loads(reply.text)["code"], alice.name) == wire.DENY
    else:
        assert "sg-" not in reply.text
    assert gate.last()["reason"] == "scope_missing"


def test_guessing_codes_ends_soon(gate, server, alice, bob):
    """What is refused counts: ten tries at once, and then six a minute."""
    token = server.give("token-that-is-guessed", bob.name, "trading")
    code = code_for(gate, token, bob.name, "sshd")
    for n in range(30):
        guess = code[:-4] + f"{n:04d}"
        assert guess == code or check(gate, guess, bob.name, rhost="198.51.100.4") == wire.DENY
    reasons = [r["reason"] for r in gate.audit()[-30:]]
    assert reasons.count("login_code_wrong") <= 11
    assert reasons.count("too_many_tries") >= 18
    assert check(gate, code, bob.name, rhost="198.51.100.4") == wire.DENY
    assert check(gate, code, bob.name, rhost="198.51.100.5") == wire.ALLOW


def test_asking_without_a_good_token_gives_no_code(gate, alice):
    for headers in {}, {"Authorization": "Bearer nobody-issued-this"}, \
            {"Authorization": "Basic YTpi"}:
        reply = Robot(headers).send(gate.front_url + "/code", {
            "user": alice.name, "service": "sshd", "host": "desk.example.com"})
        assert reply.status in (400, 401) and "sg-" not in reply.text
        assert reply.headers["WWW-Authenticate"].startswith("Bearer")
