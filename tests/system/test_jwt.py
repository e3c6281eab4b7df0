# SPDX-License-Identifier: ISC
"""Signed tokens of a server that is not ours open ssh: while its keys change,
while it is away, and beside opaque ones."""
import base64
import json
import os
import shutil
import threading
import time

import pytest

from layout import CACHE, folder, remove, wait_until
from signing import Signing

REFRESH_S = 10  # the shortest that a configuration may say


@pytest.fixture
def signing(alice, bob):
    if not (CACHE / "node_modules/oidc-provider").exists() or not shutil.which("node"):
        pytest.skip("oidc-provider or node is not installed")
    made = Signing([alice.name, bob.name])
    yield made
    made.close()


@pytest.fixture
def state_dir(daemon):
    place = folder("state")
    place.chmod(0o700)
    os.chown(place, daemon.uid, daemon.gid)
    yield place
    remove(place)


@pytest.fixture
def jwt_gate(make_login_gate, signing, sshd, state_dir):
    """Keys by discovery, as old as they may be configured to get."""
    def make(policies=None, **issuer):
        return make_login_gate(
            signing.url, secret=signing.secret, main={"state_dir": state_dir},
            policies=policies or {"login": {"service": sshd.service, "require": "trading"}},
            issuer={"validation": "jwt", "introspection_endpoint": None,
                    "jwks_refresh": f"{REFRESH_S}s", **issuer})
    return make


def kid(token):
    head = token.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]


def test_ssh_opens_by_what_the_server_signed(jwt_gate, signing, sshd, alice, bob):
    gate = jwt_gate()
    token = signing.token(alice.name)
    said = sshd.login(alice.name, token)
    assert (said.code, said.out) == (0, alice.name), said
    assert gate.last()["reason"] == "granted" and gate.last()["client_id"] == "trader"
    assert sshd.login(bob.name, token).code == 255
    assert gate.last()["reason"] == "user_mismatch"
    assert sshd.login(alice.name, signing.token(alice.name, "data")).code == 255
    assert gate.last()["reason"] == "scope_missing"
    head, claims, signature = token.split(".")
    other = "A" if signature[9] != "A" else "B"
    changed = f"{head}.{claims}.{signature[:9]}{other}{signature[10:]}"
    assert sshd.login(alice.name, changed).code == 255
    assert gate.last()["reason"] == "signature_invalid", gate.last()
    # Nobody was asked about any of them, and no octet of them is told.
    assert signing.asked("/token/introspection") == 0
    told = gate.said() + gate.audit_log.read_text()
    for part in claims, signature, signature[10:]:
        assert part not in told


def test_opaque_tokens_beside_signed_ones(jwt_gate, signing, sshd, make_sshd, alice):
    other = make_sshd()
    gate = jwt_gate()
    gate.configure(gate.text() + f"""
[issuer opaque]
url = {signing.url}
introspection_endpoint = {signing.url}/token/introspection
client_id = gate
client_secret_file = {gate.secret}
audience = {gate.issuer["audience"]}
user_claim = username
insecure_loopback = yes
[policy opaque]
service = {other.service}
issuer = opaque
require = trading
""")
    assert gate.ctl("reload").returncode == 0
    signed, opaque = signing.token(alice.name), signing.token(alice.name, kind="opaque")
    assert "." in signed and "." not in opaque
    for one, token in (sshd, signed), (other, opaque):
        said = one.login(alice.name, token)
        assert (said.code, said.out) == (0, alice.name), (said, gate.last())
    assert signing.asked("/token/introspection") == 1
    # Each by its own way only: oidc-provider introspects no JWT.
    assert sshd.login(alice.name, opaque).code == 255
    assert gate.last()["reason"] == "token_not_jwt"
    assert other.login(alice.name, signed).code == 255
    assert gate.last()["decision"] != "allow"


class Visitors:
    """alice logs in, again and again, with what the server signs just then."""

    def __init__(self, sshd, signing, user):
        self.sshd, self.signing, self.user = sshd, signing, user
        self.lost, self.keys = [], []
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self.visit) for _ in range(2)]
        for thread in self.threads:
            thread.start()

    def visit(self):
        while not self.over.is_set():
            token = self.signing.token(self.user)
            said = self.sshd.login(self.user, token)
            self.keys.append(kid(token))
            if (said.code, said.out) != (0, self.user):
                self.lost.append((kid(token), said))
            time.sleep(0.3)

    def end(self):
        self.over.set()
        for thread in self.threads:
            thread.join(90)


def test_rotation_with_overlap_loses_nobody(jwt_gate, signing, sshd, alice):
    """As servers do it: published first, used when everybody has had time to
    fetch, and taken away later."""
    gate = jwt_gate()
    old = {"k-1": signing.token(alice.name)}
    visitors = Visitors(sshd, signing, alice.name)
    try:
        for n in range(1, 4):
            fetched = signing.asked("/jwks")
            signing.publish(f"k-{n}", f"k-{n + 1}", sign=f"k-{n}")
            wait_until(lambda was=fetched: signing.asked("/jwks") > was,
                       "the gate renews its keys by itself", REFRESH_S + 20)
            signing.publish(f"k-{n}", f"k-{n + 1}", sign=f"k-{n + 1}")
            old[f"k-{n + 1}"] = signing.token(alice.name)
            # A token of either key is good while both are published.
            for name in f"k-{n}", f"k-{n + 1}":
                assert sshd.login(alice.name, old[name]).code == 0, name
            signing.publish(f"k-{n + 1}", sign=f"k-{n + 1}")
    finally:
        visitors.end()
    assert visitors.lost == []
    assert len(visitors.keys) >= 40, len(visitors.keys)
    assert set(visitors.keys) == {"k-1", "k-2", "k-3", "k-4"}
    assert sshd.login(alice.name, old["k-4"]).code == 0
    # Two keys are gone, and the set was renewed since.
    for name in "k-1", "k-2":
        assert sshd.login(alice.name, old[name]).code == 255
        assert gate.last()["reason"] == "key_unknown", (name, gate.last())
    assert not [r for r in gate.audit() if r["decision"] == "unavailable"]


def test_rotation_without_overlap(jwt_gate, signing, sshd, alice):
    """An unknown name is asked for at once, but only once a minute: who changes
    keys twice in a minute locks its users out for the rest of it."""
    gate = jwt_gate(jwks_refresh="10m")  # nothing is fetched for its age here
    old = signing.token(alice.name)
    assert sshd.login(alice.name, old).code == 0
    signing.publish("k-2", sign="k-2")
    new = signing.token(alice.name)
    assert sshd.login(alice.name, new).code == 0
    assert signing.asked("/jwks") == 2
    assert sshd.login(alice.name, old).code == 255
    assert gate.last()["reason"] == "key_unknown"
    signing.publish("k-3", sign="k-3")
    newest = signing.token(alice.name)
    assert sshd.login(alice.name, newest).code == 255
    assert gate.last()["reason"] == "key_unknown"
    assert signing.asked("/jwks") == 2
    # What it signed before still opens until the gate looks again.
    assert sshd.login(alice.name, new).code == 0


def test_outage(jwt_gate, signing, sshd, alice):
    gate = jwt_gate()
    token = signing.token(alice.name)
    assert sshd.login(alice.name, token).code == 0
    signing.stop()
    assert sshd.login(alice.name, token).code == 0
    gate.restart()
    assert sshd.login(alice.name, token).code == 0
    assert "its key set of" in gate.said()
    # With the endpoint unknown, too, and nothing of it in the sockets.
    gate.restart()
    assert sshd.login(alice.name, token).code == 0
    assert gate.last()["reason"] == "granted"
    signing.start()
    assert sshd.login(alice.name, signing.token(alice.name)).code == 0


def test_keys_that_are_too_old(jwt_gate, signing, sshd, alice):
    """Past `jwks_refresh` and `jwks_stale` nobody is let in, nor refused."""
    gate = jwt_gate(jwks_stale="0s")
    token = signing.token(alice.name)
    assert sshd.login(alice.name, token).code == 0
    signing.stop()
    assert sshd.login(alice.name, token).code == 0
    wait_until(lambda: gate.check(sshd.service, alice.name, token)[0] != 0,
               "the keys are too old", REFRESH_S + 20)
    said = sshd.login(alice.name, token)
    assert said.code == 255
    assert gate.last()["decision"] == "unavailable", gate.last()
    assert gate.last()["reason"] == "keys_unavailable"
    gate.restart()
    assert sshd.login(alice.name, token).code == 255
    assert gate.last()["reason"] == "keys_unavailable"
    signing.start()
    wait_until(lambda: gate.check(sshd.service, alice.name, token)[0] == 0,
               "keys are had again", 70)
    assert sshd.login(alice.name, token).code == 0
