# SPDX-License-Identifier: ISC
"""The two sides of a login that waits for a person: the terminal, which has a
conversation on login.sock, and the browser, which gatewayd speaks for."""

import collections
import http.server
import json
import os
import struct
import threading
import time
import urllib.parse

import daemon_driver as d
from daemon_driver import Reply, connect, message

LOGIN_BEGIN, LOGIN_ANSWER, GATEWAY, PROMPT = 3, 4, 33, 133
(METHOD, ANSWER, TAG_PROMPT, LINK, USER_CODE, QR, LOGINS, TRIES, SECONDS, STATE,
 CODE, ISS, OAUTH_ERROR, ERROR_DESCRIPTION, BROWSER, CHOICE,
 HOST, NUMBER, PATH) = range(19, 38)
SSH_KEY = 41
(P_TOKEN, P_BROWSER, P_REDIRECT, P_NUMBER, P_ENTER, P_BROWSER_AGAIN,
 P_REDIRECT_AGAIN, P_DEVICE_AGAIN, P_NOT_YET) = range(1, 10)
M_TOKEN, M_BROWSER, M_DEVICE = 1, 2, 4
# Wire numbers of reasons.
(TOKEN_FOREIGN, LOGIN_CODE_WRONG, LOGIN_UNFINISHED, LOGIN_DECLINED,
 GRANT_REFUSED, ISSUER_MIXED_UP) = 24, 26, 27, 28, 29, 30
ISSUER_MISMATCH, LOGIN_REVOKED = 15, 39
METHOD_REFUSED, REMOTE_DEVICE, TOO_MANY_LOGINS = 48, 50, 62
E_ENDING = 8
PROFILES = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                        "../../profiles")


def u32(n):
    return struct.pack("!I", n)


class Terminal:
    """A conversation, from LOGIN_BEGIN on."""

    def __init__(self, daemon, user="alice", service="sshd",
                 rhost="192.0.2.7", budget_ms=60000, method=None, tty=None,
                 ssh_key=None, begin=True):
        self.daemon = daemon
        self.id = 100
        self.s = connect(daemon.socket())
        tlvs = [(d.SERVICE, service.encode()), (d.USER, user.encode()),
                (d.BUDGET_MS, u32(budget_ms))]
        if rhost:
            tlvs.append((d.RHOST, rhost.encode()))
        if tty:
            tlvs.append((d.TTY, tty.encode()))
        if ssh_key:
            tlvs.append((SSH_KEY, ssh_key.encode()))
        if method:
            tlvs.append((METHOD, bytes([method])))
        if begin:
            self.s.send(message(LOGIN_BEGIN, *tlvs, id_=self.id))
            self.reply = self.final()
            self.link = self.reply.text(LINK).rsplit("/", 1)[-1]

    def final(self):
        reply, self.acked = d.receive_final(self.s)
        assert reply.id == self.id, (reply.id, self.id)
        return reply

    def send(self, text, budget_ms=8000):
        self.id += 1
        tlvs = [(d.BUDGET_MS, u32(budget_ms))]
        if text:
            tlvs.append((ANSWER, text.encode()))
        self.s.send(message(LOGIN_ANSWER, *tlvs, id_=self.id))

    def answer(self, text, **more):
        self.send(text, **more)
        self.reply = self.final()
        return self.reply

    @property
    def prompt(self):
        assert self.reply.type == PROMPT, (self.reply.type, self.reply.values)
        return self.reply.number(TAG_PROMPT)

    @property
    def outcome(self):
        """A VERDICT, after which the daemon closes."""
        outcome = self.reply.outcome
        assert self.s.recv(1) == b"", "not closed after the verdict"
        return outcome

    def wait_end(self):
        """The VERDICT that comes while the person is still thinking."""
        self.reply = self.final()
        assert not self.acked, "acknowledged what was answered"
        return self.outcome

    def close(self):
        self.s.close()


def gateway_message(command, **values):
    tags = {"link": LINK, "rhost": d.RHOST, "browser": BROWSER, "state": STATE,
            "code": CODE, "iss": ISS, "oauth_error": OAUTH_ERROR,
            "choice": CHOICE, "token": d.TOKEN, "service": d.SERVICE,
            "user": d.USER, "host": HOST, "document": d.TAG_DOCUMENT,
            "error_description": ERROR_DESCRIPTION, "path": PATH}
    return message(GATEWAY, (d.COMMAND, command.encode()),
                   *[(tags[name], value.encode())
                     for name, value in values.items() if value is not None])


def gateway(daemon, command, **values):
    reply = daemon.ask(gateway_message(command, **values), "gateway")
    assert reply.type == d.DOCUMENT, (reply.type, reply.values)
    return json.loads(reply.text(d.TAG_DOCUMENT))


class Browser:
    """What gatewayd passes on for one browser, cookie and all."""

    def __init__(self, daemon, rhost="198.51.100.9"):
        self.daemon = daemon
        self.rhost = rhost
        self.cookie = None

    def open(self, link):
        """Follows a link; the authorization request that it leads to."""
        answer = gateway(self.daemon, "link", link=link, rhost=self.rhost,
                         browser=self.cookie)
        if answer["result"] != "redirect":
            return answer
        self.cookie = answer["browser"]
        self.url = answer["url"]
        query = urllib.parse.urlsplit(self.url).query
        self.asked = {k: v[0] for k, v in
                      urllib.parse.parse_qs(query, strict_parsing=True).items()}
        self.state = self.asked["state"]
        return answer

    def back(self, code=None, state=None, **more):
        answer = gateway(self.daemon, "callback", rhost=self.rhost, code=code,
                         state=state or self.state,
                         browser=more.pop("browser", self.cookie), **more)
        if answer["result"] == "confirm":
            self.confirm_state = answer["state"]
        return answer

    def confirm(self, choice="approve", **more):
        return gateway(self.daemon, "confirm", rhost=self.rhost, choice=choice,
                       state=more.get("state") or self.confirm_state,
                       browser=more.get("browser", self.cookie))


class Broker:
    """A broker in Alpaca's shape. What it grants stands in the code itself:
    USER, scopes and environment with ".." between. "bad" is no code of its
    own, "down" is answered by an error."""

    def __init__(self):
        self.asked = collections.Counter()
        self.forms = []
        self.revoked = []
        self.tokens = {}
        self.go_on = threading.Event()
        self.go_on.set()
        self.device = None   # what its owner allowed, as a code; or an error
        self.number = None   # that the device page asks for
        self.metadata = None # RFC 8414
        self.lock = threading.Lock()
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_):
                pass

            def send(self, status, document):
                body = json.dumps(document).encode()
                try:
                    self.send_response(status)
                    self.send_header("Content-Type", "application/json")
                    self.send_header("Content-Length", str(len(body)))
                    self.end_headers()
                    self.wfile.write(body)
                except OSError:
                    self.close_connection = True

            def do_GET(self):
                with outer.lock:
                    outer.asked[self.path] += 1
                if "/.well-known/" in self.path:
                    self.send(*(404, {}) if outer.metadata is None
                              else (200, outer.metadata))
                    return
                self.send(*outer.account(
                    self.path, self.headers.get("Authorization", "")))

            def do_POST(self):
                size = int(self.headers["Content-Length"])
                form = dict(urllib.parse.parse_qsl(
                    self.rfile.read(size).decode(), strict_parsing=True))
                with outer.lock:
                    outer.asked[self.path] += 1
                self.send(*outer.post(self.path, form))

        class Httpd(http.server.ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 1024

            def handle_error(self, *_):
                pass

        self.httpd = Httpd(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.httpd.server_address[1]
        threading.Thread(target=self.httpd.serve_forever, daemon=True,
                         kwargs={"poll_interval": 0.02}).start()

    def stop(self):
        self.go_on.set()
        self.httpd.shutdown()
        self.httpd.server_close()

    def post(self, path, form):
        if path == "/oauth/revoke":
            self.revoked.append(form["token"])
            return 200, {}
        if path == "/oauth/device":
            return 200, {
                "device_code": "device-secret", "user_code": "WDJB-MJHT",
                "verification_uri": self.url + "/device", "interval": 1,
                "expires_in": 120,
                **({"confirmation_number": self.number} if self.number
                   else {})}
        if "device_code" in form:
            return self.poll(form)
        self.forms.append(form)
        assert self.go_on.wait(30)
        if form["code"] == "down":
            return 503, {}
        if form["code"] == "bad":
            return 400, {"error": "invalid_grant"}
        return 200, {"access_token": self.token(form["code"]),
                     "token_type": "bearer",
                     "scope": form["code"].split("..")[1]}

    def poll(self, form):
        assert form["device_code"] == "device-secret"
        if self.device is None:
            return 400, {"error": "authorization_pending"}
        if ".." not in self.device:
            return 400, {"error": self.device}
        return 200, {"access_token": self.token(self.device),
                     "token_type": "bearer",
                     "scope": self.device.split("..")[1]}

    def token(self, code):
        """One that lives, for what the code says."""
        with self.lock:
            token = "token-%d-%s" % (len(self.tokens), os.urandom(8).hex())
            self.tokens[token] = code
        return token

    def account(self, path, authorization):
        code = self.tokens.get(authorization.removeprefix("Bearer "))
        if code is None:
            return 401, {"code": 40110000,
                         "message": "request is not authorized"}
        user, _, environment = code.split("..")
        if environment != ("paper" if path.startswith("/paper") else "live"):
            return 403, {"code": 40310000, "message":
                         "access token is not authorized for this scope"}
        return 200, {"id": "account-of-" + user, "status": "ACTIVE",
                     "account_number": "PA-" + user.upper(),
                     "trading_blocked": False, "account_blocked": False,
                     "trade_suspended_by_user": False}


def configure(daemon, gateway_url="https://gate.example.com", issuer="",
              login="browser token", policy="", more="", head="",
              floor="1ms"):
    """An issuer that grants, in the shape of a broker's."""
    url = daemon.server.url
    daemon.write("etc/secret", "s3cret-of-the-gate\n")
    daemon.write("etc/users", "".join(
        "as %s account-of-%s %s\n" % (env, user, user)
        for env in ("paper", "live") for user in ("alice", "bob")))
    daemon.write("etc/v.conf", """[validatord]
audit_log = %s
runtime_dir = %s
state_dir = %s
failure_floor = %s
log_level = debug
host_name = host.example.com
profile_dir = %s
%s
%s
[issuer as]
profile = alpaca
url = %s
validation = grant
authorization_endpoint = %s/oauth/authorize
token_endpoint = %s/oauth/token
revocation_endpoint = %s/oauth/revoke
api_url = %s
paper_api_url = %s/paper
client_id = gate
client_secret_file = %s
user_map = %s
grant_max_age = 12h
insecure_loopback = yes
%s
[policy hosts]
service = sshd
issuer = as
require = trading
env = paper
login = %s
%s
%s
""" % (daemon.path("log/audit.jsonl"), daemon.path("run"),
       daemon.path("state"), floor, PROFILES,
       "gateway_url = " + gateway_url if gateway_url else "", head, url, url,
       url, url, url, url, daemon.path("etc/secret"), daemon.path("etc/users"),
       issuer, login, policy, more))
    os.makedirs(daemon.path("state"), mode=0o700, exist_ok=True)
    daemon.own()


def terminal_past_the_page(daemon, **more):
    """A login whose code has been shown: the terminal, and the code."""
    t, b = Terminal(daemon, **more), Browser(daemon)
    b.open(t.link)
    page = b.back("alice..trading..paper")
    assert page["result"] == "confirm", page
    return t, b.confirm()["code"]


def wait_until(condition, seconds=20):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)
