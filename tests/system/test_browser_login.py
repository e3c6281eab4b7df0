# SPDX-License-Identifier: ISC
"""Signing in with a broker that only knows redirects: ssh shows a link, a browser goes
through the broker's pages, and the code of the last page opens the shell."""
import pytest

from alpaca import PASSWORD
from layout import RUNDIR, run
from login_stage import LINK, LoginGate
from owner import CODE
from sshd_rig import SshdRig
from terminal import Terminal

WAYS = {"require": "trading", "login": "browser"}


@pytest.fixture(scope="module")
def live_sshd():
    rig = SshdRig()
    yield rig
    rig.close()


@pytest.fixture(scope="module")
def gate(alpaca, daemon, alice, bob, sshd, live_sshd, sudo):
    made = LoginGate(daemon, alpaca, RUNDIR, users=alpaca.people, policies={
        "paper-hosts": {"service": f"{sshd.service} su login", "env": "paper", **WAYS},
        "live-hosts": {"service": live_sshd.service, "env": "live", **WAYS},
        "sudo": {"service": sudo.service, "env": "paper", **WAYS}})
    made.start()
    yield made
    made.close()


@pytest.fixture
def window(chromium):
    one = chromium.person()
    yield one
    one.close()


@pytest.fixture
def terminals():
    made = []

    def make(command, **options):
        made.append(Terminal(command, **options))
        return made[-1]
    yield make
    for one in made:
        one.close()


def ssh(rig, user):
    """The stock client on a terminal, and a shell there if it is let in."""
    return rig.command(user, method="keyboard-interactive")[2:-2]


def sign_in(window, name):
    window.fill("User name", name)
    window.fill("Password", PASSWORD.format(name))
    window.press("Sign in")


def to_the_gates_page(window, link, name, leave_out=None):
    """What the owner of the account does first: the text of the page that the gate shows."""
    window.go(link)
    sign_in(window, name)
    asked = window.shows("Allow")
    assert "Desk login" in asked
    if leave_out:
        window.choose(leave_out)
    window.press("Allow")
    return window.shows("desk.example.com")


def a_shell_opens(terminal, code, name):
    terminal.type(code)
    terminal.await_text(r"\$ $")
    terminal.type_line("echo I am $(id -un).")
    terminal.await_text(f"I am {name}\\.")
    terminal.type_line("exit")
    assert terminal.wait() == 0


def test_trading_on_paper_opens_the_paper_host(gate, sshd, alice, window, terminals):
    terminal = terminals(ssh(sshd, alice.name))
    link = terminal.await_text(LINK).group(1)
    terminal.await_text("Code")
    assert max(len(line) for line in terminal.said.splitlines()) <= 79
    shown = to_the_gates_page(window, link, alice.name)
    for word in "desk.example.com", sshd.service, alice.name, "127.0.0.1", "trading", "paper":
        assert word.lower() in shown.lower(), f"{word} is not in: {shown}"
    window.press("Approve")
    code = window.until(f"(document.body.innerText.match(/{CODE}/) || [])[0]", "code")
    a_shell_opens(terminal, code, alice.name)
    record = gate.last()
    assert (record["decision"], record["reason"]) == ("allow", "granted")
    assert record["user"] == alice.name and record["policy"] == "paper-hosts"


def test_the_live_host_refuses_a_grant_for_paper(gate, live_sshd, alice, window, terminals):
    terminal = terminals(ssh(live_sshd, alice.name))
    link = terminal.await_text(LINK).group(1)
    window.go(link)
    sign_in(window, alice.name)
    window.shows("cannot be connected")
    # The broker has no live account of hers; she asks it for the one on paper.
    assert "env=live" in window.url()
    window.go(window.url().replace("env=live", "env=paper"))
    window.press("Allow")
    shown = window.shows("live")
    assert "Approve" not in shown
    terminal.type("")
    assert terminal.wait() == 255
    assert gate.records("environment_mismatch"), gate.audit()


def test_data_alone_names_the_missing_scope(gate, sshd, alice, window, terminals):
    terminal = terminals(ssh(sshd, alice.name))
    link = terminal.await_text(LINK).group(1)
    shown = to_the_gates_page(window, link, alice.name, leave_out="Place, change")
    assert "trading" in shown and "Approve" not in shown
    terminal.type("")
    said = terminal.await_text(r"scope[^\n]*trading|trading[^\n]*scope").group(0)
    assert said
    assert terminal.wait() == 255
    assert gate.last()["reason"] == "scope_missing"
    assert gate.last()["user"] == alice.name


def test_denied_at_the_broker(gate, sshd, alice, window, terminals):
    terminal = terminals(ssh(sshd, alice.name))
    window.go(terminal.await_text(LINK).group(1))
    sign_in(window, alice.name)
    window.press("Deny")
    window.shows("desk.example.com")
    terminal.type("")
    assert terminal.wait() == 255
    assert gate.last()["reason"] == "login_declined"
