# SPDX-License-Identifier: ISC
"""Chromium without a screen, driven over its DevTools pipe; no other package is needed.

What a person does is sent as a mouse's and a keyboard's events, not as calls of the page's
own functions. Also used by dev/demo."""
import base64
import fcntl
import json
import os
import pwd
import select
import subprocess
import time

PROGRAM = os.environ.get("SCOPEGATE_CHROMIUM", "/usr/bin/chromium")

# Without these Chromium asks its maker's servers for this and that.
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--hide-scrollbars", "--remote-debugging-pipe"]

# The visible elements of a kind, and which of them a person means by a word.
FIND = """
(kinds, word) => {
  const says = (e) => (e.innerText || e.value || e.ariaLabel || '').trim();
  const seen = [...document.querySelectorAll(kinds)].filter((e) => e.getClientRects().length);
  const named = seen.filter((e) => e.labels && [...e.labels].some((l) =>
    l.innerText.trim().startsWith(word)));
  const exact = seen.filter((e) => says(e) === word);
  const one = exact.find((e) => e.localName === 'button') || exact[0] || named[0] ||
    seen.find((e) => says(e).startsWith(word));
  if (!one) return null;
  one.scrollIntoView({ block: 'center' });
  const r = one.getBoundingClientRect();
  return { x: r.x + r.width / 2, y: r.y + r.height / 2 };
}
"""


class Chromium:
    def __init__(self, folder, owner=None):
        """`folder` is for its profile; `owner`: an account's name, not to run it as root."""
        ours, theirs = self._pipes()
        command = [PROGRAM, *FLAGS, f"--user-data-dir={folder}/profile"]
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "LC_ALL": "C.UTF-8"}
        if owner is not None:
            account = pwd.getpwnam(owner)
            os.chown(folder, account.pw_uid, account.pw_gid)
            command = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}",
                       "--clear-groups", *command]
        plumbing = f'exec "$@" 3<&{theirs[0]} 4>&{theirs[1]} {theirs[0]}<&- {theirs[1]}>&-'
        self.process = subprocess.Popen(
            ["bash", "-c", plumbing, "chromium", *command], pass_fds=theirs, env=environment,
            cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, start_new_session=True)
        for end in theirs:
            os.close(end)
        self.incoming, self.outgoing = ours
        self.rest = b""
        self.number = 0
        self.windows = {}

    @staticmethod
    def _pipes():
        """Two pipes, as (our ends, Chromium's ends), clear of descriptors 3 and 4."""
        high = []
        for end in [*os.pipe(), *os.pipe()]:
            high.append(fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 20))
            os.close(end)
        to_read, to_write, from_read, from_write = high
        return (from_read, to_write), (to_read, from_write)

    def call(self, method, session=None, **parameters):
        """The result of a command; raises Refused with what the browser says of it."""
        self.number += 1
        message = {"id": self.number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self.outgoing, json.dumps(message).encode() + b"\0")
        limit = time.monotonic() + 60
        while True:
            got = self._message(limit, method)
            if got.get("id") == self.number:
                if "error" in got:
                    raise Refused(f"{method}: {got['error']['message']}")
                return got["result"]
            window = self.windows.get(got.get("sessionId"))
            if window is not None and "method" in got:
                window.note(got["method"], got["params"])

    def _message(self, limit, method):
        while b"\0" not in self.rest:
            wait = limit - time.monotonic()
            if wait < 0 or not select.select([self.incoming], [], [], wait)[0]:
                raise AssertionError(f"Chromium does not answer {method}")
            octets = os.read(self.incoming, 1 << 20)
            if not octets:
                raise AssertionError(f"Chromium ended at {method}")
            self.rest += octets
        first, _, self.rest = self.rest.partition(b"\0")
        return json.loads(first)

    def person(self, headers=None):
        """A window of somebody else: no cookie is shared."""
        return Window(self, headers or {})

    def close(self):
        if self.process.poll() is None:
            try:
                self.call("Browser.close")
                self.process.wait(10)
            except (AssertionError, Refused, OSError, subprocess.TimeoutExpired):
                self.process.kill()
                self.process.wait()
        for end in self.incoming, self.outgoing:
            os.close(end)


class Refused(Exception):
    pass


class Window:
    def __init__(self, browser, headers):
        self.browser = browser
        self.status = None  # of the page that is shown
        self.context = browser.call("Target.createBrowserContext")["browserContextId"]
        self.target = browser.call("Target.createTarget", url="about:blank",
                                   browserContextId=self.context)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=self.target,
                                    flatten=True)["sessionId"]
        browser.windows[self.session] = self
        self.resize(1000, 760)
        self.call("Page.enable")
        self.call("Network.enable")
        self.frame = self.call("Page.getFrameTree")["frameTree"]["frame"]["id"]
        if headers:
            self.call("Network.setExtraHTTPHeaders", headers=headers)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def note(self, method, event):
        if method == "Network.responseReceived" and event.get("type") == "Document" \
                and event.get("frameId") == self.frame:
            self.status = event["response"]["status"]

    def resize(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                  deviceScaleFactor=1, mobile=False)

    def evaluate(self, expression):
        """Not subject to the page's policy, which forbids scripts."""
        said = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in said:
            raise Refused(str(said["exceptionDetails"]))
        return said["result"].get("value")

    def until(self, expression, what, seconds=20):
        """The first true value; a page that is just being left has none."""
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            try:
                value = self.evaluate(expression)
                if value:
                    return value
            except Refused:
                pass
            time.sleep(0.02)
        raise AssertionError(f"the page shows no {what}: {self.url()}: {self.text()}")

    def go(self, url):
        """Follows the address; True if a page came (and not the browser's own about why none)."""
        self.status = None
        failed = self.call("Page.navigate", url=url).get("errorText")
        self.until("document.readyState === 'complete'", "end of loading")
        return not failed

    def url(self):
        """As the address line shows it, also where the page could not be loaded."""
        return self.browser.call("Target.getTargetInfo",
                                 targetId=self.target)["targetInfo"]["url"]

    def text(self):
        return self.evaluate("document.body ? document.body.innerText : ''") or ""

    def shows(self, text, seconds=20):
        """Waits for a page that holds the words, and gives all of it."""
        self.until(f"document.readyState === 'complete' && "
                   f"document.body.innerText.includes({json.dumps(text)})", repr(text), seconds)
        return self.text()

    def _click(self, kinds, word):
        place = self.until(f"document.readyState === 'complete' && "
                           f"({FIND})({json.dumps(kinds)}, {json.dumps(word)})", repr(word))
        for kind in "mousePressed", "mouseReleased":
            self.call("Input.dispatchMouseEvent", type=kind, button="left", clickCount=1, **place)

    def fill(self, label, value):
        self._click("input, textarea", label)
        self.evaluate("document.activeElement.select()")
        self.call("Input.insertText", text=value)

    def press(self, button):
        """Leaves the page for the next one."""
        self.evaluate("window.scopegateLeft = true")
        self._click("button, input[type=submit], a", button)
        self.until("!window.scopegateLeft && document.readyState === 'complete'",
                   f"next page after {button!r}")

    def choose(self, label):
        self._click("label, input", label)

    def shoot(self, path):
        """The whole page, as high as it is."""
        height = self.evaluate("Math.ceil(document.documentElement.scrollHeight)")
        picture = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True,
                            clip={"x": 0, "y": 0, "width": 1000, "height": height, "scale": 1})
        with open(path, "wb") as out:
            out.write(base64.b64decode(picture["data"]))

    def close(self):
        self.browser.windows.pop(self.session, None)
        self.browser.call("Target.disposeBrowserContext", browserContextId=self.context)
