# SPDX-License-Identifier: ISC
"""What the daemon's cases need: a client of the socket protocol, written from
the comment in protocol.h, an authorization server that does as it is told,
and the daemon itself in a folder of its own."""

import collections
import http.server
import json
import os
import resource
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time
import urllib.parse

# A process without core files cannot look for its own leaks.
ENVIRONMENT = {"ASAN_OPTIONS": "detect_leaks=0"}
MAGIC = 0x53675074
VERSION = 1
CHECK, ACCOUNT, CONTROL = 1, 2, 32
ACK, VERDICT, ERROR, DOCUMENT = 129, 130, 131, 132
(SERVICE, USER, RHOST, TTY, RUSER, POLICY, TOKEN, HANDLE, BUDGET_MS, UID,
 COMMAND, REF, TAG_VERDICT, REASON, DETAIL, RETRY_AFTER, TAG_ERROR,
 TAG_DOCUMENT) = range(1, 19)
ALLOW, DENY, UNAVAILABLE = 1, 2, 3
# Wire numbers of reasons: for ever.
(GRANTED, TOKEN_INACTIVE, USER_MISMATCH, SCOPE_MISSING, HANDLE_MISMATCH,
 TOO_MANY_TRIES, USER_NAME_INVALID, AS_ERROR, BREAKER_OPEN, AUDIT_FAILED,
 HANDLE_UNKNOWN, DEADLINE_PASSED, ISSUER_UNREADY, TOKEN_MALFORMED, NO_POLICY,
 AS_TIMEOUT, AS_UNREACHABLE, INTERRUPTED) = (
     1, 11, 22, 41, 49, 60, 61, 105, 110, 112, 114, 116, 117, 10, 40, 101, 100,
     119)
E_VERSION, E_TYPE, E_MALFORMED, E_PEER, E_BUSY, E_COMMAND = range(1, 7)


def header(type_, length, id_=7, magic=MAGIC, version=VERSION, flags=0):
    # magic u32, version u16, type u8, flags u8, id u32, length u32
    return struct.pack("!IHBBII", magic, version, type_, flags, id_, length)


def message(type_, *tlvs, id_=7, version=VERSION):
    body = b"".join(struct.pack("!HH", tag, len(value)) + value
                    for tag, value in tlvs)
    return header(type_, 16 + len(body), id_, version=version) + body


def check_message(token, user="alice", service="sshd", rhost=None,
                  ruser=None, budget_ms=8000, id_=7):
    tlvs = [(SERVICE, service.encode()), (USER, user.encode()),
            (TOKEN, token.encode()), (BUDGET_MS, struct.pack("!I", budget_ms))]
    if rhost:
        tlvs.append((RHOST, rhost.encode()))
    if ruser:
        tlvs.append((RUSER, ruser.encode()))
    return message(CHECK, *tlvs, id_=id_)


CASES = []


class Skip(Exception):
    """A case that this machine cannot run; says why."""


def case(**settings):
    def add(function):
        CASES.append((function, settings))
        return function
    return add


def raise_limit(wanted):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < wanted:
        raise Skip("needs %d descriptors" % wanted)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))



class Reply:
    """One packet from the daemon, its numbers unpacked."""

    def __init__(self, packet):
        (self.magic, self.version, self.type, self.flags, self.id,
         self.length) = struct.unpack("!IHBBII", packet[:16])
        assert self.magic == MAGIC and self.length == len(packet)
        self.values = {}
        rest = packet[16:]
        while rest:
            tag, size = struct.unpack("!HH", rest[:4])
            self.values[tag & 0x7fff] = rest[4:4 + size]
            rest = rest[4 + size:]

    def number(self, tag):
        return int.from_bytes(self.values[tag], "big")

    def text(self, tag):
        return self.values.get(tag, b"").decode()

    @property
    def outcome(self):
        assert self.type == VERDICT, self.type
        return self.number(TAG_VERDICT), self.number(REASON)


def connect(path, timeout=20):
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.settimeout(timeout)
    while True:
        try:
            s.connect(path)
            return s
        except BlockingIOError:  # the queue is full for a moment
            time.sleep(0.005)


def receive_final(s):
    """The final reply and whether an ACK came before it."""
    acked = False
    while True:
        packet = s.recv(70000)
        assert packet, "closed without a reply"
        reply = Reply(packet)
        if reply.type != ACK:
            return reply, acked
        assert not acked, "two ACKs"
        acked = True


class Server:
    """An authorization server whose answers the tests choose by token."""

    def __init__(self):
        self.asked = collections.Counter()
        self.accepted = {}
        self.answers = {}
        self.delays = {}
        self.metadata = None
        self.lock = threading.Lock()
        self.httpd = None
        self.port = 0
        self.start()

    def start(self):
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def send(self, status, document):
                kind = "application/json"
                body = json.dumps(document).encode()
                if isinstance(document, str):  # RFC 9701
                    kind = "application/token-introspection+jwt"
                    body = document.encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", kind)
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            def do_GET(self):
                with outer.lock:
                    outer.asked[self.path] += 1
                page = outer.page(self.path)
                self.send(200 if page is not None else 404, page or {})

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                form = urllib.parse.parse_qs(self.rfile.read(size).decode())
                token = form["token"][0]
                with outer.lock:
                    outer.asked[token] += 1
                    outer.accepted[token] = self.headers["Accept"]
                time.sleep(outer.delays.get(token, 0))
                self.send(*outer.answer(token))

        class Httpd(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

            def handle_error(self, *_):
                pass

        self.httpd = Httpd(("127.0.0.1", self.port), Handler)
        self.port = self.httpd.server_address[1]
        threading.Thread(target=self.httpd.serve_forever, daemon=True,
                         kwargs={"poll_interval": 0.02}).start()

    def stop(self):
        self.httpd.shutdown()
        self.httpd.server_close()

    def page(self, _path):
        return self.metadata

    def answer(self, token):
        if token in self.answers:
            return self.answers[token]
        return 200, self.facts()

    def facts(self, **changes):
        now = int(time.time())
        facts = {"active": True, "iss": self.url, "sub": "s-1",
                 "preferred_username": "alice", "client_id": "laptop",
                 "aud": "hosts", "scope": "trading data", "exp": now + 600,
                 "iat": now, "token_type": "Bearer"}
        facts.update(changes)
        return facts

    @property
    def url(self):
        return "http://127.0.0.1:%d" % self.port


class Daemon:
    """validatord, never as root, in a folder that goes with it."""

    def __init__(self, binary, server, discover=False):
        self.binary = binary
        self.server = server
        self.discover = discover
        base = os.environ.get("TMPDIR", "/tmp")
        self.dir = tempfile.mkdtemp(prefix="sg", dir=base)
        self.uid = 65534 if os.geteuid() == 0 else os.geteuid()
        os.mkdir(self.path("etc"))
        os.mkdir(self.path("log"))
        self.process = None
        self.write_config()

    def path(self, *names):
        return os.path.join(self.dir, *names)

    def write(self, name, text, mode=0o600):
        with open(self.path(name), "w") as f:
            f.write(text)
        os.chmod(self.path(name), mode)

    def write_config(self, issuer="", policy="require = trading",
                     head="", floor="300ms"):
        endpoint = ("" if self.discover else
                    "introspection_endpoint = %s/introspect\n"
                    % self.server.url)
        self.write("etc/secret", "s3cret-of-the-gate\n")
        self.write("etc/v.conf", """[validatord]
audit_log = %s
runtime_dir = %s
failure_floor = %s
log_level = debug
%s
[issuer as]
url = %s
%sclient_id = gate
client_secret_file = %s
audience = hosts
user_claim = preferred_username
insecure_loopback = yes
%s
[policy hosts]
service = sshd
issuer = as
%s
""" % (self.path("log/audit.jsonl"), self.path("run"), floor, head,
            self.server.url, endpoint, self.path("etc/secret"), issuer,
            policy))
        self.own()

    def own(self):
        if os.geteuid() != 0:
            return
        for top, folders, files in os.walk(self.dir):
            for name in [top] + [os.path.join(top, n) for n in folders + files]:
                os.chown(name, self.uid, self.uid, follow_symlinks=False)

    def spawn(self, *arguments, fds=(), before=None, **more):
        binary = os.open(self.binary, os.O_RDONLY)

        def become():
            if before is not None:
                before()
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(self.uid)
                os.setuid(self.uid)

        # Through the descriptor: the build may lie where others cannot look.
        try:
            return subprocess.Popen(
                ["validatord", *arguments],
                executable="/proc/self/fd/%d" % binary,
                pass_fds=(binary, *fds), preexec_fn=become,
                stdin=subprocess.DEVNULL, **more)
        finally:
            os.close(binary)

    def start(self, wait=True, **more):
        self.log = open(self.path("log", "stderr"), "ab")
        env = {**ENVIRONMENT, **more.pop("env", {})}
        self.process = self.spawn("--foreground", "--config",
                                  self.path("etc/v.conf"),
                                  stderr=self.log, env=env, **more)
        if wait:
            self.wait_for(lambda: " ready: " in self.stderr())
        return self

    def stderr(self):
        with open(self.path("log", "stderr"), errors="replace") as f:
            return f.read()

    def wait_for(self, condition, seconds=20):
        end = time.monotonic() + seconds
        while not condition():
            assert self.process.poll() is None, \
                "the daemon ended: " + self.stderr()[-2000:]
            assert time.monotonic() < end, "waited in vain: " + \
                self.stderr()[-2000:]
            time.sleep(0.02)

    def stop(self, number=signal.SIGTERM):
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(20)

    def remove(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.dir, ignore_errors=True)

    def socket(self, name="login"):
        return self.path("run", name + ".sock")

    def ask(self, packet, name="login"):
        """Reply, whether it was acknowledged, and how long it took."""
        with connect(self.socket(name)) as s:
            start = time.monotonic()
            s.send(packet)
            reply, acked = receive_final(s)
            took = time.monotonic() - start
            assert s.recv(1) == b"", "not closed after the reply"
            sent = packet[8:12]
            assert reply.id == (int.from_bytes(sent, "big")
                                if len(sent) == 4 else 0)
            self.acked, self.took = acked, took
            return reply

    def check(self, token, **more):
        return self.ask(check_message(token, **more))

    def account(self, handle, user="alice", service="sshd"):
        return self.ask(message(
            ACCOUNT, (SERVICE, service.encode()), (USER, user.encode()),
            (HANDLE, handle.encode()), (BUDGET_MS, struct.pack("!I", 5000))))

    def control(self, command, *tlvs):
        reply = self.ask(message(CONTROL, (COMMAND, command.encode()), *tlvs),
                         "ctl")
        assert reply.type == DOCUMENT, (reply.type, reply.values)
        return json.loads(reply.text(TAG_DOCUMENT))

    def control_check(self, token, user="alice", service="sshd"):
        return self.control("check", (SERVICE, service.encode()),
                            (USER, user.encode()), (TOKEN, token.encode()))

    def audit(self):
        with open(self.path("log/audit.jsonl")) as f:
            return [json.loads(line) for line in f]

    def children(self):
        out = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
        rows = [line.split(None, 2) for line in out.splitlines()]
        mine, found = {self.process.pid}, []
        for _ in range(3):
            for pid, ppid, *args in rows:
                if int(ppid) in mine and int(pid) not in mine:
                    mine.add(int(pid))
                    found.append((int(pid), args[0] if args else ""))
        return found
