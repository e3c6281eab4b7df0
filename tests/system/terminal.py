# SPDX-License-Identifier: ISC
"""A program on a terminal of its own, and a person who reads and types there."""
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time


class Terminal:
    """As a person has it: 80 columns, and what is typed at a hidden prompt is not shown."""

    def __init__(self, command, environment=None, folder="/"):
        self.said = ""
        self.read_to = 0
        self.code = None
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execvpe(str(command[0]), [str(word) for word in command],
                       environment or {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C",
                                       "TERM": "dumb", "HOME": "/nonexistent"})
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def _read(self, seconds):
        """False at the end of what the program says."""
        if not select.select([self.master], [], [], seconds)[0]:
            return True
        try:
            octets = os.read(self.master, 65536)
        except OSError:  # Linux says EIO when nobody has the other side open
            octets = b""
        self.said += octets.decode(errors="replace").replace("\r", "")
        return bool(octets)

    def await_text(self, pattern, seconds=30):
        """The match of `pattern` in what was not read yet."""
        limit = time.monotonic() + seconds
        more = True
        while True:
            found = re.search(pattern, self.said[self.read_to:], re.DOTALL)
            if found:
                self.read_to += found.end()
                return found
            if not more or time.monotonic() > limit:
                raise AssertionError(f"the terminal does not say {pattern!r}, but: {self.said!r}")
            more = self._read(0.2)

    def type(self, text):
        """A line, once whoever reads it has turned the echo off and waits."""
        limit = time.monotonic() + 10
        while termios.tcgetattr(self.master)[3] & termios.ECHO and time.monotonic() < limit:
            self._read(0.02)
        os.write(self.master, text.encode() + b"\n")

    def type_line(self, text):
        """To a shell, which shows what is typed."""
        os.write(self.master, text.encode() + b"\n")

    def wait(self, seconds=30):
        """The exit code, after all that was said has been read."""
        limit = time.monotonic() + seconds
        while self.code is None:
            if time.monotonic() > limit:
                raise AssertionError(f"the program does not end; it said: {self.said!r}")
            more = self._read(0.2)
            pid, status = os.waitpid(self.pid, 0 if not more else os.WNOHANG)
            if pid:
                while more:
                    more = self._read(0)
                    more = more and bool(select.select([self.master], [], [], 0)[0])
                self.code = os.waitstatus_to_exitcode(status)
        return self.code

    def ended(self, seconds=0.5):
        try:
            self.wait(seconds)
        except AssertionError:
            return False
        return True

    def hang_up(self):
        """As closing the window does."""
        if self.master >= 0:
            os.close(self.master)
            self.master = -1
        if self.code is None:
            os.kill(self.pid, signal.SIGHUP)
            self.code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    close = hang_up
