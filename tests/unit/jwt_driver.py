# SPDX-License-Identifier: ISC
"""What the cases of signed tokens need: an authorization server that signs and
publishes keys, and gates that believe it in each way."""

import json
import os
import subprocess
import threading
import time

from daemon_driver import Server

BUILD = os.path.abspath(os.environ.get("top_builddir", "."))
(TOKEN_EXPIRED, ISSUER_MISMATCH, AUDIENCE_MISMATCH, TOKEN_TYPE_WRONG,
 TOKEN_NOT_JWT, SIGNATURE_INVALID, KEY_UNKNOWN, CLAIM_MISSING,
 LIFETIME_TOO_LONG, FACTS_DISAGREE, KEYS_UNAVAILABLE) = (
     12, 15, 16, 18, 32, 33, 34, 35, 36, 37, 122)


class Signer:
    """jws_signer, which keeps the keys."""

    def __init__(self):
        self.process = subprocess.Popen(
            [os.path.join(BUILD, "tests", "unit", "jws_signer")], text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, *fields):
        self.process.stdin.write("\t".join(fields) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline().rstrip("\n")
        assert line, "jws_signer ended: %r" % (fields[:2],)
        return line

    def stop(self):
        self.process.stdin.close()
        self.process.wait(20)
        self.process.stdout.close()


class SigningServer(Server):
    """Publishes what publish() says; `answers` are those of introspection."""

    def __init__(self):
        self.signer = Signer()
        self.keys, self.algorithms, self.published = {}, {}, []
        self.open = threading.Event()
        self.open.set()
        self.given = []
        self.document = None  # the metadata, where there are any
        super().__init__()
        self.publish("k-1")

    def page(self, path):
        if path.startswith("/.well-known/") and self.document is not None:
            return self.document
        return self.metadata

    def well_known(self):
        return sum(n for path, n in self.asked.items()
                   if path.startswith("/.well-known/"))

    # What another GET gets, whatever its path.
    @property
    def metadata(self):
        self.open.wait(20)
        return {"keys": [self.keys[name] for name in self.published]}

    @metadata.setter
    def metadata(self, _value):
        pass

    def key(self, name, algorithm="ES256"):
        if name not in self.keys:
            self.algorithms[name] = algorithm
            self.keys[name] = json.loads(
                self.signer.ask("key", name, algorithm, name))

    def publish(self, *names):
        for name in names:
            self.key(name)
        self.published = list(names)

    def fetched(self):
        return self.asked["/jwks"]

    def token(self, key="k-1", kid=None, typ="at+jwt", **changes):
        """Claims that are None are left out."""
        self.key(key)
        now = int(time.time())
        claims = {"iss": self.url, "sub": "s-1", "aud": "hosts",
                  "preferred_username": "alice", "client_id": "laptop",
                  "scope": "trading data", "exp": now + 600, "iat": now,
                  "jti": "t-%d" % len(self.given)}
        claims.update(changes)
        header = {"alg": self.algorithms[key], "typ": typ, "kid": kid or key}
        token = self.signer.ask(
            "sign", key, json.dumps(header),
            json.dumps({k: v for k, v in claims.items() if v is not None}))
        self.given.append(token)
        return token


def validated(way, more=""):
    """Settings of a case whose issuer has `validation = way`."""
    def configure(daemon):
        os.makedirs(daemon.path("state"), exist_ok=True)
        os.chmod(daemon.path("state"), 0o700)
        daemon.issuer = "validation = %s\njwks_uri = %s/jwks\n%s" % (
            way, daemon.server.url, more)
        daemon.head = "state_dir = %s\n" % daemon.path("state")
        daemon.write_config(issuer=daemon.issuer, head=daemon.head)
    return configure


def reconfigured(daemon, **more):
    """The configuration again with another policy or the like, reloaded."""
    daemon.write_config(**{"issuer": daemon.issuer, "head": daemon.head,
                           **more})
    answer = daemon.control("reload")
    assert answer["reloaded"] is True, answer


def said(daemon):
    with open(daemon.path("log/audit.jsonl")) as f:
        return daemon.stderr() + f.read()


def parts_told(daemon, tokens):
    """The parts of tokens that a log or the audit holds. Headers are alike."""
    text = said(daemon)
    return [part for token in tokens for part in token.split(".")[1:]
            if part and part[:24] in text]


def memory_has(pid, wanted):
    """Is it anywhere in that process's memory? Needs root."""
    with open("/proc/%d/maps" % pid) as maps, \
            open("/proc/%d/mem" % pid, "rb", 0) as mem:
        for line in maps:
            area, rights = line.split()[:2]
            begin, end = (int(n, 16) for n in area.split("-"))
            # What a sanitizer reserves is larger than any heap.
            if not rights.startswith("rw") or end - begin > 1 << 28:
                continue
            try:
                mem.seek(begin)
                if wanted in mem.read(end - begin):
                    return True
            except OSError:
                continue
    return False
