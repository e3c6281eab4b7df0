# SPDX-License-Identifier: ISC
"""What is decided, and how often the server is asked."""

import concurrent.futures
import time

import daemon_driver as d
from daemon_driver import (ALLOW, DENY, UNAVAILABLE, case, check_message,
                           connect)


@case()
def allow_then_from_the_cache(daemon, server):
    reply = daemon.check("good")
    assert reply.outcome == (ALLOW, d.GRANTED)
    assert daemon.acked, "no ACK while the server is asked"
    assert len(reply.text(d.HANDLE)) == 32
    assert len(reply.text(d.REF)) == 8
    for _ in range(3):
        assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
        assert not daemon.acked, "an ACK although the answer is there"
    assert server.asked["good"] == 1
    records = daemon.audit()
    assert [r["ref"] for r in records][0] == reply.text(d.REF)
    assert len(records) == 4


@case()
def denials_say_why_and_take_the_floor(daemon, server):
    server.answers["thin"] = 200, server.facts(scope="data")
    server.answers["gone"] = 200, {"active": False}
    for token, user, reason in (("thin", "alice", d.SCOPE_MISSING),
                                ("good", "bob", d.USER_MISMATCH),
                                ("gone", "alice", d.TOKEN_INACTIVE),
                                ("gone", "alice", d.TOKEN_INACTIVE),
                                ("good", "Alice", d.USER_NAME_INVALID),
                                ("b@d", "alice", d.TOKEN_MALFORMED)):
        reply = daemon.check(token, user=user)
        assert reply.outcome == (DENY, reason), (token, reply.outcome)
        assert daemon.took >= 0.299, (token, daemon.took)
        assert d.HANDLE not in reply.values
    assert server.asked["gone"] == 1, "a negative answer was not kept"
    assert daemon.check("thin").text(d.DETAIL) == "trading"
    assert daemon.check("good", service="su").outcome == (DENY, d.NO_POLICY)


@case()
def an_allowance_takes_no_floor(daemon, server):
    daemon.write_config(floor="5s")
    assert daemon.control("reload")["reloaded"] is True
    daemon.check("good")
    assert daemon.took < 4.9


@case()
def errors_are_unavailable_and_not_kept(daemon, server):
    server.answers["x"] = 503, {}
    assert daemon.check("x").outcome == (UNAVAILABLE, d.AS_ERROR)
    first = server.asked["x"]
    assert daemon.check("x").outcome == (UNAVAILABLE, d.AS_ERROR)
    assert server.asked["x"] > first
    server.answers["x"] = 200, server.facts()
    assert daemon.check("x").outcome == (ALLOW, d.GRANTED)


@case()
def facts_are_judged_on_every_request(daemon, server):
    assert daemon.check("good").outcome == (ALLOW, d.GRANTED)
    assert daemon.check("good", user="bob").outcome == (DENY, d.USER_MISMATCH)
    server.answers["short"] = 200, server.facts(exp=int(time.time()) - 9)
    assert daemon.check("short").outcome == (ALLOW, d.GRANTED)  # leeway
    time.sleep(2.1)
    assert daemon.check("short").outcome[0] == DENY


@case()
def one_question_for_eight_at_once(daemon, server):
    server.delays["slow"] = 0.5
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda _: daemon.check("slow").outcome,
                                range(8)))
    assert replies == [(ALLOW, d.GRANTED)] * 8
    assert server.asked["slow"] == 1
    states = sorted(r["cache"] if isinstance(r["cache"], str)
                    else r["cache"]["state"] for r in daemon.audit())
    assert states == ["joined"] * 7 + ["miss"], states


@case()
def each_who_joins_has_a_deadline_of_its_own(daemon, server):
    server.delays["slow"] = 1.5
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        hurried = pool.submit(daemon.check, "slow", budget_ms=400)
        time.sleep(0.1)
        patient = pool.submit(daemon.check, "slow", budget_ms=9000)
        assert hurried.result().outcome == (UNAVAILABLE, d.DEADLINE_PASSED)
        assert patient.result().outcome == (ALLOW, d.GRANTED)
    assert server.asked["slow"] == 1


@case()
def a_budget_bounds_the_wait(daemon, server):
    server.delays["slow"] = 6
    reply = daemon.check("slow", budget_ms=500)
    assert reply.outcome == (UNAVAILABLE, d.DEADLINE_PASSED)
    assert 0.3 < daemon.took < 4


@case()
def leaving_cancels(daemon, server):
    server.delays["slow"] = 3
    with connect(daemon.socket()) as s:
        s.send(check_message("slow"))
        d.Reply(s.recv(70000))  # the ACK
        assert daemon.control("status")["issuers"][0]["in_flight"] == 1
    daemon.wait_for(lambda: daemon.control("status")["issuers"][0]
                    ["in_flight"] == 0, 2)
    assert daemon.audit() == []


@case()
def a_handle_names_facts_and_no_more(daemon, server):
    handle = daemon.check("good").text(d.HANDLE)
    assert daemon.account(handle).outcome == (ALLOW, d.GRANTED)
    assert server.asked["good"] == 1
    assert daemon.account(handle, user="bob").outcome == \
        (DENY, d.HANDLE_MISMATCH)
    assert daemon.account("0" * 32).outcome == (UNAVAILABLE, d.HANDLE_UNKNOWN)
    daemon.write_config(policy="require = trading wire")
    assert daemon.control("reload")["reloaded"] is True
    assert daemon.account(handle).outcome == (DENY, d.SCOPE_MISSING)
    assert [r["op"] if "op" in r else r["operation"]
            for r in daemon.audit()] == ["login"] + ["account"] * 4


@case()
def a_handle_does_not_outlive_its_server(daemon, server):
    handle = daemon.check("good").text(d.HANDLE)
    other = d.Server()
    try:
        first, daemon.server = daemon.server, other
        daemon.write_config()
        assert daemon.control("reload")["reloaded"] is True
        assert daemon.account(handle).outcome == (UNAVAILABLE, d.HANDLE_UNKNOWN)
        daemon.server = first
    finally:
        other.stop()


@case()
def too_many_tries(daemon, server):
    server.answers["gone"] = 200, {"active": False}
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        replies = list(pool.map(
            lambda _: daemon.check("gone", rhost="192.0.2.1"), range(12)))
    reply = daemon.check("good", rhost="192.0.2.1")
    assert reply.outcome == (DENY, d.TOO_MANY_TRIES)
    assert daemon.took >= 0.299
    assert reply.number(d.RETRY_AFTER) >= 1
    assert daemon.check("good", rhost="192.0.2.2").outcome[0] == ALLOW
    assert daemon.control_check("good")["verdict"] == "allow"
    assert all(r.outcome[0] == DENY for r in replies)


@case()
def a_local_caller_locks_nobody_out(daemon, server):
    server.answers["gone"] = 200, {"active": False}
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        list(pool.map(
            lambda _: daemon.check("gone", ruser="mallory"), range(12)))
    assert daemon.check("good", ruser="mallory").outcome == \
        (DENY, d.TOO_MANY_TRIES)
    assert daemon.check("good", ruser="alice").outcome[0] == ALLOW


@case(issuer="breaker = off")
def an_outage_locks_nobody_out(daemon, server):
    server.answers["x"] = 503, {}
    for _ in range(15):
        assert daemon.check("x").outcome[0] == UNAVAILABLE
    server.answers["x"] = 200, server.facts()
    assert daemon.check("x").outcome == (ALLOW, d.GRANTED)
