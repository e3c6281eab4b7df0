FUZZ_TARGETS += introspection
EXTRA_DIST += tests/fuzz/corpus/introspection
check_PROGRAMS += tests/fuzz/replay_introspection
TESTS += tests/fuzz/replay_introspection
tests_fuzz_replay_introspection_SOURCES = tests/fuzz/fuzz_introspection.c $(FUZZ_REPLAY)
tests_fuzz_replay_introspection_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"introspection"'
tests_fuzz_replay_introspection_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_replay_introspection_LDFLAGS = $(PROGRAM_LINK)
tests_fuzz_replay_introspection_LDADD = validatord/libvalidatord.la
if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_introspection
tests_fuzz_fuzz_introspection_SOURCES = tests/fuzz/fuzz_introspection.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_introspection_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_introspection_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_fuzz_introspection_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_introspection_LDADD = validatord/libvalidatord.la
endif
