# SPDX-License-Identifier: ISC
"""A small page behind nginx, which asks gatewayd about each request (auth_request)."""
import pytest

from layout import wait_until
from login_stage import LoginGate
from nginx_rig import Nginx
from robot import Robot

# As doc/browser-login.md shows it.
SERVER = """
    location / {
      auth_request /scopegate;
      auth_request_set $challenge $upstream_http_www_authenticate;
      auth_request_set $who $upstream_http_x_auth_request_user;
      add_header WWW-Authenticate $challenge always;
      add_header X-Seen-As $who always;
      error_page 403 = @refused;
      root PAGES;
    }
    location @refused {
      add_header WWW-Authenticate $challenge always;
      return 403 "<!doctype html><title>Refused</title><h1>Refused</h1><p>$challenge</p>";
    }
    location = /scopegate {
      internal;
      proxy_pass http://127.0.0.1:FRONT/authorize?service=positions;
      proxy_pass_request_body off;
      proxy_set_header Content-Length "";
      proxy_set_header X-Forwarded-For $remote_addr;
    }
"""


@pytest.fixture(scope="module")
def gate(alpaca, broker, daemon):
    secret = broker.folder / "gate.secret"
    made = LoginGate(daemon, alpaca, users=alpaca.people, more={"acme": {
        "url": broker.url, "introspection_endpoint": f"{broker.url}/oauth/introspect",
        "client_id": "gate", "client_secret_file": "{secret}", "audience":
        "https://hosts.example.test", "user_claim": "username", "cache": "1s",
        "breaker": "off", "insecure_loopback": "yes"}}, policies={
            "positions": {"service": "web:positions", "issuer": "acme", "require": "trading"}})
    made.add_secret("acme", secret.read_text())
    made.start()
    yield made
    made.close()


@pytest.fixture(scope="module")
def nginx(gate):
    made = Nginx(SERVER.replace("FRONT", str(gate.front_port)))
    yield made
    made.close()


@pytest.fixture
def visit(chromium, nginx):
    windows = []

    def look(token):
        windows.append(chromium.person(
            {"Authorization": f"Bearer {token}"} if token else None))
        windows[-1].go(nginx.url + "/")
        return windows[-1]
    yield look
    for window in windows:
        window.close()


def test_the_page_by_the_scope_of_the_token(gate, nginx, broker, alice, visit):
    token = broker.token(alice.name, "trading data")
    window = visit(token)
    assert (window.status, window.text().strip()) == (200, "Positions")
    reply = Robot({"Authorization": f"Bearer {token}"}).send(nginx.url + "/")
    assert reply.headers["X-Seen-As"] == alice.name
    assert gate.last()["service"] == "web:positions"

    window = visit(broker.token(alice.name, "data"))
    assert window.status == 403 and "Positions" not in window.text()
    assert "insufficient_scope" in window.text() and 'scope="trading"' in window.text()

    # The broker ends it: unseen for a second at most, as `cache` says.
    broker.revoke(token)
    window = wait_until(lambda: next((w for w in [visit(token)] if w.status == 401), None),
                        "the page closes")
    assert "Positions" not in window.text()


def test_without_a_good_token_there_is_no_page(nginx, visit):
    for token, error in (None, None), ("nobody-issued-this", "invalid_token"):
        reply = Robot({"Authorization": f"Bearer {token}"} if token else {}).send(nginx.url)
        assert reply.status == 401 and "Positions" not in reply.text
        challenge = reply.headers["WWW-Authenticate"]
        assert challenge.startswith("Bearer")
        assert (f'error="{error}"' in challenge) if error else ("error" not in challenge)
    assert visit(None).status == 401


def test_an_answer_that_is_no_answer_shows_no_page(gate, nginx, broker, alice):
    token = broker.token(alice.name, "trading")
    broker.stop()
    try:
        reply = Robot({"Authorization": f"Bearer {token}"}).send(nginx.url)
        assert reply.status >= 500 and "Positions" not in reply.text
        assert gate.last()["decision"] == "unavailable"
    finally:
        broker.start()
    reply = Robot({"Authorization": f"Bearer {token}"}).send(nginx.url)
    assert reply.status == 200
