if BROKERD
FUZZ_TARGETS += broker
check_PROGRAMS += tests/fuzz/replay_broker
TESTS += tests/fuzz/replay_broker
tests_fuzz_replay_broker_SOURCES = tests/fuzz/fuzz_broker.c $(FUZZ_REPLAY)
tests_fuzz_replay_broker_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/brokerd \
	-DFUZZ_CORPUS='"broker"'
tests_fuzz_replay_broker_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_replay_broker_LDFLAGS = $(PROGRAM_LINK) -pthread
tests_fuzz_replay_broker_LDADD = brokerd/libbrokerd.la
if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_broker
tests_fuzz_fuzz_broker_SOURCES = tests/fuzz/fuzz_broker.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_broker_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/brokerd
tests_fuzz_fuzz_broker_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_fuzz_broker_LDFLAGS = $(FUZZ_LINK) -pthread
tests_fuzz_fuzz_broker_LDADD = brokerd/libbrokerd.la
endif
endif
EXTRA_DIST += tests/fuzz/corpus/broker
