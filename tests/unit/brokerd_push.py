# SPDX-License-Identifier: ISC
"""What receivers of events hear from a running brokerd (RFC 8417, RFC 8935)."""
import base64
import hashlib
import json
import os
import queue
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

BROKERD = os.environ["top_builddir"] + "/brokerd/brokerd"
AUDIENCE = "https://gate.example.test"
count = 0


def ok(good, what):
    global count
    count += 1
    print(f"{'ok' if good else 'not ok'} {count} - {what}", flush=True)


class Receiver(BaseHTTPRequestHandler):
    """Answers what it is told to; what it was sent goes into a queue."""
    protocol_version = "HTTP/1.1"
    answers = []  # (status, body), the first is used up; then 202
    heard = queue.Queue()

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        status, text = self.answers.pop(0) if self.answers else (202, "")
        self.heard.put((dict(self.headers), body, status))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_port}/other")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def do_GET(self):
        self.heard.put(({}, "GET " + self.path, 0))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def verifies(token, keys):
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 section 8.2.2), by hand."""
    head, _, signature = token.split(".")
    kid = json.loads(decode(head))["kid"]
    key = next(k for k in keys if k["kid"] == kid)
    n, e = (int.from_bytes(decode(key[x]), "big") for x in "ne")
    size = (n.bit_length() + 7) // 8
    info = bytes.fromhex("3031300d060960864801650304020105000420")
    digest = hashlib.sha256(token.rpartition(".")[0].encode()).digest()
    wanted = b"\0\1" + b"\xff" * (size - 54) + b"\0" + info + digest
    return pow(int.from_bytes(decode(signature), "big"), e, n).to_bytes(size, "big") == wanted


class Broker:
    def __init__(self, folder):
        self.folder, self.store, self.process = folder, folder / "store", None
        self.run("init", "--demo", "--gate-secret-file", folder / "gate")
        self.start()

    def run(self, *words, **options):
        count = 2 if words[0] in ("receiver", "app", "user") else 1
        return subprocess.run([BROKERD, *words[:count], "--store", self.store, *words[count:]],
                              capture_output=True, text=True, check=False, **options)

    def start(self):
        port = self.folder / "port"
        port.unlink(missing_ok=True)
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [BROKERD, "serve", "--store", self.store, "--port-file", port],
                stdout=subprocess.DEVNULL, stderr=log)
        until(lambda: port.exists() and port.read_text().strip())
        self.url = f"http://127.0.0.1:{port.read_text().strip()}"

    def stop(self, how="terminate"):
        getattr(self.process, how)()
        self.process.wait(30)

    def mint(self):
        return self.run("token", "--user", "alice", "--app", "trader", "--scope",
                        "trading").stdout.strip()

    def revoke(self, token):
        form = urllib.parse.urlencode({"token": token, "client_id": "trader"}).encode()
        with urllib.request.urlopen(self.url + "/oauth/revoke", form, timeout=20) as answer:
            return answer.status

    def row(self, sql, *values):
        db = sqlite3.connect(self.store, timeout=20)
        try:
            return db.execute(sql, values).fetchone()
        finally:
            db.close()

    def write(self, sql, *values):
        db = sqlite3.connect(self.store, timeout=20)
        with db:
            db.execute(sql, values)
        db.close()


def until(condition):
    for _ in range(600):
        if condition():
            return True
        time.sleep(0.05)
    return False


def hear():
    return Receiver.heard.get(timeout=30)


def hear_two():
    """A revoked token ends its grant: two events, the token's last or first."""
    events = {}
    for _ in range(2):
        headers, token, _ = hear()
        claims = json.loads(decode(token.split(".")[1]))
        events[next(iter(claims["events"]))] = (headers, token, claims)
    return events


def delivers(broker):
    broker_keys = json.load(urllib.request.urlopen(broker.url + "/oauth/jwks"))["keys"]
    token = broker.mint()
    ok(broker.revoke(token) == 200, "a token is revoked")
    events = hear_two()
    ok(set(events) == {"urn:scopegate:event:token.revoked", "urn:scopegate:event:grant.revoked"},
       "the receiver hears of the token and of its grant")
    headers, jwt, claims = events["urn:scopegate:event:grant.revoked"]
    ok(headers["Content-Type"] == "application/secevent+jwt"
       and headers["Authorization"] == "Bearer receiver-bearer", "as RFC 8935 has it")
    head = json.loads(decode(jwt.split(".")[0]))
    ok(head["typ"] == "secevent+jwt" and head["alg"] == "RS256" and verifies(jwt, broker_keys),
       "signed with a key of the JWKS")
    sub = broker.row("SELECT sub FROM users WHERE name = 'alice'")[0]
    ok(claims["iss"] == broker.url and claims["aud"] == AUDIENCE and claims["jti"]
       and claims["sub_id"] == {"format": "iss_sub", "iss": broker.url, "sub": sub}
       and abs(claims["iat"] - time.time()) < 60 and "exp" not in claims,
       "with issuer, audience, id, time and subject")
    detail = claims["events"]["urn:scopegate:event:grant.revoked"]
    ok(detail["client_id"] == "trader" and detail["env"] == "paper"
       and detail["scope"] == "trading" and detail["reason"] == "by the app",
       "and what was ended")
    _, jwt, claims = events["urn:scopegate:event:token.revoked"]
    detail = claims["events"]["urn:scopegate:event:token.revoked"]
    digest = base64.urlsafe_b64encode(hashlib.sha256(token.encode()).digest()).decode()
    ok(detail["token_sha256"] == digest.rstrip("=") and token not in jwt
       and token not in decode(jwt.split(".")[1]).decode(), "a token is named by its digest alone")
    ok(until(lambda: broker.row("SELECT count(*) FROM events WHERE delivered = 0")[0] == 0),
       "what was delivered is done")
    broker.revoke(token)
    other = broker.mint()
    broker.run("revoke", input=other + "\n")
    events = next(iter(json.loads(decode(hear()[1].split(".")[1]))["events"]))
    ok(events == "urn:scopegate:event:grant.revoked" and Receiver.heard.empty(),
       "a grant that a shell ends is told, one that had ended is not told again")


def suspends(broker):
    broker.write("UPDATE apps SET state = 'suspended', state_reason = 'misuse'"
                 " WHERE client_id = 'trader'")
    claims = json.loads(decode(hear()[1].split(".")[1]))
    ok(claims["events"]["urn:scopegate:event:app.suspended"]["client_id"] == "trader"
       and claims["sub_id"] == {"format": "opaque", "id": "trader"}, "a suspended app is told")
    broker.write("UPDATE apps SET state = 'approved', changed = 0 WHERE client_id = 'trader'")
    broker.write("UPDATE apps SET state = 'suspended' WHERE client_id = 'trader'")
    again = json.loads(decode(hear()[1].split(".")[1]))
    ok(again["toe"] >= claims["toe"] > time.time() - 600,
       "a second suspension has a time of its own")
    broker.write("UPDATE apps SET state = 'approved' WHERE client_id = 'trader'")


def persists(broker):
    Receiver.answers += [(500, ""), (302, ""),
                         (400, '{"err":"invalid_key","description":"x"}')]
    broker.run("revoke", input=broker.mint() + "\n")
    heard = [hear() for _ in range(4)]
    ok([h[2] for h in heard] == [500, 302, 400, 202], "what is refused is sent again")
    ok(len({json.loads(decode(h[1].split(".")[1]))["jti"] for h in heard}) == 1,
       "under the same id, and no redirect is followed")
    ok("invalid_key" in (broker.folder / "log").read_text()
       or "answered 500" in (broker.folder / "log").read_text(), "the log says why")
    Receiver.answers += [(503, "")] * 2
    broker.run("revoke", input=broker.mint() + "\n")
    hear()
    broker.stop("kill")
    broker.start()
    ok(until(lambda: broker.row("SELECT count(*) FROM events WHERE delivered = 0")[0] == 0),
       "what waits outlives a kill")
    while not Receiver.heard.empty():
        Receiver.heard.get()


def gives_up(broker):
    broker.run("receiver", "add", "--receiver", "dead", "--url", "http://127.0.0.1:9/")
    broker.run("revoke", input=broker.mint() + "\n")
    hear()
    ok(until(lambda: broker.row("SELECT count(*) FROM events e JOIN receivers r"
                                " ON r.id = e.receiver WHERE r.name = 'dead' AND attempts > 0")[0]),
       "a receiver that is away does not keep the others from hearing")
    broker.write("UPDATE events SET attempts = 19, next_try = 0 WHERE delivered = 0")
    ok(until(lambda: broker.row("SELECT count(*) FROM events WHERE failed <> 0")[0] == 1),
       "after twenty tries it is given up")
    ok("failed     1" in broker.run("receiver", "list").stdout, "and the list says so")
    ok(broker.run("receiver", "remove", "--receiver", "dead").returncode == 0
       and broker.row("SELECT count(*) FROM events WHERE failed <> 0")[0] == 0,
       "a receiver is removed with its events")


def refuses(broker):
    add = ("receiver", "add", "--receiver")
    bad = [("x", "http://gate.example.test/"), ("x", "ftp://127.0.0.1/"), ("x", "com.example:/x"),
           ("X", "https://gate.example.test/"), ("x" * 65, "https://gate.example.test/"),
           ("x", "https://gate.example.test/" + "x" * 512)]
    ok(all(broker.run(*add, name, "--url", url).returncode == 64 for name, url in bad)
       and broker.run(*add, "x", "--url", "https://gate.example.test/", "--events",
                      "token.revoked nonsense").returncode == 64, "what cannot be told is refused")
    urns = broker.run(*add, "urns", "--url", "https://gate.example.test/", "--events",
                      "urn:scopegate:event:grant.revoked  token.revoked")
    listed = [json.loads(line) for line in
              broker.run("receiver", "list", "--json").stdout.splitlines()]
    ok(urns.returncode == 0 and {"grant.revoked token.revoked"} ==
       {" ".join(r["events"].split()) for r in listed if r["receiver"] == "urns"},
       "events may be named as they are sent")
    broker.run("receiver", "remove", "--receiver", "urns")
    (broker.folder / "bearer").write_text("two words\n")
    ok(broker.run(*add, "x", "--url", "https://gate.example.test/", "--bearer-file",
                  broker.folder / "bearer").returncode == 64, "a bearer token that is none, too")
    ok(broker.run(*add, "gate", "--url", "https://gate.example.test/").returncode == 1
       and broker.run("receiver", "remove", "--receiver", "none").returncode == 1
       and broker.run("receiver", "list", "--nonsense").returncode == 64
       and broker.run("receiver", "nonsense").returncode == 64, "a twin, an unknown name and verb")
    ok(re.search(r"receiver\.add", str(broker.row(
        "SELECT group_concat(action) FROM audit"))) is not None, "what was done is in the audit")


def main():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    server.handle_error = lambda *_: None  # a broker that is killed hangs up
    threading.Thread(target=server.serve_forever, daemon=True).start()
    folder = Path(tempfile.mkdtemp(prefix="brokerd."))
    broker = Broker(folder)
    try:
        (folder / "bearer").write_text("receiver-bearer\n")
        said = broker.run("receiver", "add", "--receiver", "gate", "--audience", AUDIENCE, "--url",
                          f"http://127.0.0.1:{server.server_port}/events", "--bearer-file",
                          folder / "bearer")
        ok(said.returncode == 0, "a receiver is added while the server runs")
        for part in (delivers, suspends, persists, gives_up, refuses):
            part(broker)
        listed = broker.run("receiver", "list").stdout
        ok("gate" in listed and "receiver-bearer" not in listed, "the list shows no bearer token")
        ok("receiver-bearer" not in (folder / "log").read_text(), "nor does the log")
    finally:
        broker.stop()
        shutil.rmtree(folder)
    print(f"1..{count}")


if __name__ == "__main__":
    sys.exit(main())
