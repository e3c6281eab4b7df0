# SPDX-License-Identifier: ISC
"""Certificates made at test time: a good one, and each kind of bad one."""
from layout import folder, run, write

AUTHORITY = """\
[ca]
default_ca = one
[one]
dir = {folder}/{name}
database = $dir.index
serial = $dir.serial
new_certs_dir = {folder}
default_md = sha256
policy = any
copy_extensions = none
unique_subject = no
[any]
commonName = supplied
[names]
subjectAltName = {names}
extendedKeyUsage = serverAuth
"""


class Certificates:
    """ca.pem, other.pem (an unknown authority) and NAME.pem with one key.pem."""

    def __init__(self):
        self.folder = folder("tls")
        self.key = self.folder / "key.pem"
        self.ca = self.folder / "ca.pem"
        for authority in "ca", "other":
            self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt",
                         "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                         "-keyout", self.folder / f"{authority}.key",
                         "-out", self.folder / f"{authority}.pem", "-subj", f"/CN=test {authority}",
                         "-addext", "keyUsage=critical,keyCertSign,cRLSign")
            write(self.folder / f"{authority}.index", "")
            write(self.folder / f"{authority}.serial", "01\n")
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                     "-keyout", self.key, "-out", self.folder / "request.pem",
                     "-subj", "/CN=localhost")
        here = "DNS:localhost,IP:127.0.0.1"
        self.sign("good", here)
        self.sign("wrong_host", "DNS:elsewhere.test")
        self.sign("unknown_authority", here, authority="other")
        self.sign("expired", here, start="20200101000000Z", finish="20200201000000Z")
        self.openssl("req", "-x509", "-key", self.key, "-days", "30", "-subj", "/CN=localhost",
                     "-addext", f"subjectAltName={here}",
                     "-out", self.folder / "self_signed.pem")
        # The daemon's user reads the authority; the server, as root, the rest.
        self.ca.chmod(0o644)

    def openssl(self, *arguments):
        said = run("openssl", *arguments)
        assert said.returncode == 0, said.stderr

    def sign(self, name, names, authority="ca", start=None, finish="20450101000000Z"):
        config = write(self.folder / f"{name}.cnf",
                       AUTHORITY.format(folder=self.folder, name=authority, names=names))
        dates = ["-startdate", start] if start else []
        self.openssl("ca", "-config", config, "-batch", "-notext", "-extensions", "names",
                     "-cert", self.folder / f"{authority}.pem",
                     "-keyfile", self.folder / f"{authority}.key",
                     "-in", self.folder / "request.pem", "-out", self.folder / f"{name}.pem",
                     *dates, "-enddate", finish)

    def path(self, name):
        return self.folder / f"{name}.pem"
