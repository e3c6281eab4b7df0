# tests/fuzz: each target is linked with replay_main.c, and its corpus replays
# in `make check`; with --enable-fuzzers it is also linked with libFuzzer, and
# `make fuzz FUZZ_SECONDS=60` runs them all for so long each.
FUZZ_SECONDS = 60
FUZZ_TARGETS =
FUZZ_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
FUZZ_REPLAY = tests/fuzz/replay_main.c tests/fuzz/fuzz.h
FUZZ_LINK = $(PROGRAM_LINK) -fsanitize=fuzzer
FUZZ_BINARIES = $(FUZZ_TARGETS:%=tests/fuzz/fuzz_%$(EXEEXT))

include tests/fuzz/frame.mk
include tests/fuzz/reply.mk
include tests/fuzz/json.mk
include tests/fuzz/config.mk
include tests/fuzz/introspection.mk
include tests/fuzz/broker.mk
include tests/fuzz/image.mk

# What is found stays in the build tree; a finding worth keeping is added to
# the corpus by hand.
if FUZZERS
fuzz: $(FUZZ_BINARIES)
	@set -e; for target in $(FUZZ_TARGETS); do \
		$(MKDIR_P) tests/fuzz/found/$$target; \
		echo "  FUZZ     $$target: $(FUZZ_SECONDS) s"; \
		tests/fuzz/fuzz_$$target -max_total_time=$(FUZZ_SECONDS) \
		    -max_len=70000 -timeout=10 -print_final_stats=1 \
		    -artifact_prefix=tests/fuzz/found/$$target- \
		    tests/fuzz/found/$$target \
		    $(srcdir)/tests/fuzz/corpus/$$target; \
	done
else
fuzz:
	@echo "make fuzz needs: ./configure --enable-fuzzers --enable-sanitizers CC=clang" >&2
	@exit 1
endif
clean-local: clean-fuzz
clean-fuzz:
	-rm -rf tests/fuzz/found
.PHONY: fuzz clean-fuzz
