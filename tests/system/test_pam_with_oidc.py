# SPDX-License-Identifier: ISC
"""Each way to ask an authorization server that is not ours, up to a shell: signed
answers, a key and a certificate for a proof, all by ssh and PAM."""
import pytest

from oidc_provider import SECRET
from test_client_auth import (issuer, keys, over_tls, provider, signing,  # noqa: F401
                              tls_provider)


@pytest.fixture
def ssh_gate(make_login_gate, sshd):
    def make(server, secret=None, **options):
        more = {"secret": secret} if secret else {}
        return make_login_gate(
            server.url, **more,
            policies={"login": {"service": sshd.service, "require": "trading"}},
            issuer={"introspection_endpoint": None, "cache": "0s", **options})
    return make


def opens_and_shuts(gate, sshd, server, user, other):
    token = server.token(user, "trading")
    said = sshd.login(user, token)
    assert (said.code, said.out) == (0, user), (said, gate.said())
    assert sshd.login(other, token).code == 255
    assert gate.last()["reason"] == "user_mismatch"
    assert sshd.login(user, server.token(user, "data")).code == 255
    assert gate.last()["reason"] == "scope_missing"
    server.revoke(token)
    assert sshd.login(user, token).code == 255
    assert gate.last()["reason"] == "token_inactive"


def test_signed_answers(ssh_gate, sshd, oidc, alice, bob):
    gate = ssh_gate(oidc, SECRET, introspection_signed="yes")
    opens_and_shuts(gate, sshd, oidc, alice.name, bob.name)
    # The key that signed stands in the record; an unsigned answer has none.
    records = [r for r in gate.audit() if r["decision"] == "allow"]
    assert records and all(r.get("kid") for r in records), records


@pytest.mark.parametrize("alg", ["ES256", "PS256"])
def test_a_key_for_a_proof(ssh_gate, sshd, keys, provider, alice, bob, alg):  # noqa: F811
    gate = ssh_gate(provider, **issuer(provider, alg, **signing(keys, alg)))
    opens_and_shuts(gate, sshd, provider, alice.name, bob.name)


def test_a_certificate_for_a_proof(ssh_gate, sshd, keys, tls_provider, alice, bob):  # noqa: F811
    gate = ssh_gate(tls_provider, **issuer(
        tls_provider, "pki", **over_tls(keys, "tls_client_auth", "gate")))
    opens_and_shuts(gate, sshd, tls_provider, alice.name, bob.name)
