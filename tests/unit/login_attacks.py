# SPDX-License-Identifier: ISC
"""Whoever holds a link, a state, a cookie or a code that is not theirs."""

import threading

import daemon_driver as d
import login_driver as l
from daemon_driver import ALLOW, DENY, case, check_message, connect
from login_driver import Browser, Terminal, configure

GOOD = "alice..trading..paper"


def opened(daemon, **more):
    t, b = Terminal(daemon, **more), Browser(daemon)
    b.open(t.link)
    return t, b


@case(configure=configure)
def a_forwarded_link_lets_nobody_in(daemon, server):
    # The attacker's terminal, the owner's browser: she consents at the broker
    # out of habit, and approves. The code is on her page only.
    t, b = opened(daemon)
    b.back(GOOD)
    code = b.confirm()["code"]
    guesses = [g for g in ("AAAA-AAAA", "BBBB-BBBB", "CCCC-CCCC")
               if g != code]
    assert t.answer("").number(l.TAG_PROMPT) == l.P_BROWSER_AGAIN or \
        t.prompt == l.P_NOT_YET
    for left, guess in zip((2, 1), guesses):
        assert t.answer(guess).number(l.TAG_PROMPT) == l.P_BROWSER_AGAIN
        assert t.reply.number(l.TRIES) == left
    t.answer(guesses[2])
    assert t.outcome == (DENY, l.LOGIN_CODE_WRONG)
    assert daemon.audit()[-1]["reason"] == "login_code_wrong"
    l.wait_until(lambda: len(server.revoked) == 1)


@case(configure=configure)
def the_owner_says_not_me(daemon, server):
    t, b = opened(daemon)
    b.back(GOOD)
    answer = b.confirm("deny")
    assert answer["result"] == "denied" and answer["rhost"] == "192.0.2.7"
    assert t.wait_end() == (DENY, l.LOGIN_DECLINED)
    assert daemon.audit()[-1]["reason"] == "login_declined"
    assert "says that it is not theirs" in daemon.stderr()
    assert b.confirm()["result"] == "gone"
    l.wait_until(lambda: len(server.revoked) == 1)


@case(configure=configure)
def a_callback_counts_once(daemon, server):
    t, b = opened(daemon)
    assert b.back(GOOD)["result"] == "confirm"
    assert b.back(GOOD)["result"] == "gone"
    assert Browser(daemon).back(GOOD, state=b.state)["result"] == "gone"
    assert b.back(GOOD, state="A" * 43)["result"] == "gone"
    assert len(server.forms) == 1
    assert b.confirm(state=b.state)["result"] == "gone"
    assert b.confirm()["result"] == "code"
    assert b.confirm()["result"] == "gone"
    assert b.open(t.link)["result"] == "gone"


@case(configure=configure)
def a_hundred_callbacks_at_once_exchange_once(daemon, server):
    t, b = opened(daemon)
    packet = l.gateway_message("callback", rhost="198.51.100.9", code=GOOD,
                               state=b.state, browser=b.cookie)
    server.go_on.clear()
    sockets = [connect(daemon.socket("gateway")) for _ in range(100)]
    for s in sockets:
        s.send(packet)
    server.go_on.set()
    results = [d.receive_final(s)[0].text(d.TAG_DOCUMENT) for s in sockets]
    assert len([r for r in results if '"confirm"' in r]) == 1
    assert len([r for r in results if '"gone"' in r]) == 99
    assert len(server.forms) == 1
    for s in sockets:
        s.close()


@case(configure=configure)
def states_of_two_logins_are_not_swapped(daemon, server):
    (t1, b1), (t2, b2) = opened(daemon), opened(daemon)
    assert b1.back(GOOD)["result"] == "confirm"
    assert b2.back(GOOD)["result"] == "confirm"
    assert b1.confirm(state=b2.confirm_state)["result"] == "foreign"
    one, two = b1.confirm()["code"], b2.confirm()["code"]
    assert t1.answer(two).number(l.TAG_PROMPT) == l.P_BROWSER_AGAIN
    assert t2.answer(two).outcome[0] == ALLOW
    assert t1.answer(one).outcome[0] == ALLOW
    (t1, b1), (t2, b2) = opened(daemon), opened(daemon)
    assert b1.back(GOOD, state=b2.state)["result"] == "foreign"
    assert t2.wait_end() == (DENY, l.LOGIN_DECLINED)
    assert b1.back(GOOD)["result"] == "confirm"


@case(configure=configure)
def a_callback_in_another_browser_burns_state_and_code(daemon, server):
    for n, (cookie, code) in enumerate(
            (("x" * 43, GOOD), (None, GOOD), ("of another", GOOD)), 1):
        t, b = opened(daemon)
        other = Browser(daemon)
        other.open(t.link)
        assert other.cookie != b.cookie and other.state != b.state
        if cookie == "of another":
            cookie = other.cookie
        page = l.gateway(daemon, "callback", rhost="x", code=code,
                         state=b.state, browser=cookie)
        assert page == {"result": "foreign"}
        assert b.back(code)["result"] == "gone"
        assert t.wait_end() == (DENY, l.LOGIN_DECLINED)
        assert daemon.audit()[-1]["reason"] == "login_declined"
        assert daemon.stderr().count("that did not open its link") == n
        assert other.back(code)["result"] == "gone"
        # The broker saw the code once, and what it gave is given back.
        l.wait_until(lambda: len(server.revoked) == n)
        assert len(server.forms) == n
    t, b = opened(daemon)
    assert b.back(oauth_error="access_denied", browser="x" * 43)["result"] == \
        "foreign"
    assert t.wait_end() == (DENY, l.LOGIN_DECLINED)
    assert len(server.forms) == 3


@case(configure=configure)
def another_browser_does_not_go_on(daemon, server):
    t, b = opened(daemon)
    other = Browser(daemon)
    other.open(t.link)
    assert b.back(GOOD)["result"] == "confirm"
    # One person is through; the other one is too late.
    assert other.back(GOOD)["result"] == "gone"
    assert other.confirm(state=b.confirm_state)["result"] == "foreign"
    assert len(server.forms) == 1
    assert b.confirm()["result"] == "code"


@case(configure=configure)
def a_cookie_serves_two_logins_and_is_not_chosen_by_its_bearer(daemon, server):
    t1, b = opened(daemon)
    t2, cookie = Terminal(daemon), b.cookie
    first = b.state
    b.open(t2.link)
    assert b.cookie == cookie and b.state != first
    assert b.back(GOOD, state=first)["result"] == "confirm"
    stranger = Browser(daemon)
    stranger.cookie = "A" * 43
    stranger.open(t2.link)
    assert stranger.cookie != "A" * 43
    # Opened again: a new state, and the one before is gone.
    second = b.state
    b.open(t2.link)
    assert b.back(GOOD, state=second)["result"] == "gone"


@case(configure=configure)
def looking_does_not_use_up_a_link(daemon, server):
    t = Terminal(daemon)
    browsers = [Browser(daemon) for _ in range(6)]
    for b in browsers[:4]:
        assert b.open(t.link)["result"] == "redirect"
    # Once more, so that the second is the one who has been away the longest.
    assert browsers[0].open(t.link)["result"] == "redirect"
    for b in browsers[4:]:
        assert b.open(t.link)["result"] == "redirect"
    for b in browsers[1:3]:
        assert b.back(GOOD)["result"] == "gone"
    assert browsers[0].back("down")["result"] == "unavailable"
    assert browsers[3].back(GOOD)["result"] == "confirm"
    assert t.answer(browsers[3].confirm()["code"]).outcome[0] == ALLOW


@case(configure=configure)
def another_issuers_redirect_is_refused(daemon, server):
    for iss in ("https://other.example.com", server.url + "/",
                server.url.upper()):
        t, b = opened(daemon)
        page = b.back(GOOD, iss=iss)
        assert (page["result"], page["reason"]) == (
            "refused", "issuer_mixed_up"), page
        assert t.wait_end() == (DENY, l.ISSUER_MIXED_UP)
    t, b = opened(daemon)
    assert b.back(GOOD, iss=server.url)["result"] == "confirm"
    assert len(server.forms) == 1


@case(configure=configure)
def the_path_of_a_callback_is_its_issuers(daemon, server):
    own = "redirect_uri = https://gate.example.com/callback/"
    for issuer, path, result in (
            ("", None, "confirm"),
            ("", "/callback", "confirm"),
            ("", "/callback/as", "refused"),
            (own + "as", "/callback/as", "confirm"),
            (own + "as", None, "refused"),
            (own + "as", "/callback", "refused"),
            (own + "as", "/callback/a", "refused"),
            (own + "as", "/callback/as/", "refused"),
            (own + "as", "/callback/other", "refused")):
        configure(daemon, issuer=issuer)
        assert daemon.control("reload")["reloaded"]
        asked = len(server.forms)
        t, b = opened(daemon)
        assert t.prompt == l.P_BROWSER
        page = b.back(GOOD, path=path)
        assert page["result"] == result, (issuer, path, page)
        if result == "refused":
            assert page["reason"] == "issuer_mixed_up"
            assert t.wait_end() == (DENY, l.ISSUER_MIXED_UP)
            assert len(server.forms) == asked
            assert b.back(GOOD, path="/callback/as")["result"] == "gone"
        else:
            assert server.forms[-1]["redirect_uri"] == \
                b.asked["redirect_uri"]
            assert t.answer(b.confirm()["code"]).outcome[0] == ALLOW


@case(configure=lambda daemon: configure(daemon, login="browser"))
def refusals_count_in_the_throttle(daemon, server):
    for n in range(10):
        t, b = opened(daemon)
        if n % 2:
            b.back(GOOD)
            b.confirm("deny")
            t.wait_end()
        else:
            for _ in range(3):
                t.answer("not-a-code!")
            assert t.outcome == (DENY, l.LOGIN_CODE_WRONG)
    t = Terminal(daemon)
    assert t.outcome == (DENY, d.TOO_MANY_TRIES)
    assert t.reply.number(d.RETRY_AFTER) > 0
    other = Terminal(daemon, rhost="192.0.2.8")
    assert other.prompt == l.P_BROWSER


@case(configure=configure)
def who_may_speak_for_a_browser(daemon, server):
    t = Terminal(daemon)
    packet = l.gateway_message("link", link=t.link, rhost="x")
    for name in ("login", "tools", "ctl"):
        reply = daemon.ask(packet, name)
        assert (reply.type, reply.number(d.TAG_ERROR)) == (d.ERROR, d.E_TYPE)
    for packet, error in (
            (check_message("good"), d.E_TYPE),
            (l.gateway_message("status"), d.E_COMMAND),
            (l.gateway_message("link", rhost="x"), d.E_MALFORMED),
            (l.gateway_message("callback", state="x"), d.E_MALFORMED),
            (l.gateway_message("confirm", state="x", browser="y"),
             d.E_MALFORMED),
            (l.gateway_message("confirm", state="x", browser="y",
                               choice="perhaps"), d.E_MALFORMED)):
        reply = daemon.ask(packet, "gateway")
        assert (reply.type, reply.number(d.TAG_ERROR)) == (d.ERROR, error)


@case(configure=configure)
def nothing_secret_is_written(daemon, server):
    t, b = opened(daemon)
    state, cookie = b.state, b.cookie
    b.back(GOOD)
    code = b.confirm()["code"]
    t.answer(code)
    assert t.outcome[0] == ALLOW
    [token] = server.tokens
    written = daemon.stderr()
    with open(daemon.path("log/audit.jsonl")) as f:
        written += f.read()
    for secret in (state, cookie, b.confirm_state, code, token, GOOD,
                   code.replace("-", ""), "s3cret-of-the-gate"):
        assert secret not in written, secret


@case(configure=configure)
def one_code_at_a_hundred_terminals(daemon, server):
    terminals = [Terminal(daemon, rhost="192.0.2.%d" % (i // 7), user=u)
                 for i, u in enumerate(["alice"] * 7 + ["u%d" % (i // 7)
                                       for i in range(93)])]
    b = Browser(daemon)
    b.open(terminals[0].link)
    b.back(GOOD)
    code = b.confirm()["code"]
    outcomes = []

    def type_code(t):
        t.answer(code)
        outcomes.append(t.reply.type == d.VERDICT and t.reply.outcome[0])

    threads = [threading.Thread(target=type_code, args=(t,))
               for t in terminals]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes.count(ALLOW) == 1 and len(outcomes) == 100
