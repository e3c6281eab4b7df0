# SPDX-License-Identifier: ISC
"""What `grants revoke --user` does to sign-ins that still wait."""

import os

import daemon_driver as d
import login_driver as l
from daemon_driver import ALLOW, DENY, case
from login_device import by_device
from login_driver import Browser, Terminal, configure
from login_flows import by_hand, pasted

GOOD = "alice..trading..paper"


def revoke(daemon, user="alice"):
    return daemon.control("grant-revoke", (d.USER, user.encode()))


@case(configure=configure)
def sign_ins_end_with_the_grants(daemon, server):
    done, code = l.terminal_past_the_page(daemon)
    done.answer(code)
    assert done.outcome[0] == ALLOW
    before, other = Terminal(daemon), Terminal(daemon, user="bob")
    after, code = l.terminal_past_the_page(daemon)
    asked, b = Terminal(daemon), Browser(daemon)
    b.open(asked.link)
    b.back(GOOD)
    token = Terminal(daemon, method=l.M_TOKEN)
    assert revoke(daemon, "carol") == {"ended": 0, "asked": 0, "sign_ins": 0}
    answer = revoke(daemon)
    assert (answer["ended"], answer["asked"], answer["sign_ins"]) == (1, 1, 3)
    for t in (before, after, asked):
        assert t.wait_end() == (DENY, l.LOGIN_REVOKED)
    act, *ends, one = daemon.audit()[-5:]
    assert (act["op"], act["user"], act["grants"], act["sign_ins"]) == (
        "revoke", "alice", 1, 3), act
    assert act["peer_uid"] == os.geteuid() and act["peer_pid"] == os.getpid()
    assert [r["reason"] for r in ends] == ["login_revoked"] * 3
    assert (one["op"], one["user"], one["issuer"], one["sub"]) == (
        "revoked", "alice", "as", "account-of-alice"), one
    assert act["ref"] == one["ref"] == answer["ref"]
    assert b.confirm()["result"] == "gone"
    for t in (before, after, asked):
        assert Browser(daemon).open(t.link)["result"] == "gone"
    # The grants of all three sign-ins that had one, and no other's.
    l.wait_until(lambda: len(server.revoked) == 3)
    assert sorted(server.revoked) == sorted(server.tokens)
    assert Browser(daemon).open(other.link)["result"] == "redirect"
    assert token.answer("x" * 30).outcome[0] == DENY
    # It was nobody's try, and the next sign-in is a new one.
    for _ in range(5):
        waiting = [Terminal(daemon) for _ in range(3)]
        assert revoke(daemon)["sign_ins"] == 3
        assert [t.wait_end() for t in waiting] == [(DENY, l.LOGIN_REVOKED)] * 3
    t, code = l.terminal_past_the_page(daemon)
    assert t.answer(code).outcome == (ALLOW, d.GRANTED)


@case(configure=configure)
def sign_ins_end_in_the_middle_of_the_exchange(daemon, server):
    t, b = Terminal(daemon), Browser(daemon)
    b.open(t.link)
    server.go_on.clear()
    with d.connect(daemon.socket("gateway")) as s:
        s.send(l.gateway_message("callback", rhost="x", code=GOOD,
                                 state=b.state, browser=b.cookie))
        l.wait_until(lambda: server.forms)
        assert revoke(daemon)["sign_ins"] == 1
        assert t.wait_end() == (DENY, l.LOGIN_REVOKED)
        server.go_on.set()
        assert '"gone"' in d.receive_final(s)[0].text(d.TAG_DOCUMENT)
    l.wait_until(lambda: server.revoked)
    assert server.revoked == list(server.tokens)


@case(configure=lambda daemon: by_hand(daemon, floor="2s"))
def a_pasted_address_ends_with_them(daemon, server):
    """The refusal is held for its floor when the exchange comes back."""
    t = Terminal(daemon)
    server.go_on.clear()
    t.send(pasted(t))
    l.wait_until(lambda: server.forms)
    assert revoke(daemon)["sign_ins"] == 1
    server.go_on.set()
    l.wait_until(lambda: server.revoked)
    assert t.final().outcome == (DENY, l.LOGIN_REVOKED)
    assert server.revoked == list(server.tokens)


@case(configure=by_device)
def a_device_ends_with_them(daemon, server):
    t = Terminal(daemon, rhost=None)
    assert t.prompt == l.P_ENTER
    server.device = GOOD
    l.wait_until(lambda: server.tokens)
    assert revoke(daemon)["sign_ins"] == 1
    assert t.wait_end() == (DENY, l.LOGIN_REVOKED)
    l.wait_until(lambda: server.revoked)
