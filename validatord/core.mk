# main, sockets, the pipeline, control
validatord_libvalidatord_la_SOURCES += \
	validatord/chance.c validatord/chance.h \
	validatord/clock_watch.c validatord/clock_watch.h \
	validatord/conclude.c validatord/conclude.h \
	validatord/connection.c validatord/connection.h \
	validatord/connections.c validatord/connections.h \
	validatord/control.c validatord/control.h \
	validatord/control_deny.c validatord/control_deny.h \
	validatord/decide.c validatord/decide.h \
	validatord/dispatch.c validatord/dispatch.h \
	validatord/document.c validatord/document.h \
	validatord/document_check.c \
	validatord/finding.c validatord/finding.h \
	validatord/finding_wait.c validatord/finding_wait.h \
	validatord/flights.c validatord/flights.h \
	validatord/discovery.c validatord/discovery.h \
	validatord/key_binding.c validatord/key_binding.h \
	validatord/issuers.c validatord/issuers.h \
	validatord/jwt_question.c validatord/jwt_question.h \
	validatord/keys.c validatord/keys.h \
	validatord/keys_fetch.c validatord/keys_fetch.h \
	validatord/last_good.c validatord/last_good.h \
	validatord/listener.c validatord/listener.h \
	validatord/endpoints.c validatord/endpoints.h \
	validatord/question.c validatord/question.h \
	validatord/reload.c validatord/reload.h \
	validatord/request.h validatord/server.c validatord/server.h \
	validatord/signals.c validatord/signals.h \
	validatord/signed_answer.c validatord/signed_answer.h \
	validatord/sockets.c validatord/sockets.h \
	validatord/state_folder.c validatord/state_folder.h

sbin_PROGRAMS += validatord/validatord
validatord_validatord_SOURCES = validatord/validatord.c
validatord_validatord_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
validatord_validatord_CFLAGS = $(PROGRAM_COMPILE) $(EVENT_CFLAGS)
validatord_validatord_LDFLAGS = $(PROGRAM_LINK)
validatord_validatord_LDADD = validatord/libvalidatord.la
