# SPDX-License-Identifier: ISC
"""The key and the token belong together: AuthenticationMethods
publickey,keyboard-interactive, and a policy with `ssh_key`."""
import pytest

from layout import run, write
from wire import ACCOUNT, ALLOW, CHECK, ask, encode

CLAIM = "/keys/ssh"
METHODS = "publickey,keyboard-interactive"


class Key:
    def __init__(self, folder, name, kind="ed25519", *more):
        self.file = folder / name
        run("ssh-keygen", "-q", "-t", kind, *more, "-N", "", "-f", self.file)
        self.public = self.file.with_suffix(".pub")
        self.line = " ".join(self.public.read_text().split()[:2])
        self.print = run("ssh-keygen", "-lf", self.public).stdout.split()[1]


@pytest.fixture(params=["auto", "token"])
def rig(make_sshd, request):
    """sshd that asks for both, and the module by a conversation or by CHECK."""
    rig = make_sshd(arguments=f"login={request.param}")
    configuration = rig.folder / "sshd_config"
    configuration.write_text(f"AuthenticationMethods {METHODS}\n" + configuration.read_text())
    rig.process.terminate()
    rig.process.wait()
    rig.log.write_text("")
    rig.start()
    return rig


@pytest.fixture
def keys(rig, alice):
    """Three that alice may use; the last one is long."""
    made = [Key(rig.folder, "one"), Key(rig.folder, "two"),
            Key(rig.folder, "three", "rsa", "-b", "4096")]
    write(rig.folder / f"keys.{alice.name}", "".join(key.line + "\n" for key in made))
    return made


@pytest.fixture
def gate(make_login_gate, server, rig):
    return make_login_gate(server.url, policies={
        "bound": {"service": rig.service, "require": "trading", "ssh_key": CLAIM}})


def give(server, alice, *prints):
    name = "token-" + str(len(server.tokens))
    more = {"keys": {"ssh": list(prints)}} if prints else {}
    return server.give(name, alice.name, "trading", **more)


def login(rig, user, token, *keys, method=METHODS):
    options = ["-o", "IdentitiesOnly=yes"]
    for key in keys:
        options += ["-i", str(key.file)]
    return rig.login(user.name, token, method=method, options=options)


def test_the_right_key_and_the_right_token(rig, gate, server, alice, keys):
    for key in keys:
        said = login(rig, alice, give(server, alice, "SHA256:other", key.print), key)
        assert (said.code, said.out) == (0, alice.name), (said, gate.audit())
    records = gate.audit()
    assert [r["op"] for r in records] == ["login", "account"] * len(keys)
    assert [r["ssh_key"] for r in records] == [k.print for k in keys for _ in range(2)]
    assert records[0]["ssh_key"] in gate.ctl("explain", records[0]["ref"]).stdout


def test_another_key_that_may_log_in_too(rig, gate, server, alice, keys):
    token = give(server, alice, keys[0].print)
    said = login(rig, alice, token, keys[1])
    assert said.code == 255 and said.out == ""
    assert "needs the SSH key" in said.err
    last = gate.last()
    assert (last["reason"], last["ssh_key"]) == ("ssh_key_mismatch", keys[1].print)
    assert keys[1].print in last["detail"]
    assert token not in str(gate.audit())


def test_a_key_that_was_only_shown_is_not_a_key_that_was_used(rig, gate, server, alice, keys):
    """ssh offers the public half of one key, and signs with another."""
    keys[0].file.unlink()
    said = login(rig, alice, give(server, alice, keys[0].print), keys[0], keys[1])
    assert said.code == 255 and said.out == ""
    assert gate.last()["ssh_key"] == keys[1].print
    assert gate.last()["reason"] == "ssh_key_mismatch"


def test_a_token_that_names_no_key(rig, gate, server, alice, keys):
    said = login(rig, alice, give(server, alice), keys[0])
    assert said.code == 255 and said.out == ""
    assert gate.last()["reason"] == "ssh_key_mismatch"
    assert gate.last()["detail"] == f"no claim {CLAIM}"


def test_without_a_key_nobody_gets_in(rig, gate, server, alice, keys):
    token = give(server, alice, keys[0].print)
    assert login(rig, alice, token, method="keyboard-interactive").code == 255
    assert gate.audit() == [], "sshd wants the key first"
    configuration = rig.folder / "sshd_config"
    configuration.write_text(configuration.read_text().replace(
        f"AuthenticationMethods {METHODS}\n", ""))
    rig.process.terminate()
    rig.process.wait()
    rig.log.write_text("")
    rig.start()
    for method in "keyboard-interactive", "password":
        said = login(rig, alice, token, keys[0], method=method)
        assert said.code == 255 and said.out == ""
        assert gate.last()["reason"] == "ssh_key_mismatch"
        assert gate.last()["detail"] == "no SSH key was used"
        assert "ssh_key" not in gate.last()


def test_by_the_user_map(rig, make_login_gate, server, alice, bob, keys):
    users = rig.folder / "users.map"
    subject = f"id-{alice.name}"
    write(users, f"acme * {subject} {alice.name} {keys[0].print}\n"
                 f"acme * {subject} {alice.name} {keys[2].print}\n"
                 f"acme * {subject} {bob.name} {keys[1].print}\n")
    gate = make_login_gate(server.url, issuer={"user_claim": None, "user_map": users}, policies={
        "bound": {"service": rig.service, "require": "trading", "ssh_key": "map"}})
    token = give(server, alice, keys[1].print)
    for key, code in (keys[0], 0), (keys[2], 0), (keys[1], 255):
        assert login(rig, alice, token, key).code == code, gate.last()
        assert gate.last()["ssh_key"] == key.print
    assert gate.last()["reason"] == "ssh_key_mismatch"


def test_only_root_is_believed(gate, rig, server, alice, keys):
    """By tools.sock anybody of its group could name any key."""
    request = {"service": rig.service, "user": alice.name, "budget_ms": 5000,
               "ssh_key": keys[0].line}
    check = encode(CHECK, token=give(server, alice, keys[0].print), **request)
    said = ask(gate.rundir / "tools.sock", check)
    assert said.values["verdict"] != ALLOW
    assert gate.last()["reason"] == "ssh_key_mismatch" and "ssh_key" not in gate.last()
    said = ask(gate.rundir / "login.sock", check)
    assert said.values["verdict"] == ALLOW
    handle = said.values["handle"]
    for key, allowed in (None, True), (keys[0], True), (keys[1], False):
        request.pop("ssh_key", None)
        if key is not None:
            request["ssh_key"] = key.line
        said = ask(gate.rundir / "login.sock", encode(ACCOUNT, handle=handle, **request))
        assert (said.values["verdict"] == ALLOW) == allowed, key


def test_a_bound_token_stays_refused(gate, rig, server, alice, keys):
    token = server.give("bound", alice.name, "trading", keys={"ssh": keys[0].print},
                        cnf={"jkt": "x"})
    assert login(rig, alice, token, keys[0]).code == 255
    assert gate.last()["reason"] == "proof_required"
