# SPDX-License-Identifier: ISC
"""nginx as an ordinary account on a loopback port: one page, which gatewayd guards."""
import shutil
import subprocess

import pytest

from layout import end, folder, free_port, remove, spawn, wait_until, write
from robot import Robot

CONFIG = """\
daemon off;
worker_processes 1;
pid {f}/pid;
error_log {f}/error.log notice;
events {{ worker_connections 64; }}
http {{
  access_log off;
  default_type text/html;
  client_body_temp_path {f}/tmp; proxy_temp_path {f}/tmp; fastcgi_temp_path {f}/tmp;
  uwsgi_temp_path {f}/tmp; scgi_temp_path {f}/tmp;
  large_client_header_buffers 4 32k;
  server {{
    listen 127.0.0.1:{port};
{server}
  }}
}}
"""


class Nginx:
    def __init__(self, server):
        """`server`: what stands in the server block; PAGES is the folder of the page."""
        if not shutil.which("nginx"):
            pytest.skip("nginx is not installed")
        self.folder = folder("nginx")
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        (self.folder / "tmp").mkdir()
        pages = self.folder / "pages"
        pages.mkdir()
        write(pages / "index.html", "<!doctype html><title>Desk</title><h1>Positions</h1>")
        write(self.folder / "nginx.conf", CONFIG.format(
            f=self.folder, port=self.port, server=server.replace("PAGES", str(pages))))
        for place in self.folder, self.folder / "tmp":
            shutil.chown(place, "nobody")
        self.process = spawn(
            ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "nginx",
             "-e", self.folder / "error.log", "-c", self.folder / "nginx.conf"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_until(self.answers, lambda: f"nginx starts: {self.said()}")

    def said(self):
        log = self.folder / "error.log"
        return log.read_text() if log.exists() else ""

    def answers(self):
        assert self.process.poll() is None, self.said()
        try:
            return Robot().send(self.url + "/nothing").status
        except OSError:
            return False

    def close(self):
        end(self.process)
        remove(self.folder)
