# SPDX-License-Identifier: ISC
"""Each mistake keeps the daemon from starting, with file, line, reason and
remedy, and exit code 78."""
import os
import re
import shutil

import pytest

from layout import VALIDATORD, program, run, write

# name, (text to replace, text instead), what the message must speak of
ROWS = [
    ("unknown key", ("[validatord]", "[validatord]\ncolour = red"), "colour"),
    ("unknown section", ("[validatord]", "[gateway]\nx = 1\n[validatord]"), "gateway"),
    ("repeated key", ("audience = ", "audience = https://a.test\naudience = "), "audience"),
    ("duplicate issuer", ("[policy", "[issuer acme]\nurl = https://a.test\n[policy"), "acme"),
    ("duplicate policy", ("[policy", "[policy trading]\nservice = sshd\nissuer = acme\n"
                          "require = trading\n[policy"), "trading"),
    ("duplicate main section", ("[issuer", "[validatord]\nlog_level = info\n[issuer"),
     "validatord"),
    ("no audience", (r"audience = .*\n", ""), "audience"),
    ("empty audience", (r"audience = .*\n", "audience =\n"), "audience"),
    ("no audit log", (r"audit_log = .*\n", ""), "audit_log"),
    ("relative audit log", (r"audit_log = .*\n", "audit_log = audit.jsonl\n"), "audit_log"),
    ("no client id", (r"client_id = .*\n", ""), "client_id"),
    ("no secret file", (r"client_secret_file = .*\n", ""), "client_secret_file"),
    ("absent secret", (r"client_secret_file = .*\n",
                       "client_secret_file = /nonexistent/secret\n"), "secret"),
    ("no client key", (r"client_secret_file = .*\n", "client_auth = private_key_jwt\n"),
     "client_key_file"),
    ("key name without a key", ("user_claim = ", "client_key_id = one\nuser_claim = "),
     "client_key_id"),
    ("certificate without its key", (
        "user_claim = ", "client_certificate_file = /etc/hostname\nuser_claim = "),
     "client_certificate_key_file"),
    ("bearer without a token", (r"client_secret_file = .*\n", "client_auth = bearer\n"),
     "bearer_token_file"),
    ("bad pin", ("user_claim = ", "tls_pins = sha256//x\nuser_claim = "), "tls_pins"),
    ("no user claim", (r"user_claim = .*\n", ""), "user_claim"),
    ("user claim and map", ("user_claim = ", "user_map = /etc/hostname\nuser_claim = "),
     "user_map"),
    ("http to the world", (r"url = .*\n", "url = http://sso.example.com\n"), "http"),
    ("http to loopback, not allowed", (r"insecure_loopback = .*\n", ""), "insecure_loopback"),
    ("http by name of loopback", (r"url = .*\n", "url = http://localhost:1\n"), "http"),
    ("url with a fragment", (r"url = .*\n", "url = https://sso.example.com/#x\n"), "url"),
    ("url with a user", (r"url = .*\n", "url = https://me@sso.example.com\n"), "url"),
    ("no url", (r"url = .*\n", ""), "url"),
    ("endpoint elsewhere", (r"introspection_endpoint = .*\n",
                            "introspection_endpoint = https://elsewhere.test/x\n"),
     "introspection_endpoint"),
    ("bad unit", (r"failure_floor = .*\n", "failure_floor = 300\n"), "failure_floor"),
    ("unknown unit", (r"failure_floor = .*\n", "failure_floor = 3 fortnights\n"),
     "failure_floor"),
    ("out of range", (r"failure_floor = .*\n", "failure_floor = 6s\n"), "failure_floor"),
    ("cache too long", (r"cache = .*\n", "cache = 301s\n"), "cache"),
    ("leeway too long", ("user_claim = ", "leeway = 61s\nuser_claim = "), "leeway"),
    ("negative number", ("[issuer", "cache_entries = -5\n[issuer"), "cache_entries"),
    ("number with rubbish", ("[issuer", "cache_entries = 20x\n[issuer"), "cache_entries"),
    ("no boolean", (r"breaker = .*\n", "breaker = maybe\n"), "breaker"),
    ("unknown choice", ("user_claim = ", "client_auth = magic\nuser_claim = "), "client_auth"),
    ("unknown validation", ("user_claim = ", "validation = guess\nuser_claim = "),
     "validation"),
    ("unknown level", (r"log_level = .*\n", "log_level = loud\n"), "log_level"),
    ("no scope rule", (r"require = .*\n", ""), "require"),
    ("empty scope rule", (r"require = .*\n", "require =\n"), "require"),
    ("bad scope", (r"require = .*\n", 'require = "trading"\n'), "require"),
    ("root as the daemon's user", (r"user = .*\n", "user = root\n"), "root"),
    ("no service", (r"service = .*\n", ""), "service"),
    ("unknown issuer", (r"issuer = .*\n", "issuer = nobody\n"), "nobody"),
    ("no issuer", (r"issuer = .*\n", ""), "issuer"),
    ("bad network", (r"require = ", "rhost = 10.0.0.0/33\nrequire = "), "rhost"),
    ("network with host bits", (r"require = ", "rhost = 10.0.0.1/8\nrequire = "), "rhost"),
    ("bad claim", (r"require = ", "claim = acr gold\nrequire = "), "claim"),
    ("bad user", (r"require = ", "user = Al!ce\nrequire = "), "user"),
    ("bad env", (r"require = ", "env = moon\nrequire = "), "env"),
    ("login of a later version", (r"require = ", "login = telepathy\nrequire = "), "login"),
    ("no such certificates", ("user_claim = ", "ca_file = /nonexistent.pem\nuser_claim = "),
     "ca_file"),
    ("no issuer at all", (r"(?s)\[issuer.*?(?=\[policy)", ""), "issuer"),
    ("line without a key", ("[issuer", "what is this\n[issuer"), ""),
    ("key outside a section", (r"\A", "stray = 1\n"), ""),
    ("unclosed section", (r"\[policy trading\]", "[policy trading"), ""),
    ("name with a blank", (r"\[policy trading\]", "[policy trading hosts]"), "policy"),
]


@pytest.fixture(scope="module")
def shape(daemon):
    from gate import Gate
    made = Gate(daemon, "http://127.0.0.1:9")
    yield made
    made.close()


def refused(shape, *about):
    """The daemon's refusal, and that of --test and of the tool: all the same."""
    said = run(program(VALIDATORD), "--foreground", "--config", shape.config, timeout=20)
    assert said.returncode == 78, said
    line = said.stderr.strip().splitlines()[-1]
    found = re.search(r"(/[^: ]+)(?::(\d+))?: (.+)$", line)
    assert found, line
    assert str(shape.folder) in found[1], line
    for word in about:
        assert word in found[3], line
    # "what is wrong: how to mend it", or a sentence that says both.
    assert len(found[3].split()) >= 5, f"no remedy: {line}"
    tested = run(program(VALIDATORD), "--test", "--config", shape.config, timeout=20)
    assert tested.returncode == 78 and found[3] in tested.stderr
    asked = shape.ctl("config", "test")
    assert asked.returncode == 78 and found[3] in asked.stderr + asked.stdout
    return found


@pytest.mark.parametrize("change,about", [row[1:] for row in ROWS], ids=[r[0] for r in ROWS])
def test_a_mistake_is_refused_with_its_line(shape, change, about):
    shape.configure()
    good = shape.config.read_text()
    pattern = change[0] if "\\" in change[0] or "." in change[0] else re.escape(change[0])
    bad, count = re.subn(pattern, lambda _: change[1], good, count=1)
    assert count == 1 and bad != good
    write(shape.config, bad)
    found = refused(shape, about)
    line = int(found[2] or 0)
    assert 0 <= line <= len(bad.splitlines()) + 1


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o660])
def test_a_secret_that_others_can_read_is_refused(shape, mode):
    shape.configure()
    shape.secret.chmod(mode)
    try:
        refused(shape, "secret")
    finally:
        shape.secret.chmod(0o600)


@pytest.mark.parametrize("content", ["", "\n", "two\nlines\n", "x" * 4097])
def test_a_secret_that_is_none_is_refused(shape, content):
    shape.configure()
    write(shape.secret, content, 0o600, shape.account.name)
    try:
        refused(shape, "secret")
    finally:
        write(shape.secret, "the-gate's-own-secret\n", 0o600, shape.account.name)


def test_a_configuration_that_others_can_write_is_refused(shape):
    shape.configure()
    shape.config.chmod(0o666)
    refused(shape)
    shape.configure()


def test_a_file_over_the_limit_is_refused(shape):
    shape.configure(shape.text() + "; " + "x" * 66000 + "\n")
    refused(shape)
    shape.configure()


def test_a_mistake_in_policy_d_names_that_file(shape):
    shape.configure()
    place = shape.folder / "policy.d"
    place.mkdir()
    write(place / "50-more.conf", "[policy more]\nservice = sudo\nissuer = acme\n")
    found = refused(shape, "require")
    assert found[1].endswith("policy.d/50-more.conf")
    write(place / "50-more.conf", "[policy more]\nservice = sudo\nissuer = acme\nrequire = x\n")
    assert run(program(VALIDATORD), "--test", "--config", shape.config).returncode == 0
    (place / "50-more.conf").unlink()
    place.rmdir()


def test_the_good_one_is_good(shape):
    shape.configure()
    said = run(program(VALIDATORD), "--test", "--config", shape.config)
    assert said.returncode == 0, said.stderr
    assert shape.ctl("config", "test").returncode == 0


def test_wrong_usage_is_64(shape):
    assert run(program(VALIDATORD), "--colour").returncode == 64
    assert shape.ctl("dance").returncode == 64


def test_opt_outs_are_warned_about_and_recorded(make_gate, server, alice):
    gate = make_gate(server.url, issuer={"audience": "none", "expiry": "none"})
    server.give("token-that-states-little", alice.name, "trading", aud=None, exp=None)
    assert gate.check("sshd", alice.name, "token-that-states-little")[0] == 0
    assert "audience = none" in gate.said() and "expiry = none" in gate.said()
    record = gate.audit_log.read_text().splitlines()[-1]
    assert "audience" in record and "expiry" in record


@pytest.mark.skipif(not shutil.which("setfacl"), reason="setfacl is not there")
def test_a_systemd_credential_is_a_secret(shape):
    """It is root's, closed, and an ACL lets the service's user read it."""
    shape.configure()
    owner = shape.account.name
    try:
        os.chown(shape.secret, 0, 0)
        shape.secret.chmod(0o400)
        assert run("setfacl", "-m", f"u:{owner}:r", shape.secret).returncode == 0
        assert shape.secret.stat().st_mode & 0o777 == 0o440
        as_service = ["setpriv", f"--reuid={owner}", "--clear-groups", program(VALIDATORD)]
        said = run(*as_service, "--test", "--config", shape.config, timeout=20)
        assert said.returncode == 0, said
        run("setfacl", "-b", shape.secret)
        shape.secret.chmod(0o444)
        assert run(*as_service, "--test", "--config", shape.config, timeout=20).returncode == 78
    finally:
        run("setfacl", "-b", shape.secret)
        os.chown(shape.secret, shape.account.uid, 0)
        shape.secret.chmod(0o600)
