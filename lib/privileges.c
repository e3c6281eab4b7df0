/* SPDX-License-Identifier: ISC */
#include "privileges.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scopegate/cleanup.h"
#include "scopegate/log.h"

/* The daemon decides who gets in, so it must not itself be worth breaking
 * into. A drop that could be undone is no drop: it is tried, and must fail. */

static void
clear_environment(void)
{
	static const char kept[] = "JOURNAL_STREAM";
	const char *value = getenv(kept);
	_cleanup_(free_ptr) char *copy = value != NULL ? strdup(value) : NULL;

	(void)clearenv();
	if (copy != NULL)
		(void)setenv(kept, copy, 1);
}

static void
raise_descriptors(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur >= DESCRIPTORS_WANTED)
		return;
	limit.rlim_cur = DESCRIPTORS_WANTED;
	if (limit.rlim_max < DESCRIPTORS_WANTED) {
		struct rlimit raised = {DESCRIPTORS_WANTED, DESCRIPTORS_WANTED};

		if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
			return;
		limit.rlim_cur = limit.rlim_max;
	}
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur < DESCRIPTORS_WANTED)
		log_warning("only %llu descriptors may be open: raise "
			    "LimitNOFILE to %d",
		    (unsigned long long)limit.rlim_cur, DESCRIPTORS_WANTED);
}

void
privileges_harden(void)
{
	clear_environment();
	(void)umask(077);
	raise_descriptors();
}

static bool
is_final(uid_t uid, gid_t gid)
{
	uid_t real_uid, effective_uid, saved_uid;
	gid_t real_gid, effective_gid, saved_gid;

	return getresuid(&real_uid, &effective_uid, &saved_uid) == 0 &&
	       getresgid(&real_gid, &effective_gid, &saved_gid) == 0 &&
	       real_uid == uid && effective_uid == uid && saved_uid == uid &&
	       real_gid == gid && effective_gid == gid && saved_gid == gid &&
	       getgroups(0, NULL) == 0 && setuid(0) != 0 && setgid(0) != 0;
}

enum status
privileges_drop(
    const char *name, const char *file, struct conf_error *ret_error)
{
	const struct passwd *user;

	if (geteuid() != 0) {
		log_info("not started as root: running as uid %u; sockets "
			 "that we bind ourselves are open to that user too",
		    (unsigned int)geteuid());
		return STATUS_OK;
	}
	user = getpwnam(name);
	if (user == NULL || user->pw_uid == 0 || user->pw_gid == 0) {
		conf_error_set(ret_error, file, 0,
		    "user `%s` %s: create a system user for the daemon "
		    "(systemd-sysusers) or name another in `user`",
		    name, user == NULL ? "does not exist" : "is root");
		return STATUS_INVALID;
	}
	/* A change of user makes a process dumpable where fs.suid_dumpable is
	 * 2, and a core handler behind a pipe is asked no limit. */
	if (setgroups(0, NULL) != 0 ||
	    setresgid(user->pw_gid, user->pw_gid, user->pw_gid) != 0 ||
	    setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0 ||
	    !is_final(user->pw_uid, user->pw_gid) ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
		log_errno("cannot become user %s", name);
		return STATUS_IO;
	}
	return STATUS_OK;
}
