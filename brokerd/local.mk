# brokerd: everything but main() in one convenience library, so that tests
# link what runs.
brokerd_pages = \
	%D%/pages/consent.html \
	%D%/pages/error.html \
	%D%/pages/foot.html \
	%D%/pages/head.html \
	%D%/pages/home.html \
	%D%/pages/login.html \
	%D%/pages/style.css
EXTRA_DIST += $(brokerd_pages) %D%/pages/embed.awk
CLEANFILES += %D%/page_files.c

%D%/page_files.c: $(brokerd_pages) %D%/pages/embed.awk
	$(AM_V_GEN)$(MKDIR_P) $(@D) && $(AWK) -f $(srcdir)/%D%/pages/embed.awk \
	    $(brokerd_pages:%=$(srcdir)/%) > $@.tmp && mv $@.tmp $@

if BROKERD
sbin_PROGRAMS += %D%/brokerd
noinst_LTLIBRARIES += %D%/libbrokerd.la
dist_man_MANS += man/brokerd.8

brokerd_libbrokerd_la_SOURCES = \
	%D%/authorization.c %D%/authorization.h \
	%D%/broker.h \
	%D%/browser_session.c %D%/browser_session.h \
	%D%/client_auth.c %D%/client_auth.h \
	%D%/client_registry.c %D%/client_registry.h \
	%D%/command.c %D%/command.h \
	%D%/command_app.c \
	%D%/command_init.c \
	%D%/command_serve.c \
	%D%/command_token.c \
	%D%/endpoint_authorize.c \
	%D%/endpoint_introspect.c \
	%D%/endpoint_metadata.c \
	%D%/endpoint_revoke.c \
	%D%/endpoint_token.c \
	%D%/form.c %D%/form.h \
	%D%/grant.c %D%/grant.h \
	%D%/hash.c %D%/hash.h \
	%D%/http_server.c %D%/http_server.h \
	%D%/oauth_error.c %D%/oauth_error.h \
	%D%/options.c %D%/options.h \
	%D%/page.c %D%/page.h \
	%D%/page_consent.c \
	%D%/page_login.c \
	%D%/password.c %D%/password.h \
	%D%/pkce.c %D%/pkce.h \
	%D%/redirect.c %D%/redirect.h \
	%D%/respond.c %D%/respond.h \
	%D%/routes.c %D%/routes.h \
	%D%/sign_in_throttle.c %D%/sign_in_throttle.h \
	%D%/store.c %D%/store.h \
	%D%/query.c %D%/store_private.h \
	%D%/store_schema.c %D%/store_schema.h \
	%D%/template.c %D%/template.h \
	%D%/token_store.c %D%/token_store.h \
	%D%/user_store.c %D%/user_store.h \
	%D%/word_set.c %D%/word_set.h
nodist_brokerd_libbrokerd_la_SOURCES = %D%/page_files.c
brokerd_libbrokerd_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/brokerd
brokerd_libbrokerd_la_CFLAGS = $(AM_CFLAGS) -pthread $(SQLITE_CFLAGS) \
	$(MICROHTTPD_CFLAGS) $(CRYPTO_CFLAGS)
brokerd_libbrokerd_la_LIBADD = lib/libdaemon.la $(SQLITE_LIBS) \
	$(MICROHTTPD_LIBS) $(CRYPTO_LIBS) $(CRYPT_LIBS)

brokerd_brokerd_SOURCES = %D%/brokerd.c
brokerd_brokerd_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/brokerd
brokerd_brokerd_CFLAGS = $(PROGRAM_COMPILE)
brokerd_brokerd_LDFLAGS = $(PROGRAM_LINK) -pthread
brokerd_brokerd_LDADD = %D%/libbrokerd.la
endif
