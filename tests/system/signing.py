# SPDX-License-Identifier: ISC
"""npm's oidc-provider with keys that change, stopped and started at will."""
import json
import os
import shutil
import subprocess
import urllib.parse
import urllib.request
from base64 import b64encode

from layout import CACHE, HERE, end, folder, free_port, remove, spawn, wait_until
from oidc_provider import AUDIENCE


class Signing:
    secret = "gate-secret"

    def __init__(self, users):
        self.users = users
        self.folder = folder("signing")
        shutil.copy(HERE / "signing.mjs", self.folder)
        (self.folder / "node_modules").symlink_to(CACHE / "node_modules")
        self.log = self.folder / "log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None
        self.start()

    def start(self):
        environment = {"PATH": os.environ["PATH"], "USERS": ",".join(self.users),
                       "AUDIENCE": AUDIENCE, "HOME": str(self.folder),
                       "PORT": str(self.port), "KEYS": str(self.folder / "keys.json")}
        self.said = self.folder / "said"
        self.process = spawn(["node", self.folder / "signing.mjs"], env=environment,
                             stdin=subprocess.PIPE, stdout=open(self.said, "wb"),
                             stderr=open(self.log, "ab"))
        wait_until(self.ready, "oidc-provider starts", 30)

    def ready(self):
        assert self.process.poll() is None, self.log.read_text(errors="replace")
        return "ready " in self.said.read_text(errors="replace")

    def stop(self):
        if self.process is not None:
            self.process.stdin.close()
            end(self.process)
            self.process = None

    def tell(self, **command):
        before = self.said.read_text().count("said ")
        self.process.stdin.write(json.dumps(command).encode() + b"\n")
        self.process.stdin.flush()
        wait_until(lambda: self.said.read_text().count("said {") > before and
                   self.said.read_text().endswith("\n"), "it has done as told")
        return json.loads(self.said.read_text().splitlines()[-1].split(" ", 1)[1])

    def publish(self, *names, sign):
        self.tell(publish=list(names), sign=sign)

    def asked(self, path):
        return self.tell(count=True).get(path, 0)

    def token(self, user, scope="trading data", kind="jwt"):
        form = {"grant_type": "password", "username": user, "password": f"pw-{user}",
                "scope": scope, "format": kind}
        request = urllib.request.Request(
            self.url + "/token", urllib.parse.urlencode(form).encode(),
            {"Authorization": "Basic " + b64encode(b"trader:trader-secret").decode()})
        with urllib.request.urlopen(request, timeout=10) as reply:
            return json.loads(reply.read())["access_token"]

    def close(self):
        self.stop()
        remove(self.folder)
