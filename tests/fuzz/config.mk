FUZZ_TARGETS += config
EXTRA_DIST += tests/fuzz/corpus/config
check_PROGRAMS += tests/fuzz/replay_config
TESTS += tests/fuzz/replay_config
tests_fuzz_replay_config_SOURCES = tests/fuzz/fuzz_config.c $(FUZZ_REPLAY)
tests_fuzz_replay_config_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"config"'
tests_fuzz_replay_config_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_replay_config_LDFLAGS = $(PROGRAM_LINK)
tests_fuzz_replay_config_LDADD = validatord/libvalidatord.la
if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_config
tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_config_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_config_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_fuzz_config_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_config_LDADD = validatord/libvalidatord.la
endif
