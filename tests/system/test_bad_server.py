# SPDX-License-Identifier: ISC
"""Authorization servers that misbehave: never a yes, and for no fault of the
token a no."""
import pytest

ROWS = [
    ("truncated", "as_answer_malformed as_unreachable"),
    ("cut_json", "as_answer_malformed"),
    ("slow_drip", "as_timeout deadline_passed"),
    ("silent", "as_timeout deadline_passed"),
    ("wrong_type", "as_answer_malformed"),
    ("redirect", "as_status_unexpected"),
    ("status_401", "as_rejects_us"),
    ("status_403", "as_rejects_us"),
    ("status_404", "as_status_unexpected as_error"),
    ("status_429", "as_rate_limit"),
    ("status_500", "as_error"),
    ("status_503", "as_error"),
    ("active_string", "as_answer_malformed"),
    ("active_missing", "as_answer_malformed"),
    ("active_number", "as_answer_malformed"),
    ("duplicate_active", "as_answer_malformed"),
    ("array", "as_answer_malformed"),
    ("compressed", "as_answer_malformed"),
    ("huge", "as_answer_too_large"),
    ("cut_headers", "as_answer_malformed as_unreachable as_error"),
    ("no_http", "as_unreachable as_error as_answer_malformed"),
    ("empty", "as_answer_malformed"),
    ("jwt_unsupported", "as_token_unsupported"),
]


@pytest.fixture(scope="module")
def shared(daemon, alice):
    """One gate and one server for all rows; each row has a token of its own."""
    from bad_as import Server
    from gate import Gate
    server = Server()
    gate = Gate(daemon, server.url, issuer={"breaker": "off", "cache": "0s"}).start()
    yield gate, server
    gate.close()
    server.close()


@pytest.mark.parametrize("mode,reasons", ROWS, ids=[row[0] for row in ROWS])
def test_a_misbehaving_server_is_unavailable(shared, make_server, alice, mode, reasons):
    gate, server = shared
    elsewhere = make_server()
    server.elsewhere = elsewhere.url + "/introspect"
    token = server.give(f"token-for-{mode}", alice.name, "trading")
    elsewhere.give(token, alice.name, "trading")
    server.by_token[token] = mode
    code, said = gate.check("sshd", alice.name, token)
    assert (code, said["verdict"]) == (2, "unavailable"), said
    assert said["reason"] in reasons.split(), said
    assert elsewhere.connections == 0
    # The next answer that is good is believed again: no error was kept.
    server.by_token[token] = "good"
    assert gate.check("sshd", alice.name, token)[0] == 0


def test_retry_after_is_heeded_by_the_breaker(make_gate, server, alice):
    gate = make_gate(server.url, issuer={"breaker": "on", "cache": "0s"})
    token = server.give("token-for-rate-limit", alice.name, "trading")
    server.mode = "status_429"
    assert gate.check("sshd", alice.name, token)[1]["reason"] == "as_rate_limit"
    asked = len(server.asked)
    server.mode = "good"
    assert gate.check("sshd", alice.name, token)[1]["reason"] == "breaker_open"
    assert len(server.asked) == asked


CERTIFICATES = ["expired", "wrong_host", "self_signed", "unknown_authority"]


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_bad_certificate_is_unavailable(make_gate, make_server, certificates, alice, name):
    server = make_server(certificate=certificates.path(name), key=certificates.key)
    server.give("token-over-tls", alice.name, "trading")
    gate = make_gate(server.url, issuer={"ca_file": certificates.ca,
                                         "insecure_loopback": None})
    code, said = gate.check("sshd", alice.name, "token-over-tls")
    assert (code, said["reason"]) == (2, "as_tls"), said
    assert server.asked == [], "no token went out"


def test_a_good_certificate_is_believed(make_gate, make_server, certificates, alice):
    server = make_server(certificate=certificates.path("good"), key=certificates.key)
    server.give("token-over-tls", alice.name, "trading")
    gate = make_gate(server.url, issuer={"ca_file": certificates.ca,
                                         "insecure_loopback": None})
    assert gate.check("sshd", alice.name, "token-over-tls")[0] == 0
    # The authorities of the machine do not vouch for it.
    gate.issuer["ca_file"] = None
    gate.configure()
    gate.restart()
    assert gate.check("sshd", alice.name, "token-over-tls")[1]["reason"] == "as_tls"


def test_proxies_of_the_environment_are_not_used(make_gate, server, make_server, alice,
                                                 monkeypatch):
    proxy = make_server()
    for name in "http_proxy", "https_proxy", "all_proxy", "HTTPS_PROXY", "ALL_PROXY":
        monkeypatch.setenv(name, proxy.url)
    gate = make_gate(server.url)
    server.give("token-past-a-proxy", alice.name, "trading")
    assert gate.check("sshd", alice.name, "token-past-a-proxy")[0] == 0
    assert proxy.connections == 0


RULES = [
    ("other audience", {"aud": "https://elsewhere.test"}, 1, "audience_mismatch"),
    ("no audience", {"aud": None}, 1, "audience_mismatch"),
    ("expired", {"exp": 1_000_000_000}, 1, "token_expired"),
    ("no expiry", {"exp": None}, 1, "expiry_missing"),
    ("expiry as text", {"exp": "4102444800"}, 2, "as_answer_malformed"),
    ("not yet", {"nbf": 4_000_000_000}, 1, "token_not_yet_valid"),
    ("other issuer", {"iss": "https://elsewhere.test"}, 1, "issuer_mismatch"),
    ("refresh token", {"token_use": "refresh"}, 1, "token_type_wrong"),
    ("bound to a key", {"cnf": {"jkt": "x"}}, 1, "proof_required"),
    ("no user claim", {"username": None}, 1, "user_claim_missing"),
    ("user in capitals", {"username": "ALICE"}, 1, "user_mismatch"),
    ("no scope member", {"scope": None}, 1, "scopes_unknown"),
    ("scope as a list", {"scope": ["trading"]}, 2, "as_answer_malformed"),
    ("scope that begins so", {"scope": "trading:paper tradin"}, 1, "scope_missing"),
]


@pytest.mark.parametrize("what,members,expected,reason", RULES, ids=[r[0] for r in RULES])
def test_claims_are_judged(shared, alice, what, members, expected, reason):
    gate, server = shared
    token = server.give(f"claims-{what.replace(' ', '-')}", alice.name, "trading")
    server.tokens[token].update(members)
    server.tokens[token] = {n: v for n, v in server.tokens[token].items() if v is not None}
    code, said = gate.check("sshd", alice.name, token)
    assert (code, said["reason"]) == (expected, reason), said
