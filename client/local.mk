# What a user has on a machine of their own. All but main() is in one
# convenience library, so that tests link what runs.
bin_PROGRAMS += %D%/scopegate %D%/scopegate-askpass
noinst_LTLIBRARIES += %D%/libuser.la
dist_man_MANS += man/scopegate.1 man/scopegate-askpass.1

client_libuser_la_SOURCES = \
	%D%/askpass_answer.c %D%/askpass_answer.h \
	%D%/browser.c %D%/browser.h \
	%D%/child.c %D%/child.h \
	%D%/cli.c %D%/cli.h \
	%D%/fd_text.c %D%/fd_text.h \
	%D%/http.c %D%/http.h \
	%D%/issuer.c %D%/issuer.h \
	%D%/issuer_post.c \
	%D%/keyring.c %D%/keyring.h \
	%D%/login_browser.c \
	%D%/login_code.c %D%/login_code.h \
	%D%/login_device.c %D%/login_flow.h \
	%D%/loopback.c %D%/loopback.h \
	%D%/loopback_request.c %D%/loopback_request.h \
	%D%/oauth_words.c %D%/oauth_words.h \
	%D%/process.c \
	%D%/prompt.c %D%/prompt.h \
	%D%/proof.c %D%/proof.h \
	%D%/secret_file.c %D%/secret_file.h \
	%D%/secret_print.c %D%/secret_print.h \
	%D%/settings.c %D%/settings.h \
	%D%/settings_table.c %D%/settings_start.h \
	%D%/store.c %D%/store.h \
	%D%/token_file.c %D%/token_file.h \
	%D%/token_folder.c %D%/token_folder.h \
	%D%/token_set.c %D%/token_set.h \
	%D%/token_source.c %D%/token_source.h \
	%D%/url.c %D%/url.h
client_libuser_la_CFLAGS = $(AM_CFLAGS) $(CURL_CFLAGS) $(CRYPTO_CFLAGS)
client_libuser_la_LIBADD = lib/libdaemon.la $(CURL_LIBS) $(CRYPTO_LIBS)

client_scopegate_SOURCES = \
	%D%/cmd_code.c \
	%D%/cmd_login.c \
	%D%/cmd_logout.c \
	%D%/cmd_run.c \
	%D%/cmd_status.c \
	%D%/cmd_token.c \
	%D%/scopegate.c
client_scopegate_CPPFLAGS = $(AM_CPPFLAGS) -DSCOPEGATE_BINDIR='"$(bindir)"'
client_scopegate_CFLAGS = $(PROGRAM_COMPILE)
client_scopegate_LDFLAGS = $(PROGRAM_LINK)
client_scopegate_LDADD = %D%/libuser.la

client_scopegate_askpass_SOURCES = %D%/scopegate_askpass.c
client_scopegate_askpass_CFLAGS = $(PROGRAM_COMPILE)
client_scopegate_askpass_LDFLAGS = $(PROGRAM_LINK)
client_scopegate_askpass_LDADD = %D%/libuser.la
