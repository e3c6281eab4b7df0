/* SPDX-License-Identifier: ISC */
/* What a process that holds tokens does first. */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

static struct rlimit core_before;
static mode_t mask_before;

void
process_protect(void)
{
	struct rlimit none;
	int fd;

	/* A descriptor that is closed would become the next file's. */
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd >= 0)
		(void)close(fd);
	mask_before = umask(077);
	/* TLS writes to a connection that the other side may have closed. */
	(void)signal(SIGPIPE, SIG_IGN);
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	if (getrlimit(RLIMIT_CORE, &core_before) != 0)
		return;
	none = core_before;
	none.rlim_cur = 0;
	(void)setrlimit(RLIMIT_CORE, &none);
}

void
process_release(void)
{
	(void)umask(mask_before);
	(void)signal(SIGPIPE, SIG_DFL);
	(void)setrlimit(RLIMIT_CORE, &core_before);
}
