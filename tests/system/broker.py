# SPDX-License-Identifier: ISC
"""brokerd as the authorization server."""
import subprocess

from layout import BROKERD, end, folder, program, remove, run, spawn, wait_until

AUDIENCE = "https://hosts.example.test"


class Broker:
    def __init__(self, *flags):
        self.flags = flags
        self.folder = folder("broker")
        self.store = self.folder / "store.sqlite"
        self.port_file = self.folder / "port"
        self.log = self.folder / "log"
        self.process = None
        self.port = 0
        self.command("init", "--demo", "--audience", AUDIENCE,
                     "--gate-secret-file", self.folder / "gate.secret")
        self.secret = (self.folder / "gate.secret").read_text().strip()
        self.start()

    def command(self, *arguments, **options):
        name, *others = arguments
        words = [name, others.pop(0)] if name in ("user", "app", "fault") else [name]
        said = run(program(BROKERD), *words, "--store", self.store, *others, **options)
        assert said.returncode == 0, f"brokerd {name}: {said.stderr}"
        return said.stdout

    def start(self):
        listen = f"127.0.0.1:{self.port}"
        self.port_file.unlink(missing_ok=True)
        self.process = spawn([program(BROKERD), "serve", "--store", self.store,
                              "--listen", listen, "--port-file", self.port_file,
                              *self.flags],
                             stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=open(self.log, "ab"))
        wait_until(lambda: self.port_file.exists() and self.port_file.read_text().strip(),
                   lambda: f"brokerd listens: {self.log.read_text()}")
        self.port = int(self.port_file.read_text())
        self.url = f"http://127.0.0.1:{self.port}"

    def stop(self):
        end(self.process)

    def add_user(self, name):
        self.command("user", "add", "--user", name, "--live")

    def token(self, user, scope, *more):
        return self.command("token", "--user", user, "--app", "trader", "--scope", scope,
                            *more).strip()

    def revoke(self, token):
        self.command("revoke", input=token + "\n")

    def close(self):
        self.stop()
        remove(self.folder)
