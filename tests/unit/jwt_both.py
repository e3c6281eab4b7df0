# SPDX-License-Identifier: ISC
"""`validation = both`: the token by itself, then its server, and both must
agree."""

import os

import daemon_driver as d
import jwt_driver as j
from daemon_driver import ALLOW, DENY, UNAVAILABLE, Skip, case

BOTH = j.validated("both")


@case(configure=BOTH)
def both_say_yes(daemon, server):
    token = server.token()
    reply = daemon.check(token)
    assert reply.outcome == (ALLOW, d.GRANTED), reply.outcome
    assert daemon.account(reply.text(d.HANDLE)).outcome[0] == ALLOW
    assert daemon.check(token).outcome == (ALLOW, d.GRANTED)
    # The server's answer is kept as ever; the signature is looked at anew.
    assert server.asked[token] == 1 and server.fetched() == 1
    assert [r["cache"] for r in daemon.audit()][::2] == ["miss", "hit"]


@case(configure=BOTH)
def the_server_says_no(daemon, server):
    token = server.token()
    server.answers[token] = 200, {"active": False}
    for _ in range(2):
        assert daemon.check(token).outcome == (DENY, d.TOKEN_INACTIVE)
    assert server.asked[token] == 1
    assert daemon.audit()[-1]["reason"] == "token_inactive"


@case(configure=BOTH)
def a_bad_token_is_not_asked_about(daemon, server):
    for number, (token, reason) in enumerate((
            (server.token("k-x", kid="k-1"), j.SIGNATURE_INVALID),
            (server.token("k-x"), j.KEY_UNKNOWN),
            (server.token(typ="JWT"), j.TOKEN_TYPE_WRONG),
            (server.token(exp=1700000000, iat=1699999000), j.TOKEN_EXPIRED),
            (server.token(aud="others"), j.AUDIENCE_MISMATCH),
            (server.token(iss="https://as.example.com"), j.ISSUER_MISMATCH),
            ("opaque", j.TOKEN_NOT_JWT))):
        reply = daemon.check(token, rhost="198.51.100.%d" % number)
        assert reply.outcome == (DENY, reason), (number, reply.outcome)
        assert server.asked[token] == 0, number


@case(configure=BOTH)
def they_disagree(daemon, server):
    for number, changes in enumerate((
            {"sub": "s-2"}, {"client_id": "phone"},
            {"token_type": "DPoP", "cnf": {}}, {"aud": "others"},
            {"iss": "https://as.example.com"}, {"exp": 1700000000})):
        token = server.token()
        server.answers[token] = 200, server.facts(**changes)
        reply = daemon.check(token, rhost="198.51.100.%d" % number)
        wanted = {2: 19, 3: j.AUDIENCE_MISMATCH, 5: j.TOKEN_EXPIRED}.get(
            number, j.FACTS_DISAGREE)
        assert reply.outcome == (DENY, wanted), (changes, reply.outcome)
        assert server.asked[token] == 1


@case(configure=BOTH)
def a_scope_counts_that_both_state(daemon, server):
    token = server.token(scope="trading data")
    server.answers[token] = 200, server.facts(scope="data wire")
    reply = daemon.check(token)
    assert reply.outcome == (DENY, d.SCOPE_MISSING), reply.outcome
    assert reply.text(d.DETAIL) == "trading"
    j.reconfigured(daemon, policy="require = data")
    assert daemon.check(token).outcome == (ALLOW, d.GRANTED)
    j.reconfigured(daemon, policy="require = wire")
    assert daemon.check(token).outcome == (DENY, d.SCOPE_MISSING)


@case(configure=j.validated("both", "breaker = off\n"))
def a_server_that_is_away_is_neither_yes_nor_no(daemon, server):
    token = server.token()
    server.answers[token] = 503, {}
    reply = daemon.check(token)
    assert reply.outcome == (UNAVAILABLE, d.AS_ERROR), reply.outcome
    server.stop()
    assert daemon.check(token).outcome == (UNAVAILABLE, d.AS_UNREACHABLE)
    assert "detail" not in daemon.audit()[-1], daemon.audit()[-1]
    server.start()


@case(configure=j.validated("both", "breaker = off\n"))
def what_the_first_half_said_is_not_the_second_s_reason(daemon, server):
    assert daemon.check(server.token()).outcome[0] == ALLOW
    server.publish("k-1", "k-2")
    token = server.token("k-2")
    server.answers[token] = 503, {}
    assert daemon.check(token).outcome == (UNAVAILABLE, d.AS_ERROR)
    assert "key" not in daemon.audit()[-1].get("detail", ""), \
        daemon.audit()[-1]


def asked_both_ways(daemon, server, token, look=None):
    """Waits for keys, then for the answer, in one request."""
    server.open.clear()
    daemon.start()
    server.delays[token] = 0 if look is None else 3
    with d.connect(daemon.socket()) as s:
        s.send(d.check_message(token))
        assert d.Reply(s.recv(70000)).type == d.ACK
        server.open.set()
        if look is not None:
            daemon.wait_for(lambda: server.asked[token] == 1)
            look()
        return d.receive_final(s)


@case(configure=BOTH, start=False)
def keys_and_then_the_answer_in_one_request(daemon, server):
    token = server.token()
    reply, acked = asked_both_ways(daemon, server, token)
    assert reply.outcome == (ALLOW, d.GRANTED), reply.outcome
    assert not acked, "a second ACK"
    assert server.asked[token] == 1 and server.fetched() == 1
    assert len(daemon.audit()) == 1
    assert j.parts_told(daemon, [token]) == []


@case(configure=BOTH, start=False)
def keys_and_then_a_no_in_one_request(daemon, server):
    token = server.token()
    server.answers[token] = 200, {"active": False}
    reply, _ = asked_both_ways(daemon, server, token)
    assert reply.outcome == (DENY, d.TOKEN_INACTIVE), reply.outcome
    assert server.asked[token] == 1 and len(daemon.audit()) == 1


@case(configure=BOTH, start=False)
def a_token_that_was_sent_is_not_kept(daemon, server):
    if os.geteuid() != 0:
        raise Skip("only root reads another process's memory")
    token = server.token()
    seen = []
    reply, _ = asked_both_ways(daemon, server, token, lambda: seen.append(
        j.memory_has(daemon.process.pid, token.split(".")[2].encode())))
    assert reply.outcome == (ALLOW, d.GRANTED), reply.outcome
    assert seen == [False], "the token is in memory while its server is asked"


@case(configure=BOTH)
def leaving_while_the_keys_are_fetched(daemon, server):
    assert daemon.check(server.token()).outcome[0] == ALLOW
    server.publish("k-1", "k-2")
    server.open.clear()
    token = server.token("k-2")
    with d.connect(daemon.socket()) as s:
        s.send(d.check_message(token))
        assert d.Reply(s.recv(70000)).type == d.ACK
    server.open.set()
    daemon.wait_for(lambda: server.fetched() == 2)
    assert daemon.check(server.token("k-2")).outcome[0] == ALLOW
    assert server.asked[token] == 0
    assert len(daemon.audit()) == 2
