# SPDX-License-Identifier: ISC
"""The profile oidc-provider against npm's oidc-provider itself."""
import json
import urllib.request

import pytest

import layout
from oidc_provider import AUDIENCE, OidcProvider


@pytest.fixture(scope="module")
def signing(alice):
    """One whose access tokens are JWTs."""
    if not (layout.CACHE / "node_modules/oidc-provider").exists():
        pytest.skip("oidc-provider is not installed: npm could not reach a registry")
    provider = OidcProvider([alice.name], "jwt")
    yield provider
    provider.close()


def make(make_gate, provider, **issuer):
    return make_gate(provider.url, secret=provider.secret, issuer={
        "profile": "oidc-provider", "introspection_endpoint": None, "audience": AUDIENCE,
        **issuer})


def test_opaque_tokens_by_introspection(make_gate, oidc, alice):
    gate = make(make_gate, oidc)
    assert gate.check("sshd", alice.name, oidc.token(alice.name, "trading"))[0] == 0
    code, said = gate.check("sshd", alice.name, oidc.token(alice.name, "data"))
    assert (code, said["reason"]) == (1, "scope_missing")
    revoked = oidc.token(alice.name, "trading")
    oidc.revoke(revoked)
    assert gate.check("sshd", alice.name, revoked)[1]["reason"] == "token_inactive"


def test_signed_tokens_by_their_signature(make_gate, signing, alice):
    gate = make(make_gate, signing, validation="jwt")
    token = signing.token(alice.name, "trading")
    assert token.count(".") == 2
    code, said = gate.check("sshd", alice.name, token)
    assert code == 0, said
    assert said["facts"]["client_id"] == "trader" and said["facts"]["audience"] == [AUDIENCE]
    assert gate.check("sshd", alice.name, token[:-6] + "AAAAAA")[1]["reason"] == \
        "signature_invalid"
    with urllib.request.urlopen(signing.url + "/jwks", timeout=10) as reply:
        keys = gate.folder / "keys"
        keys.write_bytes(reply.read())
    said = gate.ctl("check", "--offline", "--jwks", keys, "--service", "sshd", "--user",
                    alice.name, "--json", input=token)
    assert json.loads(said.stdout)["verdict"] == "allow", said


def test_signed_tokens_are_not_introspected(make_gate, signing, alice):
    gate = make(make_gate, signing)
    said = gate.check("sshd", alice.name, signing.token(alice.name, "trading"))[1]
    # Release 8 says the first, 9 the second.
    assert said["reason"] in ("token_inactive", "as_token_unsupported"), said


@pytest.mark.parametrize("validation", ["introspect", "jwt", "both"])
def test_the_server_passes_its_test(make_gate, oidc, validation):
    gate = make(make_gate, oidc, validation=validation)
    done = gate.ctl("issuer", "test", "acme")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stdout and "warning" not in done.stdout, done.stdout
    assert oidc.secret not in done.stdout
