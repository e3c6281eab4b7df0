# SPDX-License-Identifier: ISC
"""How conversations end, what bounds them, and what they cost."""

import signal
import threading

import daemon_driver as d
import login_driver as l
from daemon_driver import (ALLOW, DENY, UNAVAILABLE, case, check_message,
                           message, raise_limit)
from login_driver import Browser, Terminal, configure

GOOD = "alice..trading..paper"


@case(configure=configure)
def time_is_up(daemon, server):
    t = Terminal(daemon, budget_ms=700)
    assert t.wait_end() == (DENY, l.LOGIN_UNFINISHED)
    assert daemon.audit()[-1]["reason"] == "login_unfinished"
    assert l.gateway(daemon, "link", link=t.link, rhost="x")["result"] == \
        "gone"
    t, b = Terminal(daemon, budget_ms=1500), Browser(daemon)
    b.open(t.link)
    b.back("down")
    assert t.wait_end() == (UNAVAILABLE, d.AS_ERROR)


@case(configure=lambda daemon: configure(daemon, floor="2s"))
def an_answer_crosses_the_verdict(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    assert b.back(oauth_error="access_denied")["result"] == "refused"
    # The refusal is held for its floor, and the person presses Enter.
    earlier = t.id
    t.send("")
    t.id = earlier
    assert t.wait_end() == (DENY, l.LOGIN_DECLINED)
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    b.back(oauth_error="access_denied")
    t.send("one")
    t.send("two")
    assert t.s.recv(1) == b""


@case(configure=configure)
def closing_cancels(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    b.back(GOOD)
    t.close()
    l.wait_until(lambda: b.open(t.link)["result"] == "gone")
    assert b.confirm()["result"] == "gone"
    [record] = daemon.audit()
    assert (record["op"], record["decision"], record["reason"],
            record["user"], record["login"], record["issuer"]) == (
        "login", "deny", "login_cancelled", "alice", "browser", "as"), record
    l.wait_until(lambda: len(server.revoked) == 1)
    assert server.revoked == list(server.tokens)


@case(configure=configure)
def closing_in_the_middle_of_the_exchange(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    server.go_on.clear()
    with d.connect(daemon.socket("gateway")) as s:
        s.send(l.gateway_message("callback", rhost="x", code=GOOD,
                                 state=b.state, browser=b.cookie))
        l.wait_until(lambda: server.forms)
        t.close()
        l.wait_until(lambda: daemon.control("status")["connections"] == 2)
        server.go_on.set()
        reply = d.receive_final(s)[0]
        assert '"gone"' in reply.text(d.TAG_DOCUMENT)
    l.wait_until(lambda: server.revoked)
    assert server.revoked == list(server.tokens)
    assert len(server.tokens) == 1
    assert [r["reason"] for r in daemon.audit()] == ["login_cancelled"]


@case(configure=configure)
def the_browser_leaves_in_the_middle_of_the_exchange(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    server.go_on.clear()
    with d.connect(daemon.socket("gateway")) as s:
        s.send(l.gateway_message("callback", rhost="x", code=GOOD,
                                 state=b.state, browser=b.cookie))
        l.wait_until(lambda: server.forms)
    l.wait_until(lambda: daemon.control("status")["connections"] == 2)
    server.go_on.set()
    l.wait_until(lambda: server.revoked)
    assert server.revoked == list(server.tokens)
    assert b.open(t.link)["result"] == "redirect"
    assert b.back(GOOD)["result"] == "confirm"
    assert t.answer(b.confirm()["code"]).outcome[0] == ALLOW


@case(configure=configure)
def ending_does_not_wait_for_persons(daemon, server):
    waiting = [Terminal(daemon, rhost=None, user="u%d" % i) for i in range(5)]
    daemon.process.send_signal(signal.SIGTERM)
    for t in waiting:
        t.reply = t.final()
        assert t.reply.type == d.ERROR
        assert t.reply.number(d.TAG_ERROR) == l.E_ENDING
    assert daemon.process.wait(2) == 0
    assert [(r["reason"], r["detail"]) for r in daemon.audit()] == [
        ("login_cancelled", "the daemon was stopped")] * 5


@case(configure=lambda daemon: configure(daemon, floor="0ms"))
def opening_and_closing_counts_as_a_try(daemon, server):
    """One record each, and no more links than for what is typed wrong."""
    for _ in range(15):
        Terminal(daemon, method=l.M_TOKEN).close()
    left = 0
    while (t := Terminal(daemon)).reply.type == l.PROMPT:
        assert t.prompt == l.P_BROWSER
        t.close()
        left += 1
        l.wait_until(lambda: len(daemon.audit()) == left)
    assert left == 10 and t.outcome == (DENY, d.TOO_MANY_TRIES)
    assert [r["reason"] for r in daemon.audit()] == \
        ["login_cancelled"] * 10 + ["too_many_tries"]
    # Not elsewhere, and no verdict is followed by another.
    t = Terminal(daemon, rhost="192.0.2.8", budget_ms=400)
    assert t.wait_end() == (DENY, l.LOGIN_UNFINISHED)
    t, code = l.terminal_past_the_page(daemon, rhost="192.0.2.8")
    assert t.answer(code).outcome[0] == ALLOW
    assert [r["reason"] for r in daemon.audit()[11:]] == [
        "login_unfinished", "granted"]


@case(configure=lambda daemon: configure(daemon, issuer="cache = 0s"))
def leaving_while_a_token_is_looked_at(daemon, server):
    t, code = l.terminal_past_the_page(daemon)
    t.answer(code)
    [token] = server.tokens
    account, go_on = server.account, threading.Event()
    server.account = lambda *asked: go_on.wait(30) and account(*asked)
    t = Terminal(daemon)
    asked = server.asked["/paper/v2/account"]
    t.send(token)
    l.wait_until(lambda: server.asked["/paper/v2/account"] > asked)
    t.close()
    l.wait_until(lambda: len(daemon.audit()) == 2)
    assert daemon.audit()[-1]["reason"] == "login_cancelled"
    go_on.set()


@case(configure=configure)
def ending_in_the_middle_of_an_exchange(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    server.go_on.clear()
    with d.connect(daemon.socket("gateway")) as s:
        s.send(l.gateway_message("callback", rhost="x", code=GOOD,
                                 state=b.state, browser=b.cookie))
        l.wait_until(lambda: server.forms)
        daemon.process.send_signal(signal.SIGTERM)
        assert t.final().type == d.ERROR
        server.go_on.set()
        assert '"gone"' in d.receive_final(s)[0].text(d.TAG_DOCUMENT)
    assert daemon.process.wait(10) == 0


@case(configure=configure)
def a_reload_keeps_conversations(daemon, server):
    t, code = l.terminal_past_the_page(daemon)
    other = Terminal(daemon)
    configure(daemon, policy="refuse = data")
    assert daemon.control("reload")["reloaded"]
    t.answer(code)
    assert t.outcome == (ALLOW, d.GRANTED)
    # By the rules that hold in the end.
    b = Browser(daemon)
    b.open(other.link)
    page = b.back("alice..trading data..paper")
    assert page["reason"] == "scope_refused"
    assert other.wait_end()[0] == DENY


@case(start=False)
def a_grant_of_a_server_that_was_replaced(daemon, server):
    for old, new in (
            ("url = %s\nvalidation" % server.url,
             "url = http://127.0.0.1:9\nendpoint_origins = %s\nvalidation"
             % server.url),
            ("issuer as]", "issuer bs]")):
        configure(daemon)
        if daemon.process is None:
            daemon.start()
        else:
            assert daemon.control("reload")["reloaded"]
        t, code = l.terminal_past_the_page(daemon)
        with open(daemon.path("etc/v.conf")) as f:
            text = f.read()
        assert old in text
        daemon.write("etc/v.conf", text.replace(old, new)
                     .replace("issuer = as", "issuer = " + new[7:9]
                              if "]" in new else "issuer = as"))
        if "]" in new:
            daemon.write("etc/users", "bs * account-of-alice alice\n")
        daemon.own()
        answer = daemon.control("reload")
        assert answer["reloaded"], answer
        t.answer(code)
        assert t.outcome == (DENY, l.ISSUER_MISMATCH)
        # The token is not the new server's to see, not even to revoke it.
        assert server.revoked == []
        with open(daemon.path("log/stderr")) as f:
            assert "is not revoked at its broker" in f.read()


@case(configure=configure)
def only_answers_in_a_conversation_and_none_outside(daemon, server):
    t = Terminal(daemon, begin=False)
    t.send("x")
    assert t.final().number(d.TAG_ERROR) == d.E_TYPE
    t = Terminal(daemon)
    t.s.send(check_message("token", id_=t.id))
    assert t.final().number(d.TAG_ERROR) == d.E_TYPE
    assert l.gateway(daemon, "link", link=t.link, rhost="x")["result"] == \
        "gone"
    t = Terminal(daemon)
    t.s.send(message(l.LOGIN_BEGIN, (d.SERVICE, b"sshd"), (d.USER, b"alice"),
                     (d.BUDGET_MS, l.u32(1000)), id_=t.id))
    assert t.final().number(d.TAG_ERROR) == d.E_TYPE
    t = Terminal(daemon)
    for _ in range(32):
        assert t.answer("").number(l.TAG_PROMPT) == l.P_NOT_YET
    t.answer("")
    assert t.outcome == (DENY, l.LOGIN_UNFINISHED)


@case(configure=lambda daemon: configure(daemon, login="browser"))
def how_many_may_wait(daemon, server):
    of_user = [Terminal(daemon, rhost="192.0.2.1") for i in range(8)]
    t = Terminal(daemon, rhost="192.0.2.1")
    assert t.outcome == (DENY, l.TOO_MANY_LOGINS)
    # The user's own place is another.
    assert Terminal(daemon, rhost="192.0.2.99").prompt == l.P_BROWSER
    assert Terminal(daemon, rhost=None).prompt == l.P_BROWSER
    of_user[0].close()
    l.wait_until(lambda: Terminal(daemon, rhost="192.0.2.1").reply.type
                 == l.PROMPT)
    of_host = [Terminal(daemon, rhost=None) for i in range(8)]
    assert of_host[6].prompt == l.P_BROWSER
    assert Terminal(daemon, rhost=None).outcome == (DENY, l.TOO_MANY_LOGINS)
    of_rhost = [Terminal(daemon, rhost="203.0.113.1", user="u%d" % i)
                for i in range(32)]
    assert all(t.prompt == l.P_BROWSER for t in of_rhost)
    t = Terminal(daemon, rhost="203.0.113.1", user="v")
    assert t.outcome == (DENY, l.TOO_MANY_LOGINS)
    assert daemon.audit()[-1]["reason"] == "too_many_logins"
    # Who was turned away so is not throttled for it.
    for _ in range(12):
        t = Terminal(daemon, rhost="203.0.113.1", user="v")
        assert t.outcome == (DENY, l.TOO_MANY_LOGINS)


@case(configure=configure)
def a_token_still_serves_where_too_many_wait(daemon, server):
    t, code = l.terminal_past_the_page(daemon)
    t.answer(code)
    [token] = server.tokens
    waiting = [Terminal(daemon) for i in range(8)]
    assert all(t.prompt == l.P_BROWSER for t in waiting)
    t = Terminal(daemon)
    assert t.prompt == l.P_TOKEN
    t.answer(token)
    assert t.outcome == (ALLOW, d.GRANTED)
    t = Terminal(daemon, method=l.M_BROWSER)
    assert t.outcome == (DENY, l.TOO_MANY_LOGINS)


def resident_kib(pid):
    with open("/proc/%d/status" % pid) as f:
        return sum(int(line.split()[1]) for line in f
                   if line.startswith("VmRSS"))


@case(configure=configure)
def a_thousand_wait_in_little_memory(daemon, server):
    raise_limit(4000)
    t, code = l.terminal_past_the_page(daemon)
    t.answer(code)
    [token] = server.tokens
    waiting = [Terminal(daemon, rhost=None, user="u%d" % (i // 8))
               for i in range(1024)]
    assert all(t.prompt == l.P_BROWSER for t in waiting)
    assert Terminal(daemon, rhost=None, user="v").outcome == (
        DENY, l.TOO_MANY_LOGINS)
    pids = [daemon.process.pid] + [pid for pid, _ in daemon.children()]
    assert sum(map(resident_kib, pids)) < 64 * 1024
    # And others have their connections beside them.
    daemon.check(token)
    clients = [d.connect(daemon.socket()) for _ in range(500)]
    for s in clients:
        s.send(check_message(token))
    for s in clients:
        assert d.receive_final(s)[0].outcome == (ALLOW, d.GRANTED)
        s.close()
    b = Browser(daemon)
    assert b.open(waiting[-1].link)["result"] == "redirect"
    for t in waiting:
        t.close()
    l.wait_until(lambda: daemon.control("status")["connections"] == 1)
