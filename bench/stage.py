# SPDX-License-Identifier: ISC
"""The gate on a stage of its own: authorization servers, daemon, account."""
import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections import namedtuple
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

USER = "sg-bench"
TOKEN = "bench-token-" + "x" * 1012  # 1 KiB
ANSWER = ('{"active":true,"sub":"%s","username":"%s","scope":"bench","client_id":"bench",'
          '"aud":"https://bench.example","exp":4102444800,"token_type":"Bearer"}') % (USER, USER)

Load = namedtuple("Load", "p50 p99 rate lost wrong")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def wait_for(path_or_port, process=None):
    for _ in range(200):
        if process is not None and process.poll() is not None:
            raise RuntimeError(f"ended at start: {process.args}")
        if isinstance(path_or_port, int):
            with socket.socket() as s:
                if s.connect_ex(("127.0.0.1", path_or_port)) == 0:
                    return
        elif os.path.exists(path_or_port):
            return
        time.sleep(0.05)
    raise RuntimeError(f"did not appear: {path_or_port}")


@contextlib.contextmanager
def running(arguments, **options):
    process = subprocess.Popen(arguments, **options)
    try:
        yield process
    finally:
        process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(10)
        if process.poll() is None:
            process.kill()
            process.wait()


class Slow(BaseHTTPRequestHandler):
    """An authorization server that takes a second."""
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        time.sleep(1)
        body = ANSWER.encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):  # who asked may be gone
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class SlowServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def certificates(folder):
    """A throw-away authority, a server certificate, and a big bundle with it."""
    run = lambda *a: subprocess.run(a, cwd=folder, check=True, capture_output=True)  # noqa: E731
    run("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out",
        "ca.pem", "-subj", "/CN=bench authority", "-days", "2")
    run("openssl", "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "as.key", "-out", "as.csr",
        "-subj", "/CN=127.0.0.1")
    (folder / "ext").write_text("subjectAltName=IP:127.0.0.1\n")
    run("openssl", "x509", "-req", "-in", "as.csr", "-CA", "ca.pem", "-CAkey", "ca.key",
        "-CAcreateserial", "-out", "as.pem", "-days", "2", "-extfile", "ext")
    system = Path("/etc/ssl/certs/ca-certificates.crt")
    text = system.read_text() if system.exists() else ""
    (folder / "bundle.pem").write_text(text + (folder / "ca.pem").read_text())


NGINX = """
daemon off; worker_processes 1; pid {f}/nginx.pid; error_log {f}/nginx.log warn;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; keepalive_timeout 600s;
  client_body_temp_path {f}/tmp; proxy_temp_path {f}/tmp; fastcgi_temp_path {f}/tmp;
  uwsgi_temp_path {f}/tmp; scgi_temp_path {f}/tmp;
  server {{
    listen 127.0.0.1:{http}; listen 127.0.0.1:{https} ssl;
    ssl_certificate {f}/as.pem; ssl_certificate_key {f}/as.key;
    location / {{ default_type application/json; return 200 '{answer}'; }}
  }}
}}
"""

CONFIG = """
[validatord]
audit_log = {f}/log/audit.jsonl
runtime_dir = {f}/run
user = nobody
tools_group = nogroup
log_level = warning

[issuer plain]
url = http://127.0.0.1:{http}
introspection_endpoint = http://127.0.0.1:{http}/introspect
insecure_loopback = yes
cache = 300s
{common}
[issuer tls]
url = https://127.0.0.1:{https}
introspection_endpoint = https://127.0.0.1:{https}/introspect
ca_file = {f}/bundle.pem
{common}
[issuer slow]
url = http://127.0.0.1:{slow}
introspection_endpoint = http://127.0.0.1:{slow}/introspect
insecure_loopback = yes
{common}
[policy bench]
service = bench
issuer = plain
require = bench

[policy bench-tls]
service = bench-tls
issuer = tls
require = bench

[policy bench-slow]
service = bench-slow
issuer = slow
require = bench
"""

COMMON = """client_id = gate
client_secret_file = {f}/secret
audience = https://bench.example
user_claim = username
"""


class Gate:
    def __init__(self, build, folder, ports, daemon):
        self.build, self.folder, self.daemon = build, folder, daemon
        self.http, self.https, self.slow = ports
        self.socket = folder / "run" / "login.sock"

    def _load(self, socket=None, echo=False, distinct=False, clients=1, requests=1000,
              service="bench"):
        arguments = [self.build / "bench/load", "--socket", socket or self.socket, "--clients",
                     str(clients), "--requests", str(requests), "--service", service, "--user", USER]
        arguments += ["--echo"] * echo + ["--distinct"] * distinct
        process = subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                   text=True)
        process.stdin.write((TOKEN[:900] if distinct else TOKEN) + "\n")
        process.stdin.close()
        return process

    def load(self, **options):
        process = self._load(**options)
        text = process.stdout.read()
        if process.wait() != 0:
            raise RuntimeError("load failed")
        figures = Load(*map(float, text.split()))
        if figures.lost or figures.wrong:
            raise RuntimeError(f"{figures.lost:.0f} lost, {figures.wrong:.0f} wrong: {options}")
        return figures

    def load_background(self, **options):
        return self._load(**options)

    def pam_login(self, service, count):
        done = subprocess.run([self.build / "bench/pam_login", self.folder / "pam.d", service, USER,
                               str(count)], input="bench-password\n" if service in ("unix", "nslcd") else
                              TOKEN[:1000] + "\n", text=True, capture_output=True, check=True)
        p50, _, failed = map(float, done.stdout.split())
        if failed:
            raise RuntimeError(f"{failed:.0f} of {count} logins by {service} failed")
        return p50

    def curl(self, how, count):
        done = subprocess.run([self.build / "bench/introspect",
                               f"https://127.0.0.1:{self.https}/introspect",
                               self.folder / "bundle.pem", how, str(count)], text=True,
                              capture_output=True, check=True)
        p50, failed = map(float, done.stdout.split())
        if failed:
            raise RuntimeError("introspections failed")
        return p50

    def processes(self):
        pids, todo = [], [self.daemon.pid]
        while todo:
            pid = todo.pop()
            pids.append(pid)
            with contextlib.suppress(OSError):
                for task in Path(f"/proc/{pid}/task").iterdir():
                    todo += map(int, (task / "children").read_text().split())
        return pids

    def memory_kib(self):
        return sum(pss_kib(pid) for pid in self.processes())

    def wakeups(self, seconds):
        """Voluntary context switches of all processes, per second."""
        def count():
            total = 0
            for pid in self.processes():
                for task in Path(f"/proc/{pid}/task").iterdir():
                    for line in (task / "status").read_text().splitlines():
                        if line.startswith("voluntary_ctxt_switches"):
                            total += int(line.split()[1])
            return total
        before = count()
        time.sleep(seconds)
        return (count() - before) / seconds


def pss_kib(pid):
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1])
    return 0


@contextlib.contextmanager
def account():
    subprocess.run(["useradd", "--no-create-home", "--shell", "/usr/sbin/nologin", USER], check=True)
    try:
        subprocess.run(["chpasswd"], input=f"{USER}:bench-password\n", text=True, check=True)
        yield
    finally:
        subprocess.run(["userdel", USER], check=True, capture_output=True)


@contextlib.contextmanager
def gate(build):
    with contextlib.ExitStack() as stack:
        stack.enter_context(account())
        folder = Path(tempfile.mkdtemp(prefix="scopegate-bench-", dir="/run"))
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        folder.chmod(0o755)
        ports = http, https, slow = free_port(), free_port(), free_port()
        certificates(folder)
        for name in ("log", "tmp"):
            (folder / name).mkdir()
            shutil.chown(folder / name, "nobody")
        (folder / "secret").write_text("secret\n")
        shutil.chown(folder / "secret", "nobody")
        (folder / "secret").chmod(0o600)
        (folder / "nginx.conf").write_text(NGINX.format(f=folder, http=http, https=https,
                                                        answer=ANSWER))
        common = COMMON.format(f=folder)
        (folder / "validatord.conf").write_text(CONFIG.format(
            f=folder, http=http, https=https, slow=slow, common=common))
        nginx = stack.enter_context(running(["nginx", "-c", folder / "nginx.conf"],
                                            stderr=subprocess.DEVNULL))
        wait_for(https, nginx)
        server = SlowServer(("127.0.0.1", slow), Slow)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        stack.callback(server.shutdown)
        daemon = stack.enter_context(running([build / "validatord/validatord", "--foreground",
                                              "--config", folder / "validatord.conf"]))
        wait_for(folder / "run" / "login.sock", daemon)
        yield Gate(build, folder, ports, daemon)
