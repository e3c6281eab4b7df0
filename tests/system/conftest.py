# SPDX-License-Identifier: ISC
"""What the system tests share. dev/check installs into a private prefix and
runs them as root; see layout.py for the environment that they need."""
import os
import shutil

import pytest

import layout
from accounts import Accounts
from alpaca import Alpaca
from bad_as import Server
from broker import Broker
from certificates import Certificates
from chromium import PROGRAM, Chromium
from gate import Gate, gate_on_the_modules_path
from oidc_provider import OidcProvider
from sshd_rig import SshdRig
from sudo_rig import SudoRig


def pytest_configure():
    if os.geteuid() != 0:
        pytest.exit("the system tests need root: they start sshd and sudo", 2)
    if not layout.MODULE.exists():
        pytest.exit(f"no module at {layout.MODULE}: set SCOPEGATE_PREFIX and SCOPEGATE_RUNDIR, "
                    "or run dev/check", 2)


def closing(thing):
    try:
        yield thing
    finally:
        thing.close()


@pytest.fixture(scope="session")
def accounts():
    yield from closing(Accounts())


@pytest.fixture(scope="session")
def daemon(accounts):
    """The account that validatord becomes."""
    return accounts.new("gate", system=True)


@pytest.fixture(scope="session")
def alice(accounts):
    return accounts.new("alice")


@pytest.fixture(scope="session")
def bob(accounts):
    return accounts.new("bob")


@pytest.fixture(scope="session")
def sshd():
    """The real sshd; its PAM stack is the module alone."""
    yield from closing(SshdRig())


@pytest.fixture
def make_sshd():
    made = []

    def make(**options):
        made.append(SshdRig(**options))
        return made[-1]
    yield make
    for one in made:
        one.close()


@pytest.fixture(scope="session")
def sudo(alice, bob):
    """alice may become bob, if the gate says so."""
    yield from closing(SudoRig(alice, bob))


@pytest.fixture(scope="session")
def certificates():
    yield from closing_folder(Certificates())


def closing_folder(thing):
    yield thing
    layout.remove(thing.folder)


@pytest.fixture(scope="session")
def broker(alice, bob):
    made = Broker()
    for account in alice, bob:
        made.add_user(account.name)
    yield from closing(made)


@pytest.fixture(scope="session")
def alpaca(alice, bob):
    """brokerd in its Alpaca shape; `people` says whose account is whose."""
    made = Alpaca(alice.name, bob.name)
    made.people = {made.account_id(a.name): a.name for a in (alice, bob)}
    yield from closing(made)


@pytest.fixture(scope="session")
def chromium():
    if not os.access(PROGRAM, os.X_OK):
        pytest.skip(f"{PROGRAM} is not installed")
    place = layout.folder("chromium")
    yield from closing(Chromium(place, "nobody"))
    layout.remove(place)


@pytest.fixture(scope="session")
def oidc(alice, bob):
    if not (layout.CACHE / "node_modules/oidc-provider").exists():
        pytest.skip("oidc-provider is not installed: npm could not reach a registry")
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    yield from closing(OidcProvider([alice.name, bob.name]))


@pytest.fixture
def server():
    """An authorization server of our own that does as the test says."""
    yield from closing(Server())


@pytest.fixture
def make_server():
    made = []

    def make(**options):
        made.append(Server(**options))
        return made[-1]
    yield make
    for one in made:
        one.close()


@pytest.fixture
def make_gate(daemon):
    """Gates with sockets of their own, asked through the tool or the wire."""
    made = []

    def make(url, start=True, **options):
        made.append(Gate(daemon, url, **options))
        return made[-1].start() if start else made[-1]
    yield make
    for one in made:
        one.close()


@pytest.fixture
def make_login_gate(daemon):
    """A gate where the module looks; one at a time, so close one before the next."""
    made = []

    def make(url, start=True, **options):
        for one in made:
            one.close()
        made.append(gate_on_the_modules_path(daemon, url, **options))
        return made[-1].start() if start else made[-1]
    yield make
    for one in made:
        one.close()


@pytest.fixture
def policies(sshd, sudo):
    """ssh wants `trading`, sudo a scope of its own."""
    return {"login": {"service": f"sshd {sshd.service}", "require": "trading"},
            "sudo": {"service": sudo.service, "require": "sudo:run"}}


@pytest.fixture
def gate(make_login_gate, server, policies):
    """The usual: our own server behind the module's socket."""
    return make_login_gate(server.url, policies=policies)
