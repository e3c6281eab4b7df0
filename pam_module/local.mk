# pam_module: one shared object that needs libpam and libc and exports pam_sm_*.
pam_LTLIBRARIES += %D%/pam_scopegate.la

pam_module_sources = \
	%D%/pam_scopegate.c \
	%D%/answer.c \
	%D%/answer.h \
	%D%/conversation.c \
	%D%/credential.c \
	%D%/credential.h \
	%D%/options.c \
	%D%/options.h \
	%D%/outcome.c \
	%D%/outcome.h \
	%D%/printable.c \
	%D%/printable.h \
	%D%/prompt_text.c \
	%D%/prompt_text.h \
	%D%/request.c \
	%D%/request.h \
	%D%/session_data.c \
	%D%/session_data.h \
	%D%/sign_in.c \
	%D%/sign_in.h \
	%D%/ssh_key.c \
	%D%/ssh_key.h \
	%D%/user_text.c \
	%D%/user_text.h
pam_module_link = $(AM_LDFLAGS) -module -avoid-version -shared -no-undefined \
	-Wl,-Bsymbolic -Wl,--version-script=$(srcdir)/%D%/pam_scopegate.map
EXTRA_DIST += %D%/pam_scopegate.map

pam_module_pam_scopegate_la_SOURCES = $(pam_module_sources)
pam_module_pam_scopegate_la_LDFLAGS = $(pam_module_link)
pam_module_pam_scopegate_la_LIBADD = lib/libclient.la $(PAM_LIBS)
EXTRA_pam_module_pam_scopegate_la_DEPENDENCIES = %D%/pam_scopegate.map

# libpam loads the .so by its name; nothing ever links with the module. In the
# data half of the installation, where automake puts what pamdir names.
install-data-hook:
	rm -f $(DESTDIR)$(pamdir)/pam_scopegate.la
uninstall-hook:
	rm -f $(DESTDIR)$(pamdir)/pam_scopegate.so
