# SPDX-License-Identifier: ISC
"""Sign-ins that must come by the SSH key which goes with the account."""

import struct

import daemon_driver as d
import login_driver as l
from daemon_driver import ALLOW, DENY, case
from login_driver import Browser, Terminal, configure, gateway

KEY_BINDING = 53
DATA = "AAAAC3NzaC1lZDI1NTE5AAAAIER050ISuAEGlcQ7RDwIXTvrCFhIqEko2GtlVVrjqcQ"
KEY, OTHER = "ssh-ed25519 " + DATA + "4", "ssh-ed25519 " + DATA + "5"
PRINT = "SHA256:t8bi+iGHmTAr/6hpOM9yu1P0kkZaUyLavxkHuPRe2dI"
GOOD = "alice..trading..paper"


def bound(daemon):
    configure(daemon, policy="ssh_key = map")
    daemon.write("etc/users", "as paper account-of-alice alice %s\n"
                              "as paper account-of-bob bob\n" % PRINT)
    daemon.own()


def account(daemon, handle, key):
    return daemon.ask(d.message(
        d.ACCOUNT, (d.SERVICE, b"sshd"), (d.USER, b"alice"),
        (d.HANDLE, handle.encode()), (d.BUDGET_MS, struct.pack("!I", 5000)),
        (l.SSH_KEY, key.encode())))


def signed_in(daemon, server):
    """A token of ours, which counts beside the key."""
    t, b = Terminal(daemon, ssh_key=KEY), Browser(daemon)
    b.open(t.link)
    b.back(GOOD)
    t.answer(b.confirm()["code"])
    assert t.outcome == (ALLOW, d.GRANTED)
    [token] = server.tokens
    return token


@case(configure=bound)
def the_key_and_the_browser_together(daemon, server):
    t, b = Terminal(daemon, ssh_key=KEY), Browser(daemon)
    b.open(t.link)
    assert b.back(GOOD)["result"] == "confirm"
    t.answer(b.confirm()["code"])
    assert t.outcome == (ALLOW, d.GRANTED)
    handle = t.reply.text(d.HANDLE)
    # The handle was made with the key.
    assert daemon.account(handle).outcome == (ALLOW, d.GRANTED)
    assert account(daemon, handle, KEY).outcome == (ALLOW, d.GRANTED)
    assert account(daemon, handle, OTHER).outcome == (DENY, KEY_BINDING)
    assert [r.get("ssh_key") for r in daemon.audit()] == [PRINT] * 3 + [None]
    assert not server.revoked


@case(configure=bound)
def another_key_or_none_ends_at_the_page(daemon, server):
    """Nobody confirms what would be refused, and no grant is left of it."""
    for n, key in enumerate([None, OTHER, "ssh-ed25519 " + DATA, "junk"]):
        t, b = Terminal(daemon, ssh_key=key), Browser(daemon)
        b.open(t.link)
        page = b.back(GOOD)
        assert (page["result"], page["reason"]) == (
            "refused", "ssh_key_mismatch"), page
        assert t.wait_end() == (DENY, KEY_BINDING)
        record = daemon.audit()[-1]
        assert record["reason"] == "ssh_key_mismatch"
        assert ("ssh_key" in record) == (key == OTHER)
        assert record["detail"].startswith(
            "user_map does not name SHA256:" if key == OTHER
            else "no SSH key was used")
        l.wait_until(lambda: len(server.revoked) == n + 1)


@case(configure=bound)
def a_line_without_a_key_lets_in_nobody(daemon, server):
    for key in KEY, None:
        t, b = Terminal(daemon, user="bob", ssh_key=key), Browser(daemon)
        b.open(t.link)
        assert b.back("bob..trading..paper")["result"] == "refused"
        assert t.wait_end() == (DENY, KEY_BINDING)


@case(configure=bound)
def a_login_code_is_used_with_the_key(daemon, server):
    token = signed_in(daemon, server)
    for key, outcome in ((None, (DENY, KEY_BINDING)),
                         (OTHER, (DENY, KEY_BINDING)),
                         (KEY, (ALLOW, d.GRANTED))):
        made = gateway(daemon, "code", token=token, user="alice",
                       service="sshd", host="host.example.com",
                       rhost="192.0.2.7")
        assert made["result"] == "code", made
        t = Terminal(daemon, ssh_key=key)
        t.answer(made["code"])
        assert t.outcome == outcome, key


@case(configure=bound)
def whoever_is_not_root_is_not_believed(daemon, server):
    check = d.message(
        d.CHECK, (d.SERVICE, b"sshd"), (d.USER, b"alice"),
        (d.TOKEN, signed_in(daemon, server).encode()),
        (d.BUDGET_MS, struct.pack("!I", 5000)), (l.SSH_KEY, KEY.encode()))
    assert daemon.ask(check, "tools").outcome == (DENY, KEY_BINDING)
    assert "ssh_key" not in daemon.audit()[-1]
    assert daemon.ask(check, "login").outcome == (ALLOW, d.GRANTED)


@case(configure=bound)
def the_operators_check_tells_the_rule(daemon, server):
    said = daemon.control_check(signed_in(daemon, server))
    assert (said["verdict"], said["reason"]) == ("deny", "ssh_key_mismatch")
    [rule] = [r for r in said["rules"] if r["name"] == "ssh_key"]
    assert rule["detail"] == "no SSH key was used" and not rule["passed"]
    assert all(r["passed"] for r in said["rules"] if r is not rule)
    # It is a member of no message of an operator or a front.
    for name, kind in ("ctl", d.CONTROL), ("gateway", l.GATEWAY):
        reply = daemon.ask(d.message(kind, (d.COMMAND, b"status"),
                                     (l.SSH_KEY, KEY.encode())), name)
        assert reply.type == d.ERROR, reply.type
