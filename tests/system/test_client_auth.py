# SPDX-License-Identifier: ISC
"""How the gate shows who it is, to an authorization server that is not ours:
by a key or by a certificate, and not by another's."""
import shutil

import pytest

import layout
from layout import folder, remove, run, write
from oidc_provider import OidcProvider

KEYS = {
    "ES256": ("EC", "-pkeyopt", "ec_paramgen_curve:P-256"),
    "PS256": ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "RS256": ("RSA", "-pkeyopt", "rsa_keygen_bits:2048"),
    "EdDSA": ("ED25519",),
}
HOST = "gate.example.com"


class Keys:
    """NAME.key, of the daemon's account, and NAME.pub; NAME.pem is a certificate."""

    def __init__(self, account):
        self.account = account
        self.folder = folder("keys")

    def path(self, name):
        return self.folder / name

    def openssl(self, *arguments):
        said = run("openssl", *arguments)
        assert said.returncode == 0, said.stderr

    def make(self, name, kind):
        key = self.path(f"{name}.key")
        self.openssl("genpkey", "-algorithm", *kind, "-out", key)
        key.chmod(0o600)
        shutil.chown(key, self.account.name)
        self.openssl("pkey", "-in", key, "-pubout", "-out", self.path(f"{name}.pub"))

    def certify(self, name, names):
        self.openssl("req", "-x509", "-key", self.path(f"{name}.key"), "-days", "2",
                     "-subj", f"/CN={name}", "-addext", f"subjectAltName={names}",
                     "-out", self.path(f"{name}.pem"))


@pytest.fixture(scope="module")
def keys(daemon):
    if not (layout.CACHE / "node_modules/oidc-provider").exists():
        pytest.skip("oidc-provider is not installed: npm could not reach a registry")
    if not shutil.which("node"):
        pytest.skip("node is not installed")
    made = Keys(daemon)
    for alg, kind in KEYS.items():
        made.make(alg, kind)
        made.make(f"other-{alg}", kind)
    for name, names in (("server", "IP:127.0.0.1"), ("gate", f"DNS:{HOST}"),
                        ("self", f"DNS:{HOST}"), ("stranger", f"DNS:{HOST}")):
        made.make(name, KEYS["ES256"])
        made.certify(name, names)
    yield made
    remove(made.folder)


def signing_clients(keys):
    return [{"client_id": alg, "token_endpoint_auth_method": "private_key_jwt",
             "token_endpoint_auth_signing_alg": alg, "public_key": keys.path(f"{alg}.pub")}
            for alg in KEYS]


@pytest.fixture(scope="module")
def provider(keys, alice):
    made = OidcProvider([alice.name], clients=signing_clients(keys))
    yield made
    made.close()


@pytest.fixture(scope="module")
def tls_provider(keys, alice):
    """It knows the authority of `gate` (which is its own) and no other."""
    made = OidcProvider([alice.name], clients=[
        {"client_id": "pki", "token_endpoint_auth_method": "tls_client_auth",
         "tls_client_auth_san_dns": HOST},
        {"client_id": "elsewhere", "token_endpoint_auth_method": "tls_client_auth",
         "tls_client_auth_san_dns": "elsewhere.example.com"},
        {"client_id": "self", "token_endpoint_auth_method": "self_signed_tls_client_auth",
         "certificate": keys.path("self.pem")},
        *signing_clients(keys),
    ], tls={"key": keys.path("server.key"), "cert": keys.path("server.pem"),
            "ca": keys.path("gate.pem")})
    yield made
    made.close()


def issuer(provider, client_id, **more):
    return {"introspection_endpoint": None, "client_secret_file": None, "client_id": client_id,
            "cache": "0s", **more}


def signing(keys, alg, key=None, **more):
    return {"client_auth": "private_key_jwt", "client_key_file": keys.path(f"{key or alg}.key"),
            "client_assertion_alg": alg, **more}


def over_tls(keys, way=None, name=None):
    options = {"ca_file": keys.path("server.pem"), "insecure_loopback": None}
    if way:
        options["client_auth"] = way
    if name:
        options.update({"client_certificate_file": keys.path(f"{name}.pem"),
                        "client_certificate_key_file": keys.path(f"{name}.key")})
    return options


def assert_taken(gate, provider, user):
    """More than once: an assertion that was seen before would be refused."""
    token = provider.token(user, "trading")
    for _ in range(3):
        assert gate.check("sshd", user, token)[0] == 0, gate.said()
    assert gate.check("sshd", user, provider.token(user, "data"))[0] == 1
    assert gate.last()["reason"] == "scope_missing"
    provider.revoke(token)
    assert gate.check("sshd", user, token)[0] == 1
    assert gate.last()["reason"] == "token_inactive"


def assert_rejected(gate, provider, user):
    assert gate.check("sshd", user, provider.token(user, "trading"))[0] not in (0, 1)
    assert gate.last()["decision"] == "unavailable"
    assert gate.last()["reason"] == "as_rejects_us"


@pytest.mark.parametrize("alg", KEYS)
def test_a_key_is_taken(keys, provider, make_gate, alice, alg):
    gate = make_gate(provider.url, issuer=issuer(provider, alg, **signing(keys, alg)))
    assert_taken(gate, provider, alice.name)
    pem = keys.path(f"{alg}.key").read_text().splitlines()[1]
    assert pem not in gate.said() and "client_assertion" not in gate.said()


@pytest.mark.parametrize("alg", KEYS)
def test_another_key_is_not(keys, provider, make_gate, alice, alg):
    gate = make_gate(provider.url,
                     issuer=issuer(provider, alg, **signing(keys, alg, f"other-{alg}")))
    assert_rejected(gate, provider, alice.name)


@pytest.mark.parametrize("more", [
    {"client_assertion_audience": "https://elsewhere.example.com"},
    {"client_assertion_alg": "RS256"},
], ids=["audience", "alg"])
def test_what_the_server_does_not_expect_is_not(keys, provider, make_gate, alice, more):
    gate = make_gate(provider.url, issuer=issuer(
        provider, "PS256", **signing(keys, "PS256", **more)))
    assert_rejected(gate, provider, alice.name)


def test_the_endpoint_may_be_the_audience(keys, provider, make_gate, alice):
    gate = make_gate(provider.url, issuer=issuer(provider, "ES256", **signing(
        keys, "ES256", client_key_id="one", client_assertion_audience=provider.url + "/token")))
    assert_taken(gate, provider, alice.name)


@pytest.mark.parametrize("client_id,way,name", [
    ("pki", "tls_client_auth", "gate"),
    ("self", "self_signed_tls_client_auth", "self"),
])
def test_a_certificate_is_taken(keys, tls_provider, make_gate, alice, client_id, way, name):
    gate = make_gate(tls_provider.url,
                     issuer=issuer(tls_provider, client_id, **over_tls(keys, way, name)))
    assert_taken(gate, tls_provider, alice.name)


@pytest.mark.parametrize("client_id,way,name", [
    ("pki", "tls_client_auth", "stranger"),
    ("elsewhere", "tls_client_auth", "gate"),
    ("self", "self_signed_tls_client_auth", "stranger"),
])
def test_another_certificate_is_not(keys, tls_provider, make_gate, alice, client_id, way, name):
    gate = make_gate(tls_provider.url,
                     issuer=issuer(tls_provider, client_id, **over_tls(keys, way, name)))
    assert_rejected(gate, tls_provider, alice.name)


def test_a_key_and_a_certificate_go_together(keys, tls_provider, make_gate, alice):
    gate = make_gate(tls_provider.url, issuer=issuer(tls_provider, "ES256", **{
        **over_tls(keys, None, "gate"), **signing(keys, "ES256")}))
    assert_taken(gate, tls_provider, alice.name)


def test_a_key_changes_at_a_reload(keys, provider, make_gate, alice):
    gate = make_gate(provider.url, issuer=issuer(
        provider, "ES256", **signing(keys, "ES256", "other-ES256")))
    assert_rejected(gate, provider, alice.name)
    gate.issuer["client_key_file"] = keys.path("ES256.key")
    gate.configure()
    said = gate.ctl("reload")
    assert said.returncode == 0, said.stderr
    assert_taken(gate, provider, alice.name)


def test_a_bearer_token_is_shown_and_read_again(server, make_gate, daemon, alice):
    place = folder("bearer")
    try:
        token = write(place / "token", "bearer-mark-one\n", 0o600, daemon.name)
        gate = make_gate(server.url, issuer={
            "client_secret_file": None, "client_auth": "bearer", "bearer_token_file": token,
            "cache": "0s"})
        server.give("token-of-alice", alice.name, "trading")
        for expected in "bearer-mark-one", "bearer-mark-two":
            write(token, expected + "\n", 0o600, daemon.name)
            assert gate.ctl("reload").returncode == 0
            assert gate.check("sshd", alice.name, "token-of-alice")[0] == 0, gate.said()
            _, headers, form = server.asked[-1]
            assert headers["Authorization"] == f"Bearer {expected}"
            assert "client_id" not in form
        # A reload that cannot read it leaves what there was.
        token.chmod(0o644)
        assert gate.ctl("reload").returncode != 0
        assert gate.check("sshd", alice.name, "token-of-alice")[0] == 0
        assert "bearer-mark" not in gate.said() + gate.audit_log.read_text()
    finally:
        remove(place)
