# SPDX-License-Identifier: ISC
"""The operator's tool and the files that it reads."""
import json

from layout import VALIDATORCTL, program, run


def test_status_tells_what_the_daemon_does(gate, server, sshd, alice):
    server.give("token-for-status", alice.name, "trading")
    gate.check(sshd.service, alice.name, "token-for-status")
    said = gate.status()
    assert said["issuers"][0]["name"] == "acme"
    human = gate.ctl("status")
    assert human.returncode == 0 and "acme" in human.stdout
    gate.stop()
    said = gate.ctl("status")
    assert said.returncode == 1 and said.stderr


def test_check_shows_every_rule_and_is_marked(gate, server, sshd, alice):
    server.give("token-with-data", alice.name, "data", aud="https://elsewhere.test")
    code, said = gate.check(sshd.service, alice.name, "token-with-data")
    rules = {rule["name"]: rule["passed"] for rule in said["rules"]}
    assert code == 1 and rules["aud"] is False and rules["require"] is False
    assert said["facts"]["scopes"] == ["data"]
    assert said["pam_auth"] == "PAM_AUTH_ERR" and "token-with-data" not in json.dumps(said)
    assert gate.last()["op"] == "check"


def test_explain_tells_the_user_and_the_operator_why(gate, server, sshd, alice):
    server.give("token-to-explain", alice.name, "data")
    said = sshd.login(alice.name, "token-to-explain")
    assert said.code == 255
    ref = gate.last()["ref"]
    log = sshd.log.read_text(errors="replace")
    told = gate.ctl("explain", ref)
    assert told.returncode == 0, told.stderr
    for word in "lacks a scope", "trading", alice.name, sshd.service:
        assert word in told.stdout
    assert json.loads(gate.ctl("--json", "explain", ref).stdout)["reason"] == "scope_missing"
    assert gate.ctl("explain", "ZZZZZZZZ").returncode == 1
    # The reference is what the user was shown.
    assert ref in said.err + said.out + log + "".join(said.prompts)


def test_audit_verify_finds_every_tampering(gate, server, sshd, alice):
    for n in range(6):
        server.give(f"token-{n}", alice.name, "trading" if n % 2 else "data")
        gate.check(sshd.service, alice.name, f"token-{n}")
    assert gate.ctl("audit", "verify").returncode == 0
    good = gate.audit_log.read_text()
    lines = good.splitlines(keepends=True)
    deny = next(n for n, line in enumerate(lines) if '"deny"' in line and n > 0)
    changed = lines[:deny] + [lines[deny].replace('"deny"', '"allow"', 1)] + lines[deny + 1:]
    cases = {"changed": changed, "removed": lines[:deny] + lines[deny + 1:],
             "swapped": [lines[1], lines[0]] + lines[2:],
             "doubled": lines[:deny + 1] + lines[deny:], "cut": lines[:-1] + [lines[-1][:-40]]}
    other = gate.folder / "tampered.jsonl"
    for name, content in cases.items():
        other.write_text("".join(content))
        said = gate.ctl("audit", "verify", "--log", other)
        assert said.returncode == 1, name
        assert any(ch.isdigit() for ch in said.stdout + said.stderr), "it names the line"
    other.write_text(good)
    assert gate.ctl("audit", "verify", "--log", other).returncode == 0


def test_a_crash_in_the_middle_of_a_record_is_recovered(gate, server, sshd, alice):
    token = server.give("token-before-a-crash", alice.name, "trading")
    gate.check(sshd.service, alice.name, token)
    gate.stop()
    with open(gate.audit_log, "a", encoding="utf-8") as log:
        log.write('{"seq":2,"ts":"20')
    gate.start()
    assert sshd.login(alice.name, token).code == 0
    text = gate.audit_log.read_text()
    assert '"recovered"' in text
    assert gate.ctl("audit", "verify").returncode in (0, 1)


def test_the_chain_goes_on_after_a_restart_and_a_rotation(gate, server, sshd, alice):
    token = server.give("token-for-the-chain", alice.name, "trading")
    gate.check(sshd.service, alice.name, token)
    gate.restart()
    gate.check(sshd.service, alice.name, token)
    assert gate.ctl("audit", "verify").returncode == 0
    old = gate.logs / "audit.jsonl.1"
    gate.audit_log.rename(old)
    assert gate.ctl("reload").returncode == 0
    gate.check(sshd.service, alice.name, token)
    assert json.loads(old.read_text().splitlines()[-1])["hash"] == gate.audit()[0]["prev"]
    assert gate.ctl("audit", "verify").returncode == 0


def test_reload_takes_a_good_file_and_keeps_the_old_one_for_a_bad(gate, server, sshd, alice):
    server.give("token-with-data", alice.name, "data")
    assert gate.check(sshd.service, alice.name, "token-with-data")[0] == 1
    gate.policies["login"]["require"] = "data"
    gate.configure()
    assert gate.ctl("reload").returncode == 0
    assert gate.check(sshd.service, alice.name, "token-with-data")[0] == 0
    gate.configure(gate.text().replace("require = data", "requires = data"))
    said = gate.ctl("reload")
    assert said.returncode == 1
    assert "requires" in said.stdout + said.stderr
    assert gate.check(sshd.service, alice.name, "token-with-data")[0] == 0
    assert "requires" in gate.said() and "requires" in gate.ctl("status").stdout
    # A broken file does not take the operator's tool away.
    assert gate.ctl("explain", gate.last()["ref"]).returncode == 0
    assert gate.ctl("audit", "verify").returncode == 0


def test_flush_and_cache(gate, server, sshd, alice):
    token = server.give("token-in-the-cache", alice.name, "trading")
    for _ in range(3):
        assert gate.check(sshd.service, alice.name, token)[0] == 0
    assert len(server.asked) == 1
    server.tokens.pop(token)
    assert gate.check(sshd.service, alice.name, token)[0] == 0
    assert gate.ctl("flush").returncode == 0
    assert gate.check(sshd.service, alice.name, token)[1]["reason"] == "token_inactive"


def test_the_cache_holds_facts_never_verdicts(gate, server, sshd, alice, bob):
    token = server.give("token-asked-twice", alice.name, "trading")
    assert gate.check(sshd.service, alice.name, token)[0] == 0
    assert gate.check(sshd.service, bob.name, token)[1]["reason"] == "user_mismatch"
    assert gate.check("cron", alice.name, token)[1]["reason"] == "no_policy"
    assert len(server.asked) == 1


def test_json_check_and_version(gate):
    for text, code, word in (('{"a":1}', 0, "accept"), ('{"a":1,"a":2}', 1, "reject"),
                             ('{"a":1}x', 1, "reject"), ('{"a":"\\u0000"}', 1, "reject"),
                             ("", 1, "reject")):
        said = gate.ctl("json-check", input=text)
        assert (said.returncode, said.stdout.split(":")[0].strip()) == (code, word), text
    assert gate.ctl("json-check", "--syntax", input='{"a":1,"a":2}').returncode == 0
    assert run(program(VALIDATORCTL), "version").stdout.strip()


def test_a_token_is_no_argument(gate):
    for words in (["--token", "x"], ["--token=x"], ["x"]):
        said = gate.ctl("check", "--service", "sshd", "--user", "alice", *words, input="")
        assert said.returncode == 64
