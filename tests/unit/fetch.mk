# tests of fetch
if TESTS_C
FETCH_TESTS = tests/unit/test_frame \
	tests/unit/test_sandbox \
	tests/unit/test_introspect \
	tests/unit/test_metadata
check_PROGRAMS += $(FETCH_TESTS)
TESTS += $(FETCH_TESTS)
FETCH_TEST_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/validatord
FETCH_TEST_CFLAGS = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS)
FETCH_TEST_LDADD = validatord/libvalidatord.la $(CMOCKA_LIBS)

tests_unit_test_frame_SOURCES = tests/unit/test_frame.c
tests_unit_test_frame_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_frame_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_frame_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_frame_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_sandbox_SOURCES = tests/unit/test_sandbox.c
tests_unit_test_sandbox_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_sandbox_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_sandbox_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_sandbox_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_introspect_SOURCES = tests/unit/test_introspect.c
tests_unit_test_introspect_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_introspect_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_introspect_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_introspect_LDADD = $(FETCH_TEST_LDADD)

tests_unit_test_metadata_SOURCES = tests/unit/test_metadata.c
tests_unit_test_metadata_CPPFLAGS = $(FETCH_TEST_CPPFLAGS)
tests_unit_test_metadata_CFLAGS = $(FETCH_TEST_CFLAGS)
tests_unit_test_metadata_LDFLAGS = $(PROGRAM_LINK)
tests_unit_test_metadata_LDADD = $(FETCH_TEST_LDADD)
endif
