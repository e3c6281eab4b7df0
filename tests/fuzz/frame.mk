FUZZ_TARGETS += frame
EXTRA_DIST += tests/fuzz/corpus/frame
check_PROGRAMS += tests/fuzz/replay_frame
TESTS += tests/fuzz/replay_frame
FUZZ_FRAME = tests/fuzz/fuzz_frame.c \
	tests/fuzz/message_property.c tests/fuzz/message_property.h
tests_fuzz_replay_frame_SOURCES = $(FUZZ_FRAME) $(FUZZ_REPLAY)
tests_fuzz_replay_frame_CPPFLAGS = $(FUZZ_CPPFLAGS) -DFUZZ_CORPUS='"frame"'
tests_fuzz_replay_frame_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_replay_frame_LDFLAGS = $(PROGRAM_LINK)
tests_fuzz_replay_frame_LDADD = lib/libclient.la
if FUZZERS
noinst_PROGRAMS += tests/fuzz/fuzz_frame
tests_fuzz_fuzz_frame_SOURCES = $(FUZZ_FRAME) tests/fuzz/fuzz.h
tests_fuzz_fuzz_frame_CPPFLAGS = $(FUZZ_CPPFLAGS)
tests_fuzz_fuzz_frame_CFLAGS = $(PROGRAM_COMPILE)
tests_fuzz_fuzz_frame_LDFLAGS = $(FUZZ_LINK)
tests_fuzz_fuzz_frame_LDADD = lib/libclient.la
endif
