# SPDX-License-Identifier: ISC
"""Tokens that programs bring to gatewayd, and what it may tell them."""

import threading

import daemon_driver as d
import login_driver as l
from daemon_driver import ALLOW, DENY, case
from login_driver import Terminal, configure, gateway

GOOD = "alice..trading..paper"
HOST = "host.example.com"


def configure_web(daemon, **more):
    configure(daemon, more="""
[policy dashboard]
service = web:dashboard
issuer = as
require = trading
require_any = data account:write
env = paper
[policy alices]
service = web:alices
user = alice
issuer = as
require = trading
[policy vault]
service = web:vault
issuer = as
require = trading
acr = gold silver
max_age = 5m
""", **more)


def granted(daemon, server, code=GOOD):
    """A token of ours, by a sign-in that let in."""
    t, b = Terminal(daemon, rhost="203.0.113.50"), l.Browser(daemon)
    b.open(t.link)
    page = b.back(code)
    assert page["result"] == "confirm", page
    t.answer(b.confirm()["code"])
    assert t.outcome[0] == ALLOW
    return list(server.tokens)[-1]


def code_for(daemon, token, user="alice", service="sshd", host=HOST,
             rhost="192.0.2.7"):
    return gateway(daemon, "code", token=token, user=user, service=service,
                   host=host, rhost=rhost)


@case(configure=configure)
def a_login_code_stands_for_a_token_once(daemon, server):
    token = granted(daemon, server)
    answer = code_for(daemon, token)
    assert (answer["result"], answer["seconds"]) == ("code", 60), answer
    code = answer["code"]
    assert code.startswith("sg-") and len(code) == 29
    assert daemon.audit()[-1]["op"] == "code"
    assert daemon.check(code).outcome == (ALLOW, d.GRANTED)
    assert daemon.check(code).outcome == (DENY, l.LOGIN_CODE_WRONG)
    # At a prompt of a conversation, too.
    t = Terminal(daemon)
    t.answer(code_for(daemon, token)["code"])
    assert t.outcome == (ALLOW, d.GRANTED)
    written = daemon.stderr()
    with open(daemon.path("log/audit.jsonl")) as f:
        written += f.read()
    assert code not in written and token not in written


@case(configure=configure)
def a_login_code_is_for_one_login(daemon, server):
    token = granted(daemon, server)
    for user, service in (("bob", "sshd"), ("alice", "sudo")):
        code = code_for(daemon, token)["code"]
        assert daemon.check(code, user=user, service=service).outcome == (
            DENY, l.LOGIN_CODE_WRONG), (user, service)
        assert daemon.check(code).outcome == (DENY, l.LOGIN_CODE_WRONG)
    answer = code_for(daemon, token, host="other.example.com")
    assert (answer["result"], answer["host"]) == ("invalid", HOST), answer
    assert "code" not in answer
    never = "sg-" + "A" * 26
    assert daemon.check(never).outcome == (DENY, l.LOGIN_CODE_WRONG)


@case(configure=configure)
def a_login_code_in_a_hundred_logins_at_once(daemon, server):
    code = code_for(daemon, granted(daemon, server))["code"]
    sockets = [d.connect(daemon.socket()) for _ in range(100)]
    for i, s in enumerate(sockets):
        s.send(d.check_message(code, rhost="192.0.2.%d" % i))
    outcomes = [d.receive_final(s)[0].outcome for s in sockets]
    assert outcomes.count((ALLOW, d.GRANTED)) == 1
    assert outcomes.count((DENY, l.LOGIN_CODE_WRONG)) == 99
    for s in sockets:
        s.close()


@case(configure=configure)
def a_code_is_judged_when_made_and_when_used(daemon, server):
    for code, reason, error, missing in (
            ("alice..data..paper", "token_foreign", "invalid_token", None),
            ("bob..trading..paper", "token_foreign", "invalid_token", None)):
        answer = code_for(daemon, server.token(code))
        assert (answer["result"], answer["reason"], answer["error"]) == (
            "deny", reason, error), answer
        assert answer["ref"] == daemon.audit()[-1]["ref"]
    token = granted(daemon, server, "alice..trading data..paper")
    code = code_for(daemon, token)["code"]
    configure(daemon, policy="refuse = data")
    assert daemon.control("reload")["reloaded"]
    assert daemon.check(code).outcome[0] == DENY
    assert daemon.audit()[-1]["reason"] == "scope_refused"
    answer = code_for(daemon, token)
    assert (answer["result"], answer["error"]) == (
        "deny", "insufficient_scope"), answer


@case(configure=lambda daemon: configure(daemon, issuer="cache = 0s"))
def a_code_survives_the_wait_for_the_broker(daemon, server):
    token = granted(daemon, server)
    for n in range(3):
        code = code_for(daemon, token)["code"]
        assert daemon.check(code).outcome == (ALLOW, d.GRANTED)
    server.tokens.clear()
    answer = code_for(daemon, token)
    assert (answer["result"], answer["error"]) == ("deny", "invalid_token")


@case(configure=configure)
def many_wrong_codes_are_throttled(daemon, server):
    codes = ["sg-" + ("%026d" % i).replace("0", "A").replace("1", "B")
             for i in range(12)]
    outcomes = [daemon.check(code, rhost="192.0.2.7").outcome
                for code in codes]
    assert outcomes[:10] == [(DENY, l.LOGIN_CODE_WRONG)] * 10
    assert outcomes[10] == (DENY, d.TOO_MANY_TRIES)
    answer = code_for(daemon, "x" * 20)
    assert (answer["reason"], answer["retry_after"] > 0) == (
        "too_many_tries", True), answer


def authorize(daemon, token, service="web:dashboard"):
    return gateway(daemon, "authorize", token=token, service=service,
                   rhost="192.0.2.7")


@case(configure=configure_web)
def a_page_learns_who_it_is(daemon, server):
    token = granted(daemon, server, "alice..trading data..paper")
    answer = authorize(daemon, token)
    assert answer["result"] == "allow", answer
    shown = {k: answer[k] for k in ("user", "subject", "client_id", "issuer",
                                    "environment", "scopes")}
    assert shown == {"user": "alice", "subject": "account-of-alice",
                     "client_id": "gate", "issuer": "as",
                     "environment": "paper", "scopes": ["trading", "data"]}
    record = daemon.audit()[-1]
    assert (record["op"], record["user"], record["service"],
            record["ref"]) == ("web", "alice", "web:dashboard", answer["ref"])
    assert token not in str(answer)


@case(configure=configure_web)
def a_page_is_refused_in_the_terms_of_bearer_tokens(daemon, server):
    token = granted(daemon, server)
    answer = authorize(daemon, token)
    assert (answer["result"], answer["error"], answer["missing"]) == (
        "deny", "insufficient_scope", ["data", "account:write"]), answer
    assert daemon.audit()[-1]["reason"] == "scope_any_missing"
    answer = authorize(daemon, "nobody-knows-this-one")
    assert (answer["result"], answer["error"]) == ("deny", "invalid_token")
    answer = authorize(daemon, token, "web:nowhere")
    assert (answer["result"], answer["reason"]) == ("deny", "no_policy")
    assert authorize(daemon, token, "web:alices")["result"] == "allow"
    # RFC 9470: what would do is told.
    answer = authorize(daemon, token, "web:vault")
    assert (answer["error"], answer["acr_values"], answer["max_age"]) == (
        "insufficient_user_authentication", ["gold", "silver"], 300), answer
    reply = daemon.ask(l.gateway_message(
        "authorize", token=token, service="sshd", rhost="x"), "gateway")
    assert (reply.type, reply.number(d.TAG_ERROR)) == (d.ERROR, d.E_MALFORMED)


@case(configure=lambda daemon: configure_web(daemon, issuer="cache = 300s"))
def an_event_is_a_hint_and_no_more(daemon, server):
    token = granted(daemon, server)
    assert daemon.check(token).outcome[0] == ALLOW
    asked = server.asked["/paper/v2/account"]
    assert daemon.check(token).outcome[0] == ALLOW
    assert server.asked["/paper/v2/account"] == asked

    def event(text):
        return gateway(daemon, "event", document=text)

    told = ('{"iss":"%s","jti":"1","sub_id":{"format":"iss_sub","iss":"%s",'
            '"sub":"account-of-alice"},"events":{"urn:x:revoked":{}}}'
            % (server.url, server.url))
    assert event(told) == {"result": "accepted", "grants": 1}
    # It lives: the broker is asked, and says so.
    assert daemon.check(token).outcome[0] == ALLOW
    assert server.asked["/paper/v2/account"] > asked
    server.tokens.clear()
    assert daemon.check(token).outcome[0] == ALLOW
    # Of somebody whom we know by another name.
    assert event(told.replace("account-of-alice", "user-7"))["grants"] == 1
    assert daemon.check(token).outcome[0] == DENY
    for wrong in ("{", "[]", '{"events":{"x":{}}}',
                  told.replace(server.url, "https://other.example.com"),
                  told.replace('{"urn:x:revoked":{}}', "{}")):
        answer = event(wrong)
        assert answer["result"] == "invalid" and answer["sentence"], wrong


@case(configure=configure_web)
def what_the_front_may_tell(daemon, server):
    assert gateway(daemon, "metadata") == {
        "result": "metadata", "host": HOST, "issuers": [server.url],
        "scopes": ["trading", "data", "account:write"]}
    granted(daemon, server)
    t = Terminal(daemon)
    told = gateway(daemon, "metrics")
    assert told["result"] == "metrics"
    assert told["decisions"] == {"allow": 1, "deny": 0, "unavailable": 0}
    assert told["logins"] == {"waiting": 1, "begun": 2, "finished": 1,
                              "unfinished": 0, "declined": 0, "codes": 0}
    assert told["grants"] == 1 and told["connections"] == 2
    assert [i["name"] for i in told["issuers"]] == ["as"]
    assert "alice" not in str(told) and "192.0.2" not in str(told)
    t.close()
    configure(daemon)
    assert daemon.control("reload")["reloaded"]
    assert gateway(daemon, "metadata")["issuers"] == []


@case(configure=configure)
def threads_of_gatewayd_do_not_mix(daemon, server):
    token = granted(daemon, server)
    codes, failures = [], []

    def ask():
        for _ in range(10):
            answer = code_for(daemon, token)
            if answer["result"] == "code":
                codes.append(answer["code"])
            else:
                failures.append(answer)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == [] and len(set(codes)) == 80
