if BROKERD
FUZZ_TARGETS += image
check_PROGRAMS += tests/fuzz/replay_image
TESTS += tests/fuzz/replay_image
tests_fuzz_replay_image_SOURCES = tests/fuzz/fuzz_image.c $(FUZZ_REPLAY)
tests_fuzz_replay_image_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/brokerd \
	-DFUZZ_CORPUS='"image"'
tests_fuzz_replay_image_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_replay_image_LDFLAGS = $(PROGRAM_LINK) -pthread
tests_fuzz_replay_image_LDADD = brokerd/libbrokerd.la
if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_image
tests_fuzz_fuzz_image_SOURCES = tests/fuzz/fuzz_image.c tests/fuzz/fuzz.h
tests_fuzz_fuzz_image_CPPFLAGS = $(FUZZ_CPPFLAGS) -I$(top_srcdir)/brokerd
tests_fuzz_fuzz_image_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_fuzz_image_LDFLAGS = $(FUZZ_LINK) -pthread
tests_fuzz_fuzz_image_LDADD = brokerd/libbrokerd.la
endif
endif
EXTRA_DIST += tests/fuzz/corpus/image
