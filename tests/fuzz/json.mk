FUZZ_TARGETS += json
EXTRA_DIST += tests/fuzz/corpus/json
check_PROGRAMS += tests/fuzz/replay_json
TESTS += tests/fuzz/replay_json
tests_fuzz_replay_json_SOURCES = tests/fuzz/fuzz_json.c $(FUZZ_REPLAY)
tests_fuzz_replay_json_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"json"'
tests_fuzz_replay_json_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_replay_json_LDFLAGS = $(PROGRAM_LINK)
tests_fuzz_replay_json_LDADD = lib/libdaemon.la
if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_json
tests_fuzz_fuzz_json_SOURCES = tests/fuzz/fuzz_json.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_json_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_json_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_fuzz_json_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_json_LDADD = lib/libdaemon.la
endif
