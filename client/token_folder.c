/* SPDX-License-Identifier: ISC */
/* Finding or making the folder, one step at a time: each step is a folder, the
 * last one is ours and nobody else's. */
#include "token_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scopegate/cleanup.h"
#include "settings.h"
#include "token_file.h"

static char folder_path[512];

const char *
token_folder_path(void)
{
	return folder_path;
}

static bool
choose_path(void)
{
	const char *base = getenv("XDG_STATE_HOME");
	bool given = base != NULL && base[0] == '/';
	int n;

	if (!given)
		base = home_folder();
	if (base == NULL)
		return false;
	n = snprintf(folder_path, sizeof(folder_path), "%s%s/scopegate", base,
	    given ? "" : "/.local/state");
	return n > 0 && (size_t)n < sizeof(folder_path);
}

/* The folders above it, as mkdir -p does. */
static void
make_parents(void)
{
	for (char *p = folder_path + 1; *p != '\0'; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		(void)mkdir(folder_path, 0700);
		*p = '/';
	}
}

static const char *
folder_fault(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return strerror(errno);
	if (st.st_uid != geteuid())
		return "belongs to another user: move it away";
	if ((st.st_mode & 077) != 0)
		return "is open to others: chmod 700 it";
	return NULL;
}

int
token_folder_open(char ret_problem[PROBLEM_SIZE])
{
	_cleanup_(close_fd) int fd = -1;
	const char *fault;

	if (!choose_path()) {
		(void)snprintf(ret_problem, PROBLEM_SIZE,
		    "there is no home folder to keep tokens in: set HOME");
		return -1;
	}
	make_parents();
	(void)mkdir(folder_path, 0700);
	fd = open(folder_path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	fault = fd < 0 ? strerror(errno) : folder_fault(fd);
	if (fault == NULL)
		return take_fd(&fd);
	(void)snprintf(ret_problem, PROBLEM_SIZE, "%s: %s", folder_path, fault);
	return -1;
}
