/* SPDX-License-Identifier: ISC */
#include "sandbox.h"

#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "scopegate/cleanup.h"

/*
 * The filters deny what a hijacked parser or HTTP client would want; they are
 * no list of what the program uses, so a new C library does not break them.
 * Denied calls fail with EPERM, and nothing here may ever be taken back.
 */

/* clone(2), "C library/kernel differences". */
#if defined(__s390__)
#define CLONE_FLAGS_ARGUMENT 1
#else
#define CLONE_FLAGS_ARGUMENT 0
#endif

static void
release_filter(scmp_filter_ctx *filter)
{
	if (*filter != NULL)
		seccomp_release(*filter);
}

enum status
sandbox_no_core(void)
{
	static const struct rlimit none = {0, 0};

	if (setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return STATUS_IO;
	return STATUS_OK;
}

/* Other processes, the kernel's own state, new programs; and io_uring, which
 * opens sockets past any filter. */
static const int denied_calls[] = {
    SCMP_SYS(execve),
    SCMP_SYS(execveat),
    SCMP_SYS(ptrace),
    SCMP_SYS(process_vm_readv),
    SCMP_SYS(process_vm_writev),
    SCMP_SYS(pidfd_getfd),
    SCMP_SYS(kcmp),
    SCMP_SYS(io_uring_setup),
    SCMP_SYS(io_uring_enter),
    SCMP_SYS(io_uring_register),
    SCMP_SYS(bpf),
    SCMP_SYS(perf_event_open),
    SCMP_SYS(userfaultfd),
    SCMP_SYS(keyctl),
    SCMP_SYS(add_key),
    SCMP_SYS(request_key),
    SCMP_SYS(mount),
    SCMP_SYS(umount2),
    SCMP_SYS(pivot_root),
    SCMP_SYS(chroot),
    SCMP_SYS(move_mount),
    SCMP_SYS(open_tree),
    SCMP_SYS(fsopen),
    SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount),
    SCMP_SYS(fspick),
    SCMP_SYS(mount_setattr),
    SCMP_SYS(unshare),
    SCMP_SYS(setns),
    SCMP_SYS(open_by_handle_at),
    SCMP_SYS(mknod),
    SCMP_SYS(mknodat),
    SCMP_SYS(init_module),
    SCMP_SYS(finit_module),
    SCMP_SYS(delete_module),
    SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load),
    SCMP_SYS(reboot),
    SCMP_SYS(swapon),
    SCMP_SYS(swapoff),
    SCMP_SYS(settimeofday),
    SCMP_SYS(clock_settime),
    SCMP_SYS(sethostname),
    SCMP_SYS(setdomainname),
    SCMP_SYS(acct),
    SCMP_SYS(quotactl),
    SCMP_SYS(personality),
    SCMP_SYS(iopl),
    SCMP_SYS(ioperm),
};

static int
deny_calls(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < ELEMENTS(denied_calls); i++) {
		int r = seccomp_rule_add(
		    filter, SCMP_ACT_ERRNO(EPERM), denied_calls[i], 0);

		/* A call that this architecture does not have. */
		if (r != 0 && r != -EDOM)
			return r;
	}
	return 0;
}

/* Denies every family outside the list, also those that have no name yet. The
 * kernel reads an int where the filter sees 64 bits: a value with any of the
 * high ones set is over AF_MAX here, so it cannot slip past. */
static int
deny_families(
    scmp_filter_ctx filter, int call, const int *allowed, size_t count)
{
	int r;

	for (int family = 0; family < AF_MAX; family++) {
		bool listed = false;

		for (size_t i = 0; i < count; i++)
			listed |= allowed[i] == family;
		if (listed)
			continue;
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 1,
		    SCMP_A0_32(SCMP_CMP_EQ, (uint32_t)family, 0));
		if (r != 0)
			return r;
	}
	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 1,
	    SCMP_A0_32(SCMP_CMP_GE, AF_MAX, 0));
}

/* A process in namespaces of its own is what unshare() would give. clone3()
 * has its flags where no filter can look; a C library goes on to clone(). */
static int
deny_namespaces(scmp_filter_ctx filter)
{
	static const uint64_t kinds[] = {CLONE_NEWUSER, CLONE_NEWNS,
	    CLONE_NEWNET, CLONE_NEWPID, CLONE_NEWIPC, CLONE_NEWUTS,
	    CLONE_NEWCGROUP};
	int r = seccomp_rule_add(
	    filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);

	for (size_t i = 0; i < ELEMENTS(kinds) && r == 0; i++)
		r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM),
		    SCMP_SYS(clone), 1,
		    SCMP_CMP(CLONE_FLAGS_ARGUMENT, SCMP_CMP_MASKED_EQ, kinds[i],
			kinds[i]));
	return r;
}

static enum status
load_filter(const int *families, size_t count)
{
	_cleanup_(release_filter) scmp_filter_ctx filter =
	    seccomp_init(SCMP_ACT_ALLOW);
	int r;

	if (filter == NULL)
		return STATUS_NOMEM;
	/* libseccomp kills on a foreign ABI by default; say so. */
	r = seccomp_attr_set(
	    filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (r == 0)
		r = deny_calls(filter);
	if (r == 0)
		r = deny_namespaces(filter);
	if (r == 0)
		r = deny_families(filter, SCMP_SYS(socket), families, count);
	if (r == 0)
		r = deny_families(
		    filter, SCMP_SYS(socketpair), families, count);
	if (r == 0)
		r = seccomp_load(filter);
	return r == 0 ? STATUS_OK : STATUS_IO;
}

enum status
sandbox_decide(void)
{
	static const int families[] = {AF_UNIX};

	return load_filter(families, ELEMENTS(families));
}

/* The two that speak HTTP, as client and as server. */
static enum status
load_network_filter(void)
{
	static const int families[] = {AF_UNIX, AF_INET, AF_INET6};

	return load_filter(families, ELEMENTS(families));
}

enum status
sandbox_fetch(void)
{
	return load_network_filter();
}

enum status
sandbox_gateway(void)
{
	return load_network_filter();
}
