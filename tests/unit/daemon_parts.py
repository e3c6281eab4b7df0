# SPDX-License-Identifier: ISC
"""The parts around a decision, and what the operator asks."""

import json
import os
import resource
import signal
import threading

import daemon_driver as d
from daemon_driver import (ALLOW, DENY, UNAVAILABLE, case, check_message,
                           connect, receive_final)


@case()
def breaker_opens_and_says_so(daemon, server):
    server.stop()
    seen = [daemon.check("t%d" % i).outcome[1] for i in range(8)]
    assert seen[0] == d.AS_UNREACHABLE, seen
    assert seen[-1] == d.BREAKER_OPEN, seen
    status = daemon.control("status")["issuers"][0]
    assert status["breaker"] == "open" and status["failed"] >= 5
    assert daemon.stderr().count("breaker open") == 1
    server.start()
    daemon.wait_for(lambda: daemon.check("u").outcome[0] == ALLOW, 15)
    assert daemon.control("status")["issuers"][0]["breaker"] == "closed"
    assert daemon.stderr().count("breaker closed") == 1


@case(issuer="breaker = off")
def without_a_breaker_each_asks(daemon, server):
    server.stop()
    seen = {daemon.check("t%d" % i).outcome[1] for i in range(8)}
    assert seen == {d.AS_UNREACHABLE}, seen


@case()
def fetch_killed(daemon, server):
    server.delays["slow"] = 2
    fetch = [pid for pid, args in daemon.children() if "--role=fetch" in args]
    assert len(fetch) == 1, daemon.children()
    with connect(daemon.socket()) as s:
        s.send(check_message("slow"))
        s.recv(70000)
        os.kill(fetch[0], signal.SIGKILL)
        assert receive_final(s)[0].outcome[0] == UNAVAILABLE
    daemon.wait_for(lambda: daemon.check("new").outcome[0] == ALLOW, 10)
    assert daemon.control("status")["fetch"] == \
        {"running": True, "restarts": 1}


@case(before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000)))
def no_record_no_login(daemon, server):
    replies = [daemon.check("good") for _ in range(12)]
    kept = len(daemon.audit())
    assert 0 < kept < 12
    for reply in replies[:kept]:
        assert reply.outcome == (ALLOW, d.GRANTED)
    for reply in replies[kept:]:
        assert reply.outcome == (UNAVAILABLE, d.AUDIT_FAILED), reply.outcome
        assert d.HANDLE not in reply.values
    reply = daemon.check("good", user="bob")
    assert reply.outcome == (UNAVAILABLE, d.AUDIT_FAILED), reply.outcome
    assert daemon.control_check("good")["reason"] == "audit_failed"
    assert daemon.stderr().count("cannot be written") == 1
    os.rename(daemon.path("log/audit.jsonl"), daemon.path("log/audit.1"))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for(lambda: daemon.control("status")["generation"] == 2)
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    assert len(daemon.audit()) == 1


@case(discover=True)
def endpoint_by_discovery(daemon, server):
    reply = daemon.check("good")
    assert reply.outcome == (UNAVAILABLE, d.ISSUER_UNREADY), reply.outcome
    assert daemon.control("status")["issuers"][0]["endpoint"] is None
    server.metadata = {"issuer": server.url,
                       "introspection_endpoint": server.url + "/introspect"}
    daemon.wait_for(lambda: daemon.check("good").outcome[0] == ALLOW, 10)
    assert daemon.control("status")["issuers"][0]["endpoint"] == \
        server.url + "/introspect"


@case()
def status_document(daemon, server):
    daemon.check("good")
    s = daemon.control("status")
    assert sorted(s) == sorted(
        ["version", "protocol", "pid", "uptime_s", "generation", "config",
         "config_error", "fetch", "audit", "connections", "cache",
         "decisions", "denied_rules", "issuers", "warnings"]), sorted(s)
    assert s["pid"] == daemon.process.pid and s["protocol"] == 1
    assert s["cache"] == {"positive": 1, "negative": 0}
    assert s["decisions"] == {"allow": 1, "deny": 0, "unavailable": 0}
    assert s["fetch"] == {"running": True, "restarts": 0}
    issuer = s["issuers"][0]
    assert (issuer["name"], issuer["asked"], issuer["in_flight"],
            issuer["revocation_seen_within_s"]) == ("as", 1, 0, 10)
    assert s["denied_rules"] == 0 and "keys" not in issuer


@case()
def check_document(daemon, server):
    server.answers["thin"] = 200, server.facts(scope="data")
    c = daemon.control_check("thin")
    assert (c["verdict"], c["reason"], c["cache"]) == \
        ("deny", "scope_missing", "miss")
    assert c["pam_auth"] == "PAM_PERM_DENIED" and c["detail"] == "trading"
    rules = {r["name"]: r["passed"] for r in c["rules"]}
    assert "signed" not in rules and c["facts"]["method"] == "introspection"
    assert rules["require"] is False and rules["aud"] is True, rules
    assert c["facts"]["scopes"] == ["data"] and c["facts"]["active"] is True
    assert "thin" not in json.dumps(c)
    assert daemon.control_check("thin")["cache"] == "hit"
    assert daemon.control("status")["decisions"]["deny"] == 2
    assert all((r.get("op") or r.get("operation")) == "check"
               for r in daemon.audit())


@case()
def flush_forgets(daemon, server):
    server.answers["gone"] = 200, {"active": False}
    handle = daemon.check("good").text(d.HANDLE)
    daemon.check("gone")
    assert daemon.control("flush") == \
        {"flushed": True, "positive": 1, "negative": 1}
    assert daemon.account(handle).outcome == (UNAVAILABLE, d.HANDLE_UNKNOWN)
    daemon.check("good")
    assert server.asked["good"] == 2


@case()
def flush_while_an_answer_is_on_its_way(daemon, server):
    server.delays["slow"] = 0.6
    with connect(daemon.socket()) as s:
        s.send(check_message("slow"))
        s.recv(70000)
        daemon.control("flush")
        assert receive_final(s)[0].outcome[0] == ALLOW
    assert daemon.control("status")["cache"]["positive"] == 0


@case()
def reload_swaps_or_keeps(daemon, server):
    daemon.check("good")
    daemon.write_config(policy="require = wire")
    answer = daemon.control("reload")
    assert answer == {"reloaded": True, "generation": 2}, answer
    assert daemon.check("good").outcome == (DENY, d.SCOPE_MISSING)
    daemon.write_config(policy="requiry = trading")
    answer = daemon.control("reload")
    assert answer["reloaded"] is False
    assert "v.conf:" in answer["error"] and "requiry" in answer["error"]
    assert "requiry" in daemon.control("status")["config_error"]
    assert daemon.check("good").outcome == (DENY, d.SCOPE_MISSING)
    daemon.write_config()
    assert daemon.control("reload")["reloaded"] is True
    assert daemon.control("status")["config_error"] is None
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)


def answers_held(server):
    """Every answer waits until the event is set, and names no issuer."""
    go_on = threading.Event()
    facts = server.facts()
    del facts["iss"]

    def answer(token):
        assert go_on.wait(30)
        return 200, facts
    server.answer = answer
    return go_on


def another_issuer(daemon, old, new):
    """The section keeps its name."""
    with open(daemon.path("etc/v.conf")) as f:
        text = f.read()
    assert old in text
    daemon.write("etc/v.conf", text.replace(old, new))
    daemon.own()


@case()
def an_answer_of_a_server_that_was_replaced(daemon, server):
    for old, new in (("url = %s\n" % server.url,
                      "url = %s/b\n" % server.url),
                     ("client_id = gate", "client_id = other"),
                     ("[issuer as]", "[issuer bs]")):
        daemon.write_config()
        assert daemon.control("reload")["reloaded"]
        go_on = answers_held(server)
        with connect(daemon.socket()) as s:
            s.send(check_message("asked-of-" + new[1:3]))
            s.recv(70000)
            daemon.wait_for(
                lambda: daemon.control("status")["issuers"][0]["in_flight"])
            another_issuer(daemon, old, new)
            if "bs" in new:
                another_issuer(daemon, "issuer = as", "issuer = bs")
            answer = daemon.control("reload")
            assert answer["reloaded"], answer
            go_on.set()
            reply = receive_final(s)[0]
        assert reply.outcome == (UNAVAILABLE, d.INTERRUPTED), new
        assert d.HANDLE not in reply.values
        assert daemon.audit()[-1]["reason"] == "interrupted"


@case()
def an_answer_outlives_a_reload_of_the_rules(daemon, server):
    go_on = answers_held(server)
    with connect(daemon.socket()) as s:
        s.send(check_message("asked-before"))
        s.recv(70000)
        daemon.wait_for(
            lambda: daemon.control("status")["issuers"][0]["in_flight"])
        daemon.write_config(policy="require = data")
        assert daemon.control("reload")["reloaded"]
        go_on.set()
        reply = receive_final(s)[0]
    assert reply.outcome == (ALLOW, d.GRANTED)
    assert daemon.account(reply.text(d.HANDLE)).outcome[0] == ALLOW


@case()
def hang_up_reads_and_rotates(daemon, server):
    daemon.check("good")
    os.rename(daemon.path("log/audit.jsonl"), daemon.path("log/audit.1"))
    daemon.process.send_signal(signal.SIGHUP)
    daemon.wait_for(lambda: daemon.control("status")["generation"] == 2)
    daemon.check("good")
    record = daemon.audit()[0]
    with open(daemon.path("log/audit.1")) as f:
        assert record["prev"] == json.loads(f.read())["hash"]
