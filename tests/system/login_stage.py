# SPDX-License-Identifier: ISC
"""The gate as it stands before a broker that only knows redirects: validatord with the
profile of Alpaca, gatewayd, and people who go through its pages."""
import os
import subprocess

from gate import Gate, section
from layout import GATEWAYD, end, free_port, program, spawn, unique, wait_until, \
    write
from robot import Robot

LINK = r"(https?://\S+/l/[0-9A-Z]+)"


class LoginGate(Gate):
    """`policies`: {name: options}; each may name another issuer than the broker."""

    def __init__(self, daemon, broker, rundir=None, front=True, policies=None, main=None,
                 issuer=None, more=None, users=None, front_options=None):
        self.front_port = free_port()
        self.front_url = f"http://127.0.0.1:{self.front_port}"
        self.front_process = None
        self.has_front = front
        self.front_options = front_options or {}
        self.more = more or {}  # other issuers: {name: options}
        self.client = unique("gate")
        super().__init__(daemon, broker.url, rundir=rundir, policies=policies,
                         secret=broker.register(self.redirect(), self.client))
        self.front_log = self.folder / "gatewayd.log"
        self.state = self.folder / "state"
        self.state.mkdir(mode=0o700)
        write(self.folder / "users.map", "".join(
            f"broker * {subject} {user}\n" for subject, user in (users or {}).items()))
        self.main.update({
            "state_dir": self.state, "host_name": "desk.example.com",
            "gateway_user": daemon.name, "gateway_url": self.front_url if front else None,
            **(main or {})})
        self.daemon = daemon
        os.chown(self.state, daemon.uid, daemon.gid)
        self.issuer = {
            "profile": "alpaca", "url": broker.url, "insecure_loopback": "yes",
            "authorization_endpoint": f"{broker.url}/oauth/authorize",
            "token_endpoint": f"{broker.url}/oauth/token",
            "api_url": broker.url, "paper_api_url": f"{broker.url}/paper",
            "client_id": self.client, "client_secret_file": self.secret,
            "redirect_uri": None if front else self.redirect(), "scope": "trading data",
            "user_map": self.folder / "users.map", "cache": "1s", "breaker": "off",
            **(issuer or {})}
        self.configure()

    def add_secret(self, issuer, text):
        """Of one of the other issuers."""
        path = write(self.folder / f"secret.{issuer}", text.strip() + "\n", 0o600,
                     self.daemon.name)
        self.more[issuer]["client_secret_file"] = path
        self.configure()

    def redirect(self):
        return f"{self.front_url}/callback"

    def text(self):
        if not hasattr(self, "state"):
            return super().text()
        parts = [section("validatord", self.main), section("issuer broker", self.issuer)]
        parts += [section(f"issuer {name}", options) for name, options in self.more.items()]
        parts += [section(f"policy {name}", {"issuer": "broker", **options})
                  for name, options in self.policies.items()]
        return "\n".join(parts)

    def start(self, command=None, **options):
        super().start(command, **options)
        if self.has_front:
            self.start_front()
        return self

    def start_front(self):
        config = write(self.folder / "gatewayd.conf", section("gatewayd", {
            "listen": f"127.0.0.1:{self.front_port}", "public_url": self.front_url,
            "runtime_dir": self.rundir, "user": self.daemon.name, "plain": "yes",
            "page_rate": 0, "code_rate": 0, **self.front_options}))
        self.front_process = spawn(
            [program(GATEWAYD), "--config", config],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=open(self.front_log, "ab"))
        wait_until(self.front_answers, lambda: f"gatewayd starts: {self.front_log.read_text()}")

    def front_answers(self):
        code = self.front_process.poll()
        assert code is None, f"gatewayd ended with {code}: {self.front_log.read_text()}"
        try:
            return Robot().send(self.front_url + "/healthz").status == 200
        except OSError:
            return False

    def stop(self):
        if self.front_process is not None:
            end(self.front_process)
            self.front_process = None
        return super().stop()

    def kill(self):
        """As a crash would: nobody has time for anything."""
        self.process.kill()
        self.process.wait()
        self.process = None

    def close(self):
        super().close()
        (self.rundir / "gateway.sock").unlink(missing_ok=True)

    def records(self, reason):
        return [r for r in self.audit() if r["reason"] == reason]

