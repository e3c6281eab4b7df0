# SPDX-License-Identifier: ISC
"""An instance of validatord with files and sockets of its own."""
import json
import os
import subprocess
from pathlib import Path

from bad_as import AUDIENCE
from layout import RUNDIR, VALIDATORCTL, VALIDATORD, children, end, folder, program, remove, \
    run, spawn, wait_until, write

SECRET = "the-gate's-own-secret"


def section(name, options):
    lines = [f"{key} = {value}" for key, value in options.items() if value is not None]
    return "\n".join([f"[{name}]", *lines, ""])


class Gate:
    """Configured for one issuer; started as root, it becomes `account`."""

    def __init__(self, account, url, rundir=None, main=None, issuer=None, policies=None,
                 secret=SECRET):
        self.account = account
        self.folder = folder("gate")
        self.rundir = Path(rundir or self.folder / "run")
        self.rundir.mkdir(mode=0o755, exist_ok=True)
        self.logs = self.folder / "audit"
        self.logs.mkdir(mode=0o700)
        os.chown(self.logs, account.uid, account.gid)
        self.audit_log = self.logs / "audit.jsonl"
        self.log = self.folder / "log"
        self.config = self.folder / "validatord.conf"
        self.secret = write(self.folder / "secret", secret + "\n", 0o600, account.name)
        self.main = {"audit_log": self.audit_log, "runtime_dir": self.rundir,
                     "user": account.name, "tools_group": account.name,
                     "failure_floor": "20ms", "log_level": "debug", **(main or {})}
        self.issuer = {"url": url, "introspection_endpoint": f"{url}/introspect",
                       "client_id": "gate", "client_secret_file": self.secret,
                       "audience": AUDIENCE, "user_claim": "username", "cache": "10s",
                       "breaker": "off", "insecure_loopback": "yes", **(issuer or {})}
        self.policies = policies or {"trading": {"service": "sshd", "require": "trading"}}
        self.process = None
        self.configure()

    def text(self):
        parts = [section("validatord", self.main), section("issuer acme", self.issuer)]
        parts += [section(f"policy {name}", {"issuer": "acme", **options})
                  for name, options in self.policies.items()]
        return "\n".join(parts)

    def configure(self, text=None):
        write(self.config, text or self.text())

    def start(self, command=None, **options):
        command = command or [program(VALIDATORD), "--foreground", "--config", self.config]
        self.process = spawn(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=open(self.log, "ab"), **options)
        wait_until(self.ready, lambda: f"validatord starts; it said: {self.said()}")
        return self

    def ready(self):
        code = self.process.poll()
        assert code is None, f"validatord ended with {code}: {self.said()}"
        return (self.rundir / "ctl.sock").exists() and self.ctl("status").returncode == 0

    def stop(self):
        if self.process is not None:
            code = end(self.process)
            self.process = None
            return code
        return None

    def restart(self):
        self.stop()
        return self.start()

    def said(self):
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def ctl(self, *arguments, **options):
        return run(program(VALIDATORCTL), "--config", self.config, *arguments, **options)

    def check(self, service, user, token, *more):
        """`validatorctl check`, as (exit code, document)."""
        said = self.ctl("--json", "check", "--service", service, "--user", user, *more,
                        input=token + "\n")
        assert said.stdout, said.stderr
        return said.returncode, json.loads(said.stdout)

    def status(self):
        return json.loads(self.ctl("--json", "status").stdout)

    def audit(self):
        if not self.audit_log.exists():
            return []
        return [json.loads(line) for line in self.audit_log.read_text().splitlines()]

    def last(self):
        return self.audit()[-1]

    def processes(self):
        """{role: pid}: decide is the one we started; fetch says its role."""
        found = {"decide": self.process.pid}
        for pid in children(self.process.pid)[1:]:
            line = Path(f"/proc/{pid}/cmdline").read_bytes()
            found["fetch" if b"--role=fetch" in line else "starter"] = pid
        return found

    def close(self):
        self.stop()
        for name in "login", "tools", "ctl":
            (self.rundir / f"{name}.sock").unlink(missing_ok=True)
        remove(self.folder)


def gate_on_the_modules_path(account, url, **options):
    """A gate where the module looks: there can be one at a time."""
    return Gate(account, url, rundir=RUNDIR, **options)
