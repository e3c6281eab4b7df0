# SPDX-License-Identifier: ISC
"""A real sudo for one account, by a drop-in that names a PAM service of its own."""
from pathlib import Path

from layout import MODULE, promise, run, unique, write


class SudoRig:
    def __init__(self, account, target, arguments="", options="timestamp_timeout=0"):
        self.account, self.target = account, target
        self.service = unique("sudo")
        self.pam = Path("/etc/pam.d", self.service)
        self.rule = Path("/etc/sudoers.d", self.service)
        promise("file", self.pam)
        promise("file", self.rule)
        write(self.pam, f"auth required {MODULE} {arguments}\n"
                        f"account required {MODULE} {arguments}\n"
                        "session required pam_permit.so\n")
        write(self.rule,
              f"Defaults:{account.name} pam_service={self.service}, !lecture, "
              f"passwd_tries=1, !use_pty, {options}\n"
              f"{account.name} ALL=({target.name}) ALL\n", 0o440)
        checked = run("visudo", "-q", "-c", "-f", self.rule)
        assert checked.returncode == 0, checked.stderr

    def run(self, answers, *command, timeout=60):
        """sudo reads its answers from standard input, one line a prompt."""
        if isinstance(answers, str):
            answers = [answers]
        return run(*self.account.as_user(), "sudo", "-k", "-S", "-u", self.target.name,
                   *(command or ("id", "-un")), input="\n".join(answers) + "\n",
                   timeout=timeout, cwd="/")

    def on_terminal(self, *command):
        """The command line that asks on the terminal, as people use it."""
        return [*self.account.as_user(), "sudo", "-k", "-u", self.target.name,
                *(command or ("id", "-un"))]

    def close(self):
        self.pam.unlink(missing_ok=True)
        self.rule.unlink(missing_ok=True)
