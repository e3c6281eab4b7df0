# SPDX-License-Identifier: ISC
"""The main job: a token opens, or does not open, ssh and sudo, by scope.
Everything here runs against brokerd and against an authorization server that
is not ours."""
import pytest


@pytest.fixture(params=["broker", "oidc"])
def authority(request):
    """brokerd, or npm's oidc-provider."""
    return request.getfixturevalue(request.param)


@pytest.fixture
def login_gate(authority, make_login_gate, policies):
    endpoint = {"broker": "/oauth/introspect", "oidc": "/token/introspection"}
    which = "broker" if hasattr(authority, "store") else "oidc"
    return make_login_gate(authority.url, policies=policies, secret=authority.secret, issuer={
        "introspection_endpoint": authority.url + endpoint[which], "cache": "0s"})


METHODS = ["keyboard-interactive", "password"]


@pytest.mark.parametrize("method", METHODS)
def test_ssh_opens_by_scope(login_gate, authority, sshd, alice, method):
    token = authority.token(alice.name, "trading data")
    said = sshd.login(alice.name, token, method=method)
    assert (said.code, said.out) == (0, alice.name), said
    assert [r["decision"] for r in login_gate.audit()] == ["allow"] * len(login_gate.audit())
    assert login_gate.last()["user"] == alice.name


@pytest.mark.parametrize("method", METHODS)
def test_ssh_refuses_without_the_scope(login_gate, authority, sshd, alice, method):
    token = authority.token(alice.name, "data")
    said = sshd.login(alice.name, token, method=method)
    assert said.code == 255 and said.out == ""
    assert login_gate.last()["decision"] == "deny"
    assert login_gate.last()["reason"] == "scope_missing"
    shown = said.err if method != "password" else sshd.log.read_text(errors="replace")
    assert ("eference" in shown) if method != "password" else (
        f"failed for {alice.name}: Permission denied" in shown), "PAM_PERM_DENIED"


def test_ssh_refuses_another_accounts_token(login_gate, authority, sshd, alice, bob):
    token = authority.token(bob.name, "trading data")
    said = sshd.login(alice.name, token)
    assert said.code == 255 and said.out == ""
    assert login_gate.last()["reason"] == "user_mismatch"
    assert sshd.login(bob.name, token).code == 0


def test_ssh_refuses_a_revoked_token(login_gate, authority, sshd, alice):
    token = authority.token(alice.name, "trading")
    assert sshd.login(alice.name, token).code == 0
    authority.revoke(token)
    said = sshd.login(alice.name, token)
    assert said.code == 255 and said.out == ""
    assert login_gate.last()["reason"] == "token_inactive"


def test_ssh_refuses_what_nobody_issued(login_gate, sshd, alice):
    assert sshd.login(alice.name, "nobody-issued-this").code == 255
    assert login_gate.last()["reason"] == "token_inactive"


def test_sudo_needs_a_scope_of_its_own(login_gate, authority, sudo, alice, bob):
    said = sudo.run(authority.token(alice.name, "trading"))
    assert said.returncode == 1 and said.stdout == ""
    assert login_gate.last()["reason"] == "scope_missing"
    assert login_gate.last()["service"] == sudo.service
    said = sudo.run(authority.token(alice.name, "sudo:run"))
    assert (said.returncode, said.stdout.strip()) == (0, bob.name), said.stderr


def test_a_token_of_a_machine_opens_nothing(oidc, make_login_gate, policies, sshd, alice):
    gate = make_login_gate(oidc.url, policies=policies, secret=oidc.secret, issuer={
        "introspection_endpoint": oidc.url + "/token/introspection"})
    assert sshd.login(alice.name, oidc.machine_token("trading")).code == 255
    assert gate.last()["reason"] in ("user_claim_missing", "subject_missing")


def test_endpoints_are_discovered(broker, make_login_gate, policies, sshd, alice):
    gate = make_login_gate(broker.url, policies=policies, secret=broker.secret,
                           issuer={"introspection_endpoint": None})
    said = sshd.login(alice.name, broker.token(alice.name, "trading"))
    assert (said.code, said.out) == (0, alice.name), gate.said()


def test_env_of_the_grant_is_a_rule(broker, make_gate, alice):
    gate = make_gate(broker.url, secret=broker.secret,
                     issuer={"introspection_endpoint": broker.url + "/oauth/introspect"},
                     policies={"live": {"service": "sshd", "require": "trading", "env": "live"}})
    paper = broker.token(alice.name, "trading", "--env", "paper")
    live = broker.token(alice.name, "trading", "--env", "live")
    assert gate.check("sshd", alice.name, paper)[0] == 1
    assert gate.last()["reason"] == "environment_mismatch"
    assert gate.check("sshd", alice.name, live)[0] == 0


def test_broker_down_is_unavailable_not_refused(broker, make_login_gate, policies, sshd, alice):
    token = broker.token(alice.name, "trading")
    gate = make_login_gate(broker.url, policies=policies, secret=broker.secret, issuer={
        "introspection_endpoint": broker.url + "/oauth/introspect", "cache": "0s"})
    assert sshd.login(alice.name, token).code == 0
    broker.stop()
    try:
        assert sshd.login(alice.name, token).code == 255
        assert gate.last()["decision"] == "unavailable"
        assert gate.last()["reason"] == "as_unreachable"
        code, said = gate.check(sshd.service, alice.name, token)
        assert (code, said["verdict"], said["pam_auth"]) == (2, "unavailable", "PAM_AUTHINFO_UNAVAIL")
    finally:
        broker.start()
    assert sshd.login(alice.name, token).code == 0


def test_root_and_unknown_users_never_get_in(gate, server, sshd):
    for user in "root", "nobody-has-this-name":
        server.give(f"token-{user}", user, "trading")
        assert sshd.login(user, f"token-{user}").code == 255
    assert all(r["decision"] != "allow" for r in gate.audit())


def test_the_session_learns_a_handle_but_no_token(gate, server, make_sshd, alice):
    token = server.give("session-token-of-alice", alice.name, "trading")
    with_session = make_sshd(session=True)
    gate.policies["login"]["service"] += " " + with_session.service
    gate.configure()
    assert gate.ctl("reload").returncode == 0
    said = with_session.login(alice.name, token, "env")
    assert said.code == 0, said
    assert token not in said.out and "SCOPEGATE_HANDLE=" in said.out


def test_a_key_login_passes_the_account_phase(gate, sshd, alice):
    key = sshd.add_key(alice.name)
    said = sshd.login(alice.name, "unused", method="publickey",
                      options=("-i", str(key), "-o", "IdentitiesOnly=yes"))
    assert said.code == 255, "PAM_IGNORE alone opens nothing"
    sshd.stack([f"auth required {sshd.module}", f"account required {sshd.module}",
                "account required pam_permit.so", "session required pam_permit.so"])
    try:
        said = sshd.login(alice.name, "unused", method="publickey",
                          options=("-i", str(key), "-o", "IdentitiesOnly=yes"))
        assert (said.code, said.out) == (0, alice.name), said
        assert gate.audit() == []
    finally:
        sshd.stack(sshd.lines)
