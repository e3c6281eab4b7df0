# SPDX-License-Identifier: ISC
"""Several introspection endpoints stand in for each other."""
import pytest


@pytest.fixture
def pair(make_server, alice):
    """Two servers that know the same token."""
    first, second = make_server(), make_server()
    for server in first, second:
        server.give("token-of-both", alice.name, "trading")
    return first, second


def gate_of(make_gate, servers, **more):
    return make_gate(servers[0].url, issuer={
        "introspection_endpoint": " ".join(f"{s.url}/introspect" for s in servers),
        "endpoint_origins": " ".join(s.url for s in servers[1:]), "cache": "0s", **more})


@pytest.mark.parametrize("mode", ["status_500", "status_503", "status_429", "silent",
                                  "cut_headers"])
def test_the_second_answers_where_the_first_fails(pair, make_gate, alice, mode):
    first, second = pair
    gate = gate_of(make_gate, pair)
    assert gate.check("sshd", alice.name, "token-of-both")[0] == 0
    assert len(second.asked) == 0
    first.mode = mode
    assert gate.check("sshd", alice.name, "token-of-both")[0] == 0, gate.said()
    assert len(second.asked) == 1
    assert gate.last()["decision"] == "allow"


def test_the_first_is_gone(pair, make_gate, alice):
    first, second = pair
    gate = gate_of(make_gate, pair, breaker="on")
    first.shutdown()
    first.server_close()
    for n in range(1, 9):
        assert gate.check("sshd", alice.name, "token-of-both")[0] == 0, gate.said()
        assert len(second.asked) == n
    issuer = gate.status()["issuers"][0]
    assert issuer["breaker"] == "open"
    assert issuer["further_endpoints"] == [
        {"endpoint": f"{second.url}/introspect", "breaker": "closed"}]


@pytest.mark.parametrize("mode,reason", [("status_401", "as_rejects_us"),
                                         ("cut_json", "as_answer_malformed")])
def test_what_is_no_outage_is_final(pair, make_gate, alice, mode, reason):
    first, second = pair
    gate = gate_of(make_gate, pair)
    first.mode = mode
    assert gate.check("sshd", alice.name, "token-of-both")[0] not in (0, 1)
    assert gate.last()["reason"] == reason
    assert len(second.asked) == 0


def test_an_inactive_token_is_not_asked_elsewhere(pair, make_gate, alice):
    first, second = pair
    gate = gate_of(make_gate, pair)
    del first.tokens["token-of-both"]
    assert gate.check("sshd", alice.name, "token-of-both")[0] == 1
    assert gate.last()["reason"] == "token_inactive"
    assert len(second.asked) == 0


def test_both_fail(pair, make_gate, alice):
    first, second = pair
    gate = gate_of(make_gate, pair)
    first.mode, second.mode = "status_429", "status_503"
    assert gate.check("sshd", alice.name, "token-of-both")[0] not in (0, 1)
    assert gate.last()["decision"] == "unavailable"
    assert gate.last()["reason"] == "as_error"
    assert len(second.asked) >= 1
