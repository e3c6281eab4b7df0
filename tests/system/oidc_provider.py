# SPDX-License-Identifier: ISC
"""npm's oidc-provider, an authorization server that is not ours."""
import json
import os
import shutil
import ssl
import subprocess
import urllib.parse
import urllib.request
from base64 import b64encode

from layout import CACHE, HERE, end, folder, remove, spawn, wait_until

AUDIENCE = "https://hosts.example.test"
SECRET = "gate-secret"


class OidcProvider:
    def __init__(self, users, form="opaque", clients=(), tls=None):
        """`clients` and `tls` are as server.mjs takes them."""
        self.folder = folder("oidc")
        shutil.copy(HERE / "server.mjs", self.folder)
        (self.folder / "node_modules").symlink_to(CACHE / "node_modules")
        self.log = self.folder / "log"
        environment = {"PATH": os.environ["PATH"], "USERS": ",".join(users),
                       "AUDIENCE": AUDIENCE, "HOME": str(self.folder),
                       "FORMAT": form,
                       "CLIENTS": json.dumps(list(clients), default=str)}
        self.context = None
        if tls:
            environment["TLS"] = json.dumps(tls, default=str)
            self.context = ssl.create_default_context(cafile=str(tls["cert"]))
        self.process = spawn(["node", self.folder / "server.mjs"], env=environment,
                             stdin=subprocess.DEVNULL, stdout=open(self.log, "wb"),
                             stderr=subprocess.STDOUT)
        self.url = wait_until(self.ready, "oidc-provider starts", 30)
        self.secret = SECRET

    def ready(self):
        said = self.log.read_text(errors="replace")
        assert self.process.poll() is None, said
        return said.split("ready ")[1].split()[0] if "ready " in said else None

    def post(self, path, **form):
        request = urllib.request.Request(
            self.url + path, urllib.parse.urlencode(form).encode(),
            {"Authorization": "Basic " + b64encode(b"trader:trader-secret").decode()})
        with urllib.request.urlopen(request, timeout=10, context=self.context) as reply:
            return reply.read()

    def token(self, user, scope):
        return json.loads(self.post("/token", grant_type="password", username=user,
                                    password=f"pw-{user}", scope=scope))["access_token"]

    def machine_token(self, scope):
        """A token of a client, with no user behind it."""
        return json.loads(self.post("/token", grant_type="client_credentials",
                                    scope=scope, resource=AUDIENCE))["access_token"]

    def revoke(self, token):
        self.post("/token/revocation", token=token)

    def close(self):
        end(self.process)
        remove(self.folder)
