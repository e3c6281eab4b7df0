/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sandbox.h"
#include "scopegate/cleanup.h"

/* Each promise of the filters, tried in a child that has one. */

static int
try_socket(int family)
{
	_cleanup_(close_fd) int fd =
	    socket(family, family == AF_NETLINK ? SOCK_RAW : SOCK_STREAM, 0);

	return fd >= 0 ? 0 : errno;
}

static int
unix_socket(void)
{
	return try_socket(AF_UNIX);
}

static int
inet_socket(void)
{
	return try_socket(AF_INET);
}

static int
inet6_socket(void)
{
	int e = try_socket(AF_INET6);

	/* A host without IPv6 is not what this asks about. */
	return e == EAFNOSUPPORT ? 0 : e;
}

static int
netlink_socket(void)
{
	return try_socket(AF_NETLINK);
}

static int
packet_socket(void)
{
	return try_socket(AF_PACKET);
}

/* The kernel reads the low half of the register, the filter all of it. */
static int
inet_socket_with_high_bits(void)
{
	long family = (long)(0x100000000ULL | AF_INET);
	long fd = syscall(SYS_socket, family, SOCK_STREAM, 0);

	return fd >= 0 ? 0 : errno;
}

static int
unix_pair(void)
{
	int pair[2];

	return socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair) == 0 ? 0 : errno;
}

static int
exec(void)
{
	char name[] = "true";
	char *argv[] = {name, NULL}, *envp[] = {NULL};

	(void)execve("/bin/true", argv, envp);
	return errno;
}

static int
exec_by_descriptor(void)
{
	(void)syscall(SYS_execveat, -100, "/bin/true", NULL, NULL, 0);
	return errno;
}

static int
trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, 0, 0) == 0 ? 0 : errno;
}

static int
uring(void)
{
	return syscall(SYS_io_uring_setup, 0, NULL) >= 0 ? 0 : errno;
}

static int
new_namespace(void)
{
	return syscall(SYS_unshare, 0) == 0 ? 0 : errno;
}

static int
process_in_namespace(void)
{
	long pid =
	    syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, NULL, NULL, NULL, 0);

	if (pid == 0)
		_exit(0);
	return pid > 0 ? 0 : errno;
}

static int
clone_that_hides_its_flags(void)
{
	return syscall(SYS_clone3, NULL, 0) >= 0 ? 0 : errno;
}

static void *
nothing(void *argument)
{
	return argument;
}

static int
a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) == 0 &&
		       pthread_join(thread, NULL) == 0
		   ? 0
		   : 1;
}

static int
a_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid > 0 && waitpid(pid, NULL, 0) == pid ? 0 : errno;
}

#define KILLED (-1)

/* What `attempt` gave in a child under the filter; KILLED: a signal. */
static int
outcome(enum status (*sandbox)(void), int (*attempt)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		if (sandbox_no_core() != STATUS_OK || sandbox() != STATUS_OK)
			_exit(255);
		_exit(attempt());
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : KILLED;
}

static void
filters_keep_their_promises(void **state)
{
	static const struct {
		const char *name;
		int (*attempt)(void);
		int decide, fetch;
	} rows[] = {
	    {"unix_socket", unix_socket, 0, 0},
	    {"unix_pair", unix_pair, 0, 0},
	    {"a_process", a_process, 0, 0},
	    {"inet_socket", inet_socket, EPERM, 0},
	    {"inet_socket_with_high_bits", inet_socket_with_high_bits, EPERM,
		EPERM},
	    {"inet6_socket", inet6_socket, EPERM, 0},
	    {"netlink_socket", netlink_socket, EPERM, EPERM},
	    {"packet_socket", packet_socket, EPERM, EPERM},
	    {"exec", exec, EPERM, EPERM},
	    {"exec_by_descriptor", exec_by_descriptor, EPERM, EPERM},
	    {"trace", trace, EPERM, EPERM},
	    {"uring", uring, EPERM, EPERM},
	    {"new_namespace", new_namespace, EPERM, EPERM},
	    {"process_in_namespace", process_in_namespace, EPERM, EPERM},
	    {"clone_that_hides_its_flags", clone_that_hides_its_flags, ENOSYS,
		ENOSYS},
	    {"a_thread", a_thread, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ELEMENTS(rows); i++) {
		int decide = outcome(sandbox_decide, rows[i].attempt);
		int fetch = outcome(sandbox_fetch, rows[i].attempt);

		if (decide != rows[i].decide || fetch != rows[i].fetch)
			fail_msg("%s: %d in decide, %d in fetch", rows[i].name,
			    decide, fetch);
	}
}

#if defined(__x86_64__) && !defined(__ILP32__)
static int
x32_socket(void)
{
	(void)syscall(0x40000000 | SYS_socket, AF_INET, SOCK_STREAM, 0);
	return 0;
}

static void
another_abi_is_death(void **state)
{
	(void)state;
	assert_int_equal(outcome(sandbox_decide, x32_socket), KILLED);
	assert_int_equal(outcome(sandbox_fetch, x32_socket), KILLED);
}
#endif

static enum status
no_filter(void)
{
	return STATUS_OK;
}

static int
core_is_off(void)
{
	struct rlimit limit = {1, 1};

	(void)getrlimit(RLIMIT_CORE, &limit);
	return limit.rlim_cur == 0 && limit.rlim_max == 0 &&
		       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 &&
		       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1
		   ? 0
		   : 1;
}

static void
no_core_file_is_written(void **state)
{
	(void)state;
	assert_int_equal(outcome(no_filter, core_is_off), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(filters_keep_their_promises),
#if defined(__x86_64__) && !defined(__ILP32__)
		cmocka_unit_test(another_abi_is_death),
#endif
		cmocka_unit_test(no_core_file_is_written),
	};

	return cmocka_run_group_tests_name("sandbox", tests, NULL, NULL);
}
