# The reference broker: all but main() in one convenience library, so that tests
# link what runs. Each room adds its files.
include %D%/pages/local.mk

if BROKERD
sbin_PROGRAMS += %D%/brokerd
noinst_LTLIBRARIES += %D%/libbrokerd.la
dist_man_MANS += man/brokerd.8

brokerd_libbrokerd_la_SOURCES = \
	%D%/broker.h \
	%D%/confirm.c %D%/confirm.h \
	%D%/hash.c %D%/hash.h \
	%D%/field.c %D%/field.h \
	%D%/oauth_error.c %D%/oauth_error.h \
	%D%/page.c %D%/page.h \
	%D%/page_files.h \
	%D%/purge.c %D%/purge.h \
	%D%/respond_fault.c %D%/respond_fault.h \
	%D%/refusal.c %D%/refusal.h \
	%D%/routes.c %D%/routes.h \
	%D%/visit.c %D%/visit.h \
	%D%/word_set.c %D%/word_set.h
nodist_brokerd_libbrokerd_la_SOURCES = %D%/page_files.c
brokerd_libbrokerd_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/brokerd
brokerd_libbrokerd_la_CFLAGS = $(AM_CFLAGS) -pthread $(SQLITE_CFLAGS) \
	$(CRYPTO_CFLAGS) $(CURL_CFLAGS) $(GD_CFLAGS)
brokerd_libbrokerd_la_LIBADD = lib/libhttp.la lib/libdaemon.la $(SQLITE_LIBS) \
	$(CRYPTO_LIBS) $(CRYPT_LIBS) \
	$(CURL_LIBS) $(GD_LIBS)

include %D%/store/local.mk
include %D%/audit/local.mk
include %D%/identity/local.mk
include %D%/app/local.mk
include %D%/developer/local.mk
include %D%/oauth/local.mk
include %D%/jose/local.mk
include %D%/operator/local.mk
include %D%/api/local.mk
include %D%/push/local.mk
include %D%/connected/local.mk
include %D%/command/local.mk

brokerd_brokerd_SOURCES = %D%/brokerd.c
brokerd_brokerd_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/brokerd
brokerd_brokerd_CFLAGS = $(PROGRAM_COMPILE)
brokerd_brokerd_LDFLAGS = $(PROGRAM_LINK) -pthread
brokerd_brokerd_LDADD = %D%/libbrokerd.la
endif
