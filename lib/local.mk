# lib: libclient (libc only, linked into the PAM module), libdaemon, libsandbox.
noinst_LTLIBRARIES += lib/libclient.la lib/libdaemon.la lib/libsandbox.la
include lib/client.mk
include lib/daemon.mk
include lib/jose/local.mk
if HTTP
include lib/http/local.mk
endif
