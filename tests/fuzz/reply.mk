FUZZ_TARGETS += reply
EXTRA_DIST += tests/fuzz/corpus/reply
check_PROGRAMS += tests/fuzz/replay_reply
TESTS += tests/fuzz/replay_reply
FUZZ_REPLY = tests/fuzz/fuzz_reply.c \
	tests/fuzz/message_property.c tests/fuzz/message_property.h \
	pam_module/prompt_text.c pam_module/prompt_text.h
FUZZ_REPLY_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/pam_module
tests_fuzz_replay_reply_SOURCES = $(FUZZ_REPLY) $(FUZZ_REPLAY)
tests_fuzz_replay_reply_CPPFLAGS = $(FUZZ_REPLY_CPPFLAGS) -DFUZZ_CORPUS='"reply"'
tests_fuzz_replay_reply_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_replay_reply_LDFLAGS = $(PROGRAM_LINK)
tests_fuzz_replay_reply_LDADD = lib/libclient.la
if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_reply
tests_fuzz_fuzz_reply_SOURCES = $(FUZZ_REPLY) tests/fuzz/fuzz.h
tests_fuzz_fuzz_reply_CPPFLAGS = $(FUZZ_REPLY_CPPFLAGS)
tests_fuzz_fuzz_reply_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_fuzz_reply_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_reply_LDADD = lib/libclient.la
endif
