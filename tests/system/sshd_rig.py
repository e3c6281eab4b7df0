# SPDX-License-Identifier: ISC
"""A real sshd on loopback with a PAM service of its own, and a real ssh."""
import os
import time
from collections import namedtuple
from pathlib import Path

from layout import MODULE, end, folder, free_port, promise, remove, run, spawn, unique, \
    wait_until, write

Login = namedtuple("Login", "code out err prompts seconds")

CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/hostkey
PidFile none
UsePAM yes
KbdInteractiveAuthentication yes
PasswordAuthentication yes
PubkeyAuthentication yes
AuthorizedKeysFile {folder}/keys.%u
PermitRootLogin no
MaxAuthTries 20
MaxStartups 200:30:400
LoginGraceTime 60
UseDNS no
StrictModes no
PermitUserEnvironment no
LogLevel DEBUG1
"""

# Prints the answer of this call: one file a prompt, the last one for ever.
ASKPASS = """\
#!/bin/sh
printf '%s\\n' "$1" >> '{folder}/prompts'
n=$(cat '{folder}/count')
echo $((n + 1)) > '{folder}/count'
[ -e "{folder}/answer.$n" ] || n=$(cat '{folder}/last')
cat "{folder}/answer.$n"
echo
"""


class SshdRig:
    module = MODULE

    def __init__(self, arguments="", session=False):
        # sshd of Debian 12 takes its PAM service from its own name.
        self.service = unique("sshd")
        self.folder = folder("sshd")
        self.port = free_port()
        self.log = self.folder / "sshd.log"
        self.pam = Path("/etc/pam.d", self.service)
        self.process = None
        promise("file", self.pam)
        last = f"{MODULE} {arguments}" if session else "pam_permit.so"
        self.lines = [f"auth required {MODULE} {arguments}",
                      f"account required {MODULE} {arguments}", f"session required {last}"]
        self.stack(self.lines)
        os.makedirs("/run/sshd", mode=0o755, exist_ok=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / "hostkey")
        key = (self.folder / "hostkey.pub").read_text().split()[:2]
        write(self.folder / "known_hosts", f"[127.0.0.1]:{self.port} {' '.join(key)}\n")
        write(self.folder / "sshd_config",
              CONFIG.format(port=self.port, folder=self.folder))
        self.link = self.folder / self.service
        self.link.symlink_to("/usr/sbin/sshd")
        self.start()

    def stack(self, lines):
        write(self.pam, "\n".join(lines) + "\n")

    def start(self):
        self.process = spawn([self.link, "-D", "-e", "-f", self.folder / "sshd_config"],
                             stderr=open(self.log, "ab"), stdin=-3)
        wait_until(lambda: "Server listening" in self.log.read_text(errors="replace"),
                   "sshd listens")

    def add_key(self, user):
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.folder / f"id.{user}")
        write(self.folder / f"keys.{user}", (self.folder / f"id.{user}.pub").read_text())
        return self.folder / f"id.{user}"

    def command(self, user, *remote, method="keyboard-interactive", options=()):
        return ["setsid", "-w", "ssh", "-F", "none", "-p", str(self.port),
                "-o", f"UserKnownHostsFile={self.folder}/known_hosts",
                "-o", "StrictHostKeyChecking=yes", "-o", "IdentityAgent=none",
                "-o", f"PreferredAuthentications={method}", "-o", "NumberOfPasswordPrompts=1",
                "-o", "ConnectTimeout=10", "-o", "LogLevel=INFO",
                *options, f"{user}@127.0.0.1", *(remote or ("id", "-un"))]

    def askpass(self, answers):
        """The environment in which ssh gives these answers, one a prompt."""
        place = folder("askpass")
        for n, answer in enumerate(answers):
            write(place / f"answer.{n}", answer, 0o600)
        write(place / "count", "0\n")
        write(place / "last", f"{len(answers) - 1}\n")
        write(place / "prompts", "")
        write(place / "askpass", ASKPASS.format(folder=place), 0o700)
        return place, {"PATH": "/usr/bin:/bin", "HOME": str(place), "DISPLAY": "",
                       "SSH_ASKPASS": str(place / "askpass"),
                       "SSH_ASKPASS_REQUIRE": "force", "LC_ALL": "C"}

    def login(self, user, answers, *remote, method="keyboard-interactive", options=(),
              timeout=60):
        """One login; `answers` is a token or the answers to several prompts."""
        if isinstance(answers, str):
            answers = [answers]
        place, environment = self.askpass(answers)
        began = time.monotonic()
        try:
            said = run(*self.command(user, *remote, method=method, options=options),
                       stdin=-3, env=environment, timeout=timeout)
            return Login(said.returncode, said.stdout.strip(), said.stderr.strip(),
                         (place / "prompts").read_text().splitlines(),
                         time.monotonic() - began)
        finally:
            remove(place)

    def close(self):
        if self.process is not None:
            end(self.process)
        self.pam.unlink(missing_ok=True)
        remove(self.folder)
