# tests/pam: the module through the real libpam, beside a scripted daemon.
if TESTS_PAM
# The product plus `socket` and `server_uid`, so that no test needs root.
check_LTLIBRARIES += %D%/pam_scopegate_test.la %D%/pam_spy.la
tests_pam_pam_scopegate_test_la_SOURCES = $(pam_module_sources)
tests_pam_pam_scopegate_test_la_CPPFLAGS = $(AM_CPPFLAGS) -DSCOPEGATE_TEST_ARGUMENTS
tests_pam_pam_scopegate_test_la_LDFLAGS = $(pam_module_link) -rpath /nowhere
tests_pam_pam_scopegate_test_la_LIBADD = lib/libclient.la $(PAM_LIBS)
tests_pam_pam_spy_la_SOURCES = %D%/pam_spy.c
tests_pam_pam_spy_la_LDFLAGS = $(AM_LDFLAGS) -module -avoid-version -shared -rpath /nowhere
tests_pam_pam_spy_la_LIBADD = $(PAM_LIBS)

check_LTLIBRARIES += %D%/libharness.la
tests_pam_libharness_la_SOURCES = \
	%D%/harness.c \
	%D%/harness.h \
	%D%/scripted_daemon.c \
	%D%/scripted_daemon.h
tests_pam_libharness_la_CFLAGS = $(AM_CFLAGS) $(CMOCKA_CFLAGS)
tests_pam_libharness_la_LIBADD = lib/libclient.la $(CMOCKA_LIBS) $(PAM_LIBS)

# -export-dynamic: the module finds our getpwnam_r before libc's.
pam_test_compile = $(PROGRAM_COMPILE) $(CMOCKA_CFLAGS)
pam_test_link = $(PROGRAM_LINK) -export-dynamic
pam_test_libs = %D%/libharness.la lib/libclient.la $(CMOCKA_LIBS) $(PAM_LIBS)

PAM_TESTS = \
	%D%/test_verdicts \
	%D%/test_daemon_faults \
	%D%/test_credential \
	%D%/test_conversation \
	%D%/test_conversation_faults \
	%D%/test_conversation_locks \
	%D%/test_arguments \
	%D%/test_locks \
	%D%/test_session \
	%D%/test_ssh_key \
	%D%/test_host \
	%D%/test_outcome \
	%D%/test_prompt_text
check_PROGRAMS += $(PAM_TESTS)
TESTS += $(PAM_TESTS)
tests_pam_test_verdicts_CFLAGS = $(pam_test_compile)
tests_pam_test_verdicts_LDFLAGS = $(pam_test_link)
tests_pam_test_verdicts_LDADD = $(pam_test_libs)
tests_pam_test_daemon_faults_CFLAGS = $(pam_test_compile)
tests_pam_test_daemon_faults_LDFLAGS = $(pam_test_link)
tests_pam_test_daemon_faults_LDADD = $(pam_test_libs)
tests_pam_test_credential_CFLAGS = $(pam_test_compile)
tests_pam_test_credential_LDFLAGS = $(pam_test_link)
tests_pam_test_credential_LDADD = $(pam_test_libs)
tests_pam_test_conversation_CFLAGS = $(pam_test_compile)
tests_pam_test_conversation_LDFLAGS = $(pam_test_link)
tests_pam_test_conversation_LDADD = $(pam_test_libs)
tests_pam_test_conversation_faults_CFLAGS = $(pam_test_compile)
tests_pam_test_conversation_faults_LDFLAGS = $(pam_test_link)
tests_pam_test_conversation_faults_LDADD = $(pam_test_libs)
tests_pam_test_conversation_locks_CFLAGS = $(pam_test_compile)
tests_pam_test_conversation_locks_LDFLAGS = $(pam_test_link)
tests_pam_test_conversation_locks_LDADD = $(pam_test_libs)
tests_pam_test_arguments_CFLAGS = $(pam_test_compile)
tests_pam_test_arguments_LDFLAGS = $(pam_test_link)
tests_pam_test_arguments_LDADD = $(pam_test_libs)
tests_pam_test_locks_CFLAGS = $(pam_test_compile)
tests_pam_test_locks_LDFLAGS = $(pam_test_link)
tests_pam_test_locks_LDADD = $(pam_test_libs)
tests_pam_test_session_CFLAGS = $(pam_test_compile)
tests_pam_test_session_LDFLAGS = $(pam_test_link)
tests_pam_test_session_LDADD = $(pam_test_libs)
tests_pam_test_ssh_key_SOURCES = \
	%D%/test_ssh_key.c \
	pam_module/ssh_key.c
tests_pam_test_ssh_key_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/pam_module
tests_pam_test_ssh_key_CFLAGS = $(pam_test_compile)
tests_pam_test_ssh_key_LDFLAGS = $(pam_test_link)
tests_pam_test_ssh_key_LDADD = $(pam_test_libs)
tests_pam_test_host_CFLAGS = $(pam_test_compile)
tests_pam_test_host_LDFLAGS = $(pam_test_link)
tests_pam_test_host_LDADD = $(pam_test_libs)
tests_pam_test_outcome_SOURCES = \
	%D%/test_outcome.c \
	pam_module/outcome.c \
	pam_module/printable.c \
	pam_module/user_text.c
tests_pam_test_outcome_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/pam_module
tests_pam_test_outcome_CFLAGS = $(pam_test_compile)
tests_pam_test_outcome_LDFLAGS = $(PROGRAM_LINK)
tests_pam_test_outcome_LDADD = lib/libclient.la $(CMOCKA_LIBS) $(PAM_LIBS)
tests_pam_test_prompt_text_SOURCES = \
	%D%/test_prompt_text.c \
	tests/unit/allocations.c \
	tests/unit/allocations.h \
	pam_module/answer.c \
	pam_module/prompt_text.c
tests_pam_test_prompt_text_CPPFLAGS = $(AM_CPPFLAGS) -I$(top_srcdir)/pam_module
tests_pam_test_prompt_text_CFLAGS = $(pam_test_compile)
tests_pam_test_prompt_text_LDFLAGS = $(PROGRAM_LINK) \
	-Wl,--wrap=malloc -Wl,--wrap=realloc -Wl,--wrap=free
tests_pam_test_prompt_text_LDADD = lib/libclient.la $(CMOCKA_LIBS) $(PAM_LIBS)
endif
