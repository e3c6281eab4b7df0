# SPDX-License-Identifier: ISC
"""The same sign-in through su, login and sudo, and without gatewayd. The pages are gone
through without a browser; test_browser_login.py has one."""
import pytest

from layout import MODULE, RUNDIR, folder, remove, run, write
from login_stage import LINK, LoginGate
from owner import Owner
from terminal import Terminal

WAYS = {"require": "trading", "env": "paper", "login": "browser"}


@pytest.fixture(scope="module")
def stacks():
    """Stacks of su and login in which the module decides alone."""
    place = folder("stacks")
    write(place / "stack", f"auth required {MODULE}\naccount required {MODULE}\n"
                           "session required pam_permit.so\n")
    if run("unshare", "-m", "mount", "--bind", place / "stack", "/etc/pam.d/su").returncode:
        pytest.skip("no file can be mounted over another here")
    yield place
    remove(place)


def with_stack(stacks, service, command):
    """The command line that sees our stack in place of the host's; nobody else does."""
    return ["unshare", "-m", "sh", "-c",
            f'mount --bind {stacks}/stack /etc/pam.d/{service} && exec "$@"', "sh", *command]


@pytest.fixture(scope="module")
def gate(alpaca, daemon, sshd, sudo):
    made = LoginGate(daemon, alpaca, RUNDIR, users=alpaca.people, policies={
        "here": {"service": f"{sshd.service} su login {sudo.service}", **WAYS}})
    made.start()
    yield made
    made.close()


@pytest.fixture
def terminals():
    made = []

    def make(command, **options):
        made.append(Terminal(command, **options))
        return made[-1]
    yield make
    for one in made:
        one.close()


def sign_in(terminal, alpaca, name):
    link = terminal.await_text(LINK).group(1)
    terminal.type(Owner(alpaca, name).approve(link))


def a_shell_is_there(terminal, name):
    terminal.await_text(r"[$#] $")
    terminal.type_line("echo I am $(id -un).")
    terminal.await_text(f"I am {name}\\.")
    terminal.type_line("exit")
    assert terminal.wait() == 0


def test_su(gate, alpaca, stacks, alice, bob, terminals):
    terminal = terminals(with_stack(stacks, "su", [*alice.as_user(), "su", bob.name]))
    sign_in(terminal, alpaca, bob.name)
    a_shell_is_there(terminal, bob.name)
    assert (gate.last()["service"], gate.last()["reason"]) == ("su", "granted")


def test_login(gate, alpaca, stacks, bob, terminals):
    terminal = terminals(with_stack(stacks, "login", ["login", bob.name]))
    sign_in(terminal, alpaca, bob.name)
    a_shell_is_there(terminal, bob.name)
    assert (gate.last()["service"], gate.last()["reason"]) == ("login", "granted")


def test_sudo(gate, alpaca, sudo, alice, bob, terminals):
    terminal = terminals(sudo.on_terminal())
    sign_in(terminal, alpaca, alice.name)
    terminal.await_text(bob.name)
    assert terminal.wait() == 0
    assert (gate.last()["service"], gate.last()["reason"]) == (sudo.service, "granted")


@pytest.mark.parametrize("how", ["sshd", "sudo"])
def test_without_gatewayd_the_redirect_is_pasted(alpaca, make_gatewayless, sshd, sudo, alice,
                                                 bob, how, terminals):
    gate = make_gatewayless(policies={
        "here": {"service": f"{sshd.service} {sudo.service}", **WAYS}})
    terminal = terminals(sudo.on_terminal() if how == "sudo" else
                         sshd.command(alice.name, "id", "-un")[2:])
    link = terminal.await_text(r"(http://\S+/oauth/authorize\?\S+)").group(1)
    owner = Owner(alpaca, alice.name)
    terminal.type(owner.allow_at(link))
    terminal.await_text(bob.name if how == "sudo" else alice.name)
    assert terminal.wait() == 0
    assert gate.last()["reason"] == "granted"


def test_a_pasted_redirect_of_another_login_is_not_taken(alpaca, make_gatewayless, sshd, alice,
                                                         terminals):
    gate = make_gatewayless(policies={"here": {"service": sshd.service, **WAYS}})
    terminal, other = (terminals(sshd.command(alice.name, "id", "-un")[2:]) for _ in range(2))
    pattern = r"(http://\S+/oauth/authorize\?\S+)"
    terminal.await_text(pattern)
    link = other.await_text(pattern).group(1)
    terminal.type(Owner(alpaca, alice.name).allow_at(link))
    for _ in range(3):
        if terminal.ended():
            break
        terminal.type("nothing")
    assert terminal.wait() == 255
    assert all(r["decision"] != "allow" for r in gate.audit())


@pytest.fixture
def make_gatewayless(gate, alpaca, daemon):
    """A gate without gatewayd where the module looks; the other one steps aside meanwhile."""
    gate.stop()
    made = []

    def make(policies):
        made.append(LoginGate(daemon, alpaca, RUNDIR, front=False, users=alpaca.people,
                              policies=policies))
        return made[-1].start()
    yield make
    for one in made:
        one.close()
    gate.start()
