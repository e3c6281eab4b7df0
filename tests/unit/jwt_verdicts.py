# SPDX-License-Identifier: ISC
"""`validation = jwt`: what is decided, and when keys are asked for."""

import json
import os
import time

import daemon_driver as d
import jwt_driver as j
from daemon_driver import ALLOW, DENY, UNAVAILABLE, case

JWT = j.validated("jwt")


@case(configure=JWT)
def keys_are_fetched_once_and_nobody_is_asked(daemon, server):
    for _ in range(5):
        token = server.token()
        reply = daemon.check(token)
        assert reply.outcome == (ALLOW, d.GRANTED), reply.outcome
        assert len(reply.text(d.HANDLE)) == 32
        assert daemon.account(reply.text(d.HANDLE)).outcome[0] == ALLOW
        assert server.asked[token] == 0
    assert server.fetched() == 1, server.asked
    records = daemon.audit()
    assert len(records) == 10
    assert records[0]["reason"] == "granted" and records[0]["sub"] == "s-1"
    assert records[0]["client_id"] == "laptop", records[0]


@case(configure=JWT, start=False)
def the_first_login_waits_for_keys(daemon, server):
    server.open.clear()
    daemon.start()
    with d.connect(daemon.socket()) as s:
        s.send(d.check_message(server.token()))
        assert d.Reply(s.recv(70000)).type == d.ACK
        server.open.set()
        reply, _ = d.receive_final(s)
    assert reply.outcome == (ALLOW, d.GRANTED), reply.outcome
    assert server.fetched() == 1


@case(configure=JWT)
def keys_serve_while_the_server_is_away(daemon, server):
    daemon.check(server.token())
    server.stop()
    assert daemon.check(server.token()).outcome == (ALLOW, d.GRANTED)
    # Also those on disk, for who restarts meanwhile.
    daemon.stop()
    os.truncate(daemon.path("log/stderr"), 0)
    daemon.start()
    assert daemon.check(server.token()).outcome == (ALLOW, d.GRANTED)
    # A name that is not known may be new, and nobody can say.
    assert daemon.check(server.token("k-2")).outcome == \
        (UNAVAILABLE, j.KEYS_UNAVAILABLE)
    server.start()


@case(configure=JWT, start=False)
def a_server_that_was_never_there(daemon, server):
    server.stop()
    daemon.start()
    token = server.token()
    for _ in range(12):
        assert daemon.check(token, rhost="192.0.2.1").outcome == \
            (UNAVAILABLE, j.KEYS_UNAVAILABLE)
    assert daemon.audit()[-1]["reason"] == "keys_unavailable"
    # Nothing of it counted as a try.
    server.start()
    daemon.wait_for(lambda: daemon.check(token, rhost="192.0.2.1").outcome
                    == (ALLOW, d.GRANTED), 70)


@case(configure=JWT)
def reasons_and_what_the_record_says(daemon, server):
    now = int(time.time())
    rows = (
        ("opaque-token", j.TOKEN_NOT_JWT, "three parts"),
        (server.token(typ="JWT"), j.TOKEN_TYPE_WRONG, "`typ`"),
        (server.token(jti=None), j.CLAIM_MISSING, "jti is missing"),
        (server.token(exp=now + 3601), j.LIFETIME_TOO_LONG, None),
        (server.token(exp="soon"), j.TOKEN_NOT_JWT, "exp"),
        (server.token(exp=now - 20, iat=now - 100), j.TOKEN_EXPIRED, None),
        (server.token(iss="https://as.example.com"), j.ISSUER_MISMATCH, None),
        (server.token(aud=["others"]), j.AUDIENCE_MISMATCH, None),
        (server.token(cnf={"jkt": "x"}), 19, None),
        (server.token(scope="data"), d.SCOPE_MISSING, "trading"),
        (server.token("k-x", kid="k-1"), j.SIGNATURE_INVALID,
         "the signature is wrong"),
        (server.token("k-x"), j.KEY_UNKNOWN, "no key of the set fits"),
    )
    for number, (token, reason, detail) in enumerate(rows):
        reply = daemon.check(token, rhost="198.51.100.%d" % number)
        assert reply.outcome == (DENY, reason), (number, reply.outcome)
        record = daemon.audit()[-1]
        assert record["ref"] == reply.text(d.REF)
        if detail is not None:
            assert detail in record["detail"], record
        else:
            assert "detail" not in record, record
        assert server.asked[token] == 0
    assert j.parts_told(daemon, server.given) == []
    status = daemon.control("status")
    assert status["cache"] == {"positive": 0, "negative": 0}


@case(configure=JWT)
def a_new_key_counts_at_once_and_an_old_one_no_more(daemon, server):
    assert daemon.check(server.token("k-1")).outcome[0] == ALLOW
    server.publish("k-2")
    # Old keys serve until somebody has a reason to ask.
    assert daemon.check(server.token("k-1")).outcome[0] == ALLOW
    reply = daemon.check(server.token("k-2"))
    assert reply.outcome == (ALLOW, d.GRANTED), reply.outcome
    assert "detail" not in daemon.audit()[-1]
    assert server.fetched() == 2
    assert daemon.check(server.token("k-1")).outcome == \
        (DENY, j.KEY_UNKNOWN)
    assert server.fetched() == 2


@case(configure=JWT)
def a_set_without_keys_takes_none_away(daemon, server):
    assert daemon.check(server.token()).outcome[0] == ALLOW
    server.publish()
    assert daemon.check(server.token("k-2")).outcome == \
        (UNAVAILABLE, j.KEYS_UNAVAILABLE)
    assert daemon.check(server.token()).outcome == (ALLOW, d.GRANTED)
    assert "holds no key that can be used" in daemon.stderr()


@case(configure=j.validated("jwt", "jwt_profile = lax\n"))
def lax_takes_what_many_servers_make(daemon, server):
    token = server.token(typ="JWT", client_id=None, azp="laptop", jti=None)
    assert daemon.check(token).outcome == (ALLOW, d.GRANTED)
    assert daemon.audit()[-1]["client_id"] == "laptop"
    token = server.token(typ="JWT", client_id=None, azp="laptop", nonce="n")
    assert daemon.check(token).outcome == (DENY, j.TOKEN_TYPE_WRONG)


@case(configure=JWT)
def status_tells_where_the_keys_are(daemon, server):
    daemon.check(server.token())
    issuer = daemon.control("status")["issuers"][0]
    assert issuer["endpoint"] == server.url + "/jwks", issuer
    assert issuer["keys"]["age_s"] >= 0, issuer
    assert issuer["revocation_seen_within_s"] is None, issuer
    assert issuer["max_lifetime_s"] == 3600, issuer


@case(configure=JWT, start=False)
def status_tells_that_there_are_no_keys(daemon, server):
    server.publish()
    daemon.start()
    issuer = daemon.control("status")["issuers"][0]
    assert issuer["keys"] == {"from": "server", "age_s": None}, issuer


@case(configure=JWT, start=False)
def each_key_is_for_one_algorithm(daemon, server):
    """The keys of the set do not say for which: the operator's list does."""
    for algorithm in "RS256", "PS256", "EdDSA":
        server.key(algorithm, algorithm)
    server.publish("k-1", "RS256", "PS256", "EdDSA")
    daemon.start()
    for key in "k-1", "RS256", "EdDSA":
        assert daemon.check(server.token(key)).outcome == (ALLOW, d.GRANTED)
    assert daemon.check(server.token("PS256")).outcome == \
        (DENY, j.KEY_UNKNOWN)
    daemon.issuer += "jwt_algorithms = PS256 EdDSA\n"
    j.reconfigured(daemon)
    for key in "PS256", "EdDSA":
        assert daemon.check(server.token(key)).outcome == (ALLOW, d.GRANTED)
    assert daemon.check(server.token("RS256")).outcome == \
        (DENY, j.TOKEN_NOT_JWT)
    assert daemon.check(server.token("k-1")).outcome == \
        (DENY, j.TOKEN_NOT_JWT)


@case(start=False)
def a_file_of_keys_asks_nobody(daemon, server):
    def keep(*names):
        daemon.write("etc/keys", json.dumps(
            {"keys": [server.keys[name] for name in names]}), 0o644)

    server.key("k-2")
    keep("k-1")
    daemon.issuer = "validation = jwt\njwks_file = %s\n" % \
        daemon.path("etc/keys")
    daemon.head = ""
    daemon.write_config(issuer=daemon.issuer)
    server.stop()
    daemon.start()
    assert daemon.check(server.token("k-1")).outcome == (ALLOW, d.GRANTED)
    assert daemon.control("status")["issuers"][0]["keys"] == {
        "from": "file", "age_s": None}
    assert daemon.check(server.token("k-2")).outcome == \
        (DENY, j.KEY_UNKNOWN)
    keep("k-2")
    j.reconfigured(daemon)
    assert daemon.check(server.token("k-2")).outcome == (ALLOW, d.GRANTED)
    assert daemon.check(server.token("k-1")).outcome == \
        (DENY, j.KEY_UNKNOWN)
    # A file that is no good leaves what there was.
    daemon.write("etc/keys", "{}", 0o644)
    daemon.own()
    answer = daemon.control("reload")
    assert answer["reloaded"] is False and "jwks_file" in answer["error"]
    assert daemon.check(server.token("k-2")).outcome == (ALLOW, d.GRANTED)
    server.start()


@case(configure=JWT)
def the_operator_s_check(daemon, server):
    token = server.token(scope="data")
    c = daemon.control_check(token)
    assert (c["verdict"], c["reason"]) == ("deny", "scope_missing"), c
    rules = {r["name"]: r["passed"] for r in c["rules"]}
    assert rules["aud"] is True and rules["signed"] is True, c
    assert c["facts"]["method"] == "jwt" and c["facts"]["kid"] == "k-1", c
    assert c["facts"]["jti"] == "t-0", c
    assert token.split(".")[2] not in str(c)
    c = daemon.control_check(server.token("k-x", kid="k-1"))
    assert (c["verdict"], c["reason"]) == ("deny", "signature_invalid"), c
    rule = [r for r in c["rules"] if r["name"] == "signed"]
    assert rule == [{"name": "signed", "passed": False,
                     "detail": "the signature is wrong"}], c


@case(configure=JWT, start=False)
def without_keys_no_signature_is_judged(daemon, server):
    server.publish()
    daemon.start()
    c = daemon.control_check(server.token())
    assert (c["verdict"], c["reason"]) == (
        "unavailable", "keys_unavailable"), c
    assert "signed" not in [r["name"] for r in c["rules"]], c


@case(configure=JWT)
def a_reload_keeps_the_keys(daemon, server):
    assert daemon.check(server.token()).outcome[0] == ALLOW
    server.stop()
    j.reconfigured(daemon, policy="require = trading data")
    assert daemon.check(server.token()).outcome == (ALLOW, d.GRANTED)
    assert server.fetched() == 1
    # Another place has other keys.
    daemon.issuer = daemon.issuer.replace("/jwks", "/other")
    j.reconfigured(daemon)
    assert daemon.check(server.token()).outcome == \
        (UNAVAILABLE, j.KEYS_UNAVAILABLE)
    server.start()


@case(configure=JWT, start=False)
def a_state_folder_that_others_may_read(daemon, server):
    # Nobody could say whom its deny list denies.
    os.chmod(daemon.path("state"), 0o755)
    daemon.start(wait=False)
    assert daemon.process.wait(20) == 78
    assert "chmod 0700" in daemon.stderr()
    os.chmod(daemon.path("state"), 0o700)
    daemon.start()
    assert daemon.check(server.token()).outcome == (ALLOW, d.GRANTED)

@case(configure=j.validated("jwt"))
def a_denied_key_need_not_be_named(daemon, server):
    assert daemon.check(server.token()).outcome == (ALLOW, d.GRANTED)
    answer = daemon.control("deny", (38, b"kid"), (39, b"k-1"))
    assert answer["added"] is True
    now = int(time.time())
    unnamed = server.signer.ask(
        "sign", "k-1", json.dumps({"alg": "ES256", "typ": "at+jwt"}),
        json.dumps({"iss": server.url, "sub": "s-1", "aud": "hosts",
                    "preferred_username": "alice", "client_id": "laptop",
                    "scope": "trading", "exp": now + 600, "iat": now,
                    "jti": "t"}))
    for token in server.token(), unnamed:
        assert daemon.check(token).outcome == (DENY, 38)
        assert daemon.audit()[-1]["kid"] == "k-1"
