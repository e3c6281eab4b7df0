# SPDX-License-Identifier: ISC
"""What the gate is measured against; each only if its package is there."""
import contextlib
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from stage import TOKEN, USER, free_port, pss_kib, running, wait_for

SECURITY = Path(f"/lib/{subprocess.getoutput('gcc -print-multiarch')}/security")


@contextlib.contextmanager
def echo(gate):
    path = gate.folder / "echo.sock"
    with running([gate.build / "bench/echo_server", path]) as process:
        wait_for(path, process)
        yield path


class Services(dict):
    """name -> (PAM service, divisor of the number of logins)."""
    missing: dict


@contextlib.contextmanager
def pam_services(gate):
    folder = gate.folder / "pam.d"
    folder.mkdir(exist_ok=True)
    in_process = gate.build / "bench/.libs/pam_in_process.so"
    lines = {
        # The test build of the module: the same code, told where the socket is.
        "bench": f"{gate.build}/tests/pam/.libs/pam_scopegate_test.so socket={gate.socket}",
        "permit": "pam_permit.so",
        "curl-http": f"{in_process} http://127.0.0.1:{gate.http}/ {gate.folder}/bundle.pem",
        "curl-tls": f"{in_process} https://127.0.0.1:{gate.https}/ {gate.folder}/bundle.pem",
        "unix": "pam_unix.so",
        "nslcd": "pam_ldap.so",
    }
    for name, module in lines.items():
        (folder / name).write_text(f"auth required {module}\naccount required pam_permit.so\n")
    (folder / "other").write_text("auth required pam_deny.so\n")
    services = Services(scopegate=("bench", 1), permit=("permit", 1))
    services["curl-http"], services["curl-tls"] = ("curl-http", 4), ("curl-tls", 4)
    services["unix"] = ("unix", 10)
    services.missing = {}
    with contextlib.ExitStack() as stack:
        why = start_nslcd(gate, stack)
        if why is None:
            services["nslcd"] = ("nslcd", 1)
        else:
            services.missing["nslcd"] = why
        yield services


SLAPD = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/nis.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile {f}/slapd.pid
database mdb
maxsize 10485760
suffix "dc=bench"
rootdn "cn=admin,dc=bench"
rootpw bench
directory {f}/db
index uid eq
"""

LDIF = """dn: dc=bench
objectClass: dcObject
objectClass: organization
dc: bench
o: bench

dn: uid={u},dc=bench
objectClass: account
objectClass: posixAccount
uid: {u}
cn: {u}
uidNumber: 59999
gidNumber: 59999
homeDirectory: /nonexistent
userPassword: {t}
"""


def start_nslcd(gate, stack):
    """slapd and nslcd of our own; None when they run, else why not."""
    if shutil.which("nslcd") is None or shutil.which("slapd") is None:
        return "nslcd, libpam-ldapd and slapd are not all installed"
    if not (SECURITY / "pam_ldap.so").exists():
        return "libpam-ldapd is not installed"
    if Path("/run/nslcd/socket").exists():
        return "this host's own nslcd is running; left alone"
    folder = Path(tempfile.mkdtemp(prefix="ldap-", dir=gate.folder))
    (folder / "db").mkdir()
    (folder / "slapd.conf").write_text(SLAPD.format(f=folder))
    (folder / "data.ldif").write_text(LDIF.format(u=USER, t="bench-password"))
    subprocess.run(["slapadd", "-f", folder / "slapd.conf", "-l", folder / "data.ldif"], check=True,
                   capture_output=True)
    port = free_port()
    stack.enter_context(running(["slapd", "-d", "0", "-f", folder / "slapd.conf", "-h",
                                 f"ldap://127.0.0.1:{port}"], stderr=subprocess.DEVNULL))
    wait_for(port)
    (folder / "nslcd.conf").write_text(f"uri ldap://127.0.0.1:{port}\nbase dc=bench\n")
    Path("/run/nslcd").mkdir(exist_ok=True)
    # Its file has one place only: lay ours over it in a private namespace.
    process = stack.enter_context(running(
        ["unshare", "-m", "sh", "-c", 'mount --bind "$0" /etc/nslcd.conf && exec nslcd -n',
         folder / "nslcd.conf"], stderr=subprocess.DEVNULL))
    wait_for("/run/nslcd/socket", process)
    gate.nslcd_pid = process.pid
    return None


APACHE = """
ServerName 127.0.0.1
ServerRoot {f}
PidFile {f}/apache.pid
ErrorLog {f}/apache.log
LogLevel error
Listen 127.0.0.1:{port}
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authn_core_module /usr/lib/apache2/modules/mod_authn_core.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule authz_user_module /usr/lib/apache2/modules/mod_authz_user.so
LoadModule auth_openidc_module /usr/lib/apache2/modules/mod_auth_openidc.so
DocumentRoot {f}/www
KeepAlive On
MaxKeepAliveRequests 0
OIDCOAuthIntrospectionEndpoint https://127.0.0.1:{https}/introspect
OIDCOAuthClientID gate
OIDCOAuthClientSecret secret
OIDCOAuthIntrospectionEndpointAuth client_secret_basic
OIDCOAuthSSLValidateServer On
OIDCCABundlePath {bundle}
OIDCOAuthRemoteUserClaim username
OIDCOAuthTokenExpiryClaim exp absolute
OIDCCryptoPassphrase bench-passphrase
# With a shm cache it keeps tokens over 512 octets only when it encrypts.
OIDCCacheEncrypt On
<Location />
  AuthType oauth20
  Require valid-user
</Location>
"""

WRK = """
local n = 0
local distinct = {distinct}
local me = math.random(1000000000)
math.randomseed(os.time())
request = function()
  n = n + 1
  local token = "{token}"
  if distinct then token = token .. "." .. tostring({{}}):sub(8) .. "." .. n .. "." .. os.time() end
  return wrk.format("GET", "/index.html", {{ ["Authorization"] = "Bearer " .. token }})
end
"""


class Web:
    def __init__(self, gate, port):
        self.gate, self.port = gate, port

    def rate(self, distinct):
        script = self.gate.folder / "wrk.lua"
        script.write_text(WRK.format(distinct=str(distinct).lower(),
                                     token=TOKEN[:900] if distinct else TOKEN))
        done = subprocess.run(["wrk", "-t1", "-c8", "-d3s", "-s", script,
                               f"http://127.0.0.1:{self.port}/index.html"], text=True,
                              capture_output=True, check=True)
        if "Non-2xx" in done.stdout:
            raise RuntimeError("mod_auth_openidc refused: " + done.stdout)
        return float(done.stdout.split("Requests/sec:")[1].split()[0])


@contextlib.contextmanager
def mod_auth_openidc(gate):
    module = Path("/usr/lib/apache2/modules/mod_auth_openidc.so")
    if not module.exists() or shutil.which("wrk") is None:
        yield None
        return
    folder = Path(tempfile.mkdtemp(dir=gate.folder))
    folder.chmod(0o755)
    (folder / "www").mkdir()
    (folder / "www/index.html").write_text("ok\n")
    port = free_port()
    (folder / "apache.conf").write_text(APACHE.format(f=folder, port=port, https=gate.https,
                                                      bundle=gate.folder / "bundle.pem"))
    with running(["apache2", "-DFOREGROUND", "-f", folder / "apache.conf"],
                 stderr=subprocess.DEVNULL) as process:
        wait_for(port, process)
        yield Web(gate, port)


def idle_memory(gate):
    """Proportional memory, KiB, of daemons of the same shape; None: absent."""
    figures = {"nslcd": None, "munged": None}
    with contextlib.ExitStack() as stack:
        if start_nslcd(gate, stack) is None:
            figures["nslcd"] = pss_kib(gate.nslcd_pid)
        if shutil.which("munged") is not None:
            folder = Path(tempfile.mkdtemp(dir=gate.folder))
            (folder / "key").write_bytes(b"k" * 64)
            (folder / "key").chmod(0o600)
            process = stack.enter_context(running(
                ["munged", "-F", "-f", "--key-file", folder / "key", "--socket", folder / "socket",
                 "--pid-file", folder / "pid", "--log-file", folder / "log", "--seed-file",
                 folder / "seed"], stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL))
            wait_for(folder / "socket", process)
            time.sleep(1)
            figures["munged"] = pss_kib(process.pid)
    return figures
