# The HTTP front: all but main() in one convenience library, so that tests link
# what runs.
include %D%/pages/local.mk

if GATEWAYD
sbin_PROGRAMS += %D%/gatewayd
noinst_LTLIBRARIES += %D%/libgatewayd.la
dist_man_MANS += man/gatewayd.8 man/gatewayd.conf.5

gatewayd_libgatewayd_la_SOURCES = \
	%D%/address.c %D%/address.h \
	%D%/bearer.c %D%/bearer.h \
	%D%/counters.h \
	%D%/endpoint.h \
	%D%/endpoint_authorize.c \
	%D%/endpoint_callback.c \
	%D%/endpoint_code.c \
	%D%/endpoint_confirm.c \
	%D%/endpoint_events.c \
	%D%/endpoint_health.c \
	%D%/endpoint_link.c \
	%D%/endpoint_metrics.c \
	%D%/endpoint_resource.c \
	%D%/limits.c %D%/limits.h \
	%D%/listening.c %D%/listening.h \
	%D%/login_view.c %D%/login_view.h \
	%D%/page.c %D%/page.h \
	%D%/page_files.h \
	%D%/relay.c %D%/relay.h \
	%D%/routes.c %D%/routes.h \
	%D%/security_event.c %D%/security_event.h \
	%D%/settings.c %D%/settings.h \
	%D%/show.c %D%/show.h \
	%D%/visit.c %D%/visit.h
nodist_gatewayd_libgatewayd_la_SOURCES = %D%/page_files.c
gatewayd_libgatewayd_la_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/gatewayd
gatewayd_libgatewayd_la_CFLAGS = $(AM_CFLAGS) -pthread
gatewayd_libgatewayd_la_LIBADD = lib/libhttp.la lib/libdaemon.la \
	lib/libsandbox.la

gatewayd_gatewayd_SOURCES = %D%/gatewayd.c
gatewayd_gatewayd_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/gatewayd
gatewayd_gatewayd_CFLAGS = $(PROGRAM_COMPILE) -pthread
gatewayd_gatewayd_LDFLAGS = $(PROGRAM_LINK) -pthread
gatewayd_gatewayd_LDADD = %D%/libgatewayd.la
endif
