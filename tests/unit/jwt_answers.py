# SPDX-License-Identifier: ISC
"""Signed introspection responses (RFC 9701): those and no others."""

import json
import time

import daemon_driver as d
import jwt_driver as j
from daemon_driver import ALLOW, DENY, UNAVAILABLE, case

SIGNED = j.validated("introspect", "introspection_signed = yes\n")
AS_ANSWER_MALFORMED = 106
TYP = "token-introspection+jwt"


def envelope(server, key="k-1", kid=None, typ=TYP, facts=None, **changes):
    """An answer as the server signs it; claims that are None are left out."""
    server.key(key)
    claims = {"iss": server.url, "aud": "gate", "iat": int(time.time()),
              "token_introspection": facts or server.facts()}
    claims.update(changes)
    header = {"alg": "ES256", "kid": kid or key}
    if typ is not None:
        header["typ"] = typ
    return server.signer.ask("sign", key, json.dumps(header), json.dumps(
        {k: v for k, v in claims.items() if v is not None}))


@case(configure=SIGNED)
def a_signed_answer_is_taken(daemon, server):
    server.answers["good"] = 200, envelope(server)
    for _ in range(2):
        assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    assert server.asked["good"] == 1 and server.fetched() == 1
    assert server.accepted["good"] == "application/token-introspection+jwt"
    server.answers["gone"] = 200, envelope(server, facts={"active": False})
    assert daemon.check("gone").outcome == (DENY, d.TOKEN_INACTIVE)
    # Of the envelope nothing is the token's.
    server.answers["thin"] = 200, envelope(
        server, facts=server.facts(scope="data"), scope="trading")
    assert daemon.check("thin").outcome == (DENY, d.SCOPE_MISSING)
    many = envelope(server, aud=["other", "gate"])
    server.answers["many"] = 200, many
    assert daemon.check("many").outcome == (ALLOW, d.GRANTED)


@case(configure=SIGNED)
def nothing_else_is(daemon, server):
    now = int(time.time())
    good = envelope(server)
    head, body, signature = good.split(".")
    for number, answer in enumerate((
            server.facts(),  # no way down to an unsigned one
            json.dumps(server.facts()),
            envelope(server, typ="JWT"),
            envelope(server, typ="at+jwt"),
            envelope(server, typ=None),
            envelope(server, iss=server.url + "/"),
            envelope(server, iss=None),
            envelope(server, aud="laptop"),
            envelope(server, aud=None),
            envelope(server, aud={"gate": 1}),
            envelope(server, iat=None),
            envelope(server, iat=now + 3600),
            envelope(server, iat=now - 3600),
            envelope(server, iat=str(now)),
            envelope(server, token_introspection=None),
            envelope(server, token_introspection=[server.facts()]),
            envelope(server, facts=server.facts(active="true")),
            server.token(),
            "%s.%s.%s" % (head, body, signature[::-1]),
            "%s.%s." % (head, body), "", "...", good + ".x")):
        token = "t%d" % number
        server.answers[token] = 200, answer
        outcome = daemon.check(token).outcome
        assert outcome == (UNAVAILABLE, AS_ANSWER_MALFORMED), (
            number, outcome)
    server.answers["good"] = 200, envelope(server)
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    assert not j.parts_told(daemon, [good])


@case(configure=SIGNED)
def a_foreign_key_vouches_for_nothing(daemon, server):
    server.answers["good"] = 200, envelope(server)
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    for n, forged in enumerate((envelope(server, key="k-x", kid="k-1"),
                                envelope(server, key="k-y"))):
        token = "forged%d" % n
        server.answers[token] = 200, forged
        assert daemon.check(token).outcome == (
            UNAVAILABLE, AS_ANSWER_MALFORMED)


@case(configure=SIGNED)
def a_new_key_is_fetched_for_an_answer(daemon, server):
    server.answers["a"] = 200, envelope(server)
    assert daemon.check("a").outcome == (ALLOW, d.GRANTED)
    server.publish("k-1", "k-2")
    server.answers["b"] = 200, envelope(server, key="k-2")
    assert daemon.check("b").outcome == (ALLOW, d.GRANTED), "rotation"
    assert server.fetched() == 2


@case(configure=SIGNED)
def without_keys_it_is_unavailable(daemon, server):
    server.publish()
    daemon.control("reload")
    server.answers["good"] = 200, envelope(server, key="k-9")
    assert daemon.check("good").outcome[0] == UNAVAILABLE


@case(configure=SIGNED)
def a_denied_key_signs_no_answers(daemon, server):
    server.answers["good"] = 200, envelope(server)
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    assert daemon.control("deny", (38, b"kid"), (39, b"k-1"))["added"] is True
    assert daemon.check("good").outcome == (DENY, 38)


@case(configure=SIGNED)
def leaving_while_an_answer_waits_shuts_nobody_out(daemon, server):
    server.answers["good"] = 200, envelope(server)
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    for n in range(6):
        server.answers["b%d" % n] = 503, {}
        assert daemon.check("b%d" % n).outcome[0] == UNAVAILABLE
    time.sleep(5.3)  # half-open: one question goes through
    server.publish("k-1", "k-2")
    server.answers["new"] = 200, envelope(server, key="k-2")
    server.open.clear()
    with d.connect(daemon.socket()) as s:
        s.send(d.check_message("new"))
        assert d.Reply(s.recv(70000)).type == d.ACK
        daemon.wait_for(lambda: server.asked["new"] == 1)
        daemon.wait_for(lambda: server.fetched() == 2)
    server.open.set()
    server.answers["next"] = 200, envelope(server)
    daemon.wait_for(lambda: daemon.check("next").outcome == (
        ALLOW, d.GRANTED), 8)
