/* SPDX-License-Identifier: ISC */
#include "folders.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>
#include <unistd.h>

#include "privileges.h"

/*
 * A folder is looked at, never mended: whoever could put a file into it, or
 * take one away, would write our log or read our grants.
 */

#define PATH_SIZE 256 /* no line of a configuration is as long */
#define COMMAND_SIZE 160
#define LONGEST_SOCKET "/gateway.sock"

/* One key and the folder or file that it leads to. */
struct exam {
	const struct config *config;
	const char *key;
	unsigned int line;
	mode_t mode; /* that the folder should have */
	struct conf_error *error;
};

bool
folder_closed(const struct stat *st, uid_t uid, mode_t closed)
{
	return S_ISDIR(st->st_mode) && st->st_uid == uid &&
	       (st->st_mode & closed) == 0;
}

/* "KEY: PATH WHAT", where the last says how to mend it too. */
static enum status
refuse(const struct exam *x, const char *path, const char *what)
{
	conf_error_set(x->error, x->config->file, x->line, "%s: %s %s", x->key,
	    path, what);
	return STATUS_INVALID;
}

/* "KEY: PATH WHAT: COMMAND 'PATH'". */
static enum status
refuse_for(const struct exam *x, const char *path, const char *what,
    const char *command)
{
	conf_error_set(x->error, x->config->file, x->line, "%s: %s %s: %s '%s'",
	    x->key, path, what, command, path);
	return STATUS_INVALID;
}

/* COMMAND with whoever this process is for its owner: the daemon's user, or
 * somebody who only asks, to whom nothing should be given. */
static void
say_command(const struct exam *x, const char *command, char ret[COMMAND_SIZE])
{
	const struct passwd *user = getpwnam(x->config->user);
	bool stranger =
	    geteuid() != 0 && user != NULL && user->pw_uid != geteuid();
	char owner[64];

	(void)snprintf(owner, sizeof(owner), "%u", (unsigned int)geteuid());
	user = getpwuid(geteuid());
	if (user != NULL)
		(void)snprintf(owner, sizeof(owner), "%s", user->pw_name);
	(void)snprintf(ret, COMMAND_SIZE, "%s%s %s",
	    stranger ? "run this as root or, if this is the daemon's own "
		       "user, "
		     : "",
	    command, owner);
}

static enum status
refuse_owner(const struct exam *x, const char *path, const struct stat *st)
{
	char what[64], command[COMMAND_SIZE];

	say_command(x, "chown", command);
	(void)snprintf(
	    what, sizeof(what), "belongs to uid %u", (unsigned int)st->st_uid);
	return refuse_for(x, path, what, command);
}

static enum status
refuse_absent(const struct exam *x, const char *path, int error)
{
	char what[96], install[48], command[COMMAND_SIZE];

	if (error == EACCES)
		return refuse_for(x, path,
		    "is out of reach: chmod o+x what bars the way", "namei -l");
	(void)snprintf(
	    what, sizeof(what), "cannot be used (%s)", strerror(error));
	(void)snprintf(install, sizeof(install), "install -d -m %04o -o",
	    (unsigned int)x->mode);
	say_command(x, install, command);
	return refuse_for(x, path, what, command);
}

static enum status
refuse_mode(const struct exam *x, const char *path, const struct stat *st)
{
	char what[64], command[32];

	(void)snprintf(what, sizeof(what), "is open to others (mode %04o)",
	    (unsigned int)st->st_mode & 07777);
	(void)snprintf(
	    command, sizeof(command), "chmod %04o", (unsigned int)x->mode);
	return refuse_for(x, path, what, command);
}

static enum status
refuse_kind(const struct exam *x, const char *path, const struct stat *st,
    const char *what)
{
	return S_ISLNK(st->st_mode) ? refuse_for(x, path,
					  "is a symbolic link: name the thing "
					  "itself",
					  "readlink -f")
				    : refuse(x, path, what);
}

#define NO_FOLDER "is no folder: move it out of the way, or name another"
#define NO_FILE "is no regular file: move it out of the way, or name another"

static bool
can_use(const char *path, int rights)
{
	return faccessat(AT_FDCWD, path, rights, AT_EACCESS) == 0;
}

/* "/a/b" of "/a/b/c". The path is absolute. */
static void
folder_of(const char *path, char ret[PATH_SIZE])
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		n--;
	while (n > 1 && path[n - 1] != '/')
		n--;
	while (n > 1 && path[n - 1] == '/')
		n--;
	(void)snprintf(ret, PATH_SIZE, "%.*s", (int)n, path);
}

/* A folder that is not there is made at the start, if it can be. */
static enum status
check_absent(const struct exam *x, const char *path, int error)
{
	char parent[PATH_SIZE];

	folder_of(path, parent);
	if (error == ENOENT && can_use(parent, W_OK | X_OK))
		return STATUS_OK;
	return refuse_absent(x, path, error);
}

enum status
folders_check_runtime(const struct config *c, struct conf_error *ret_error)
{
	const struct exam x = {
	    c, "runtime_dir", c->lines.runtime_dir, 0755, ret_error};
	const struct sockaddr_un *address = NULL;
	const char *path = c->runtime_dir;
	struct stat st;

	if (strlen(path) + sizeof(LONGEST_SOCKET) > sizeof(address->sun_path))
		return refuse(&x, path,
		    "is too long for a socket's path: name a "
		    "shorter one");
	if (lstat(path, &st) != 0)
		return check_absent(&x, path, errno);
	if (!S_ISDIR(st.st_mode))
		return refuse_kind(&x, path, &st, NO_FOLDER);
	/* Root's, where the service manager passes the sockets. */
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return refuse_owner(&x, path, &st);
	return folder_closed(&st, st.st_uid, 022) ? STATUS_OK
						  : refuse_mode(&x, path, &st);
}

static enum status
check_audit_file(
    const struct exam *x, const char *folder, const struct stat *of_folder)
{
	const char *path = x->config->audit_log;
	struct stat st;

	if (lstat(path, &st) != 0)
		return errno == ENOENT && can_use(folder, W_OK | X_OK)
			   ? STATUS_OK
			   : refuse_owner(x, folder, of_folder);
	if (!S_ISREG(st.st_mode))
		return refuse_kind(x, path, &st, NO_FILE);
	return can_use(path, R_OK | W_OK) ? STATUS_OK
					  : refuse_owner(x, path, &st);
}

static enum status
check_audit(const struct config *c, struct conf_error *e)
{
	const struct exam x = {c, "audit_log", c->lines.audit_log, 0750, e};
	char folder[PATH_SIZE];
	struct stat st;

	folder_of(c->audit_log, folder);
	if (stat(folder, &st) != 0)
		return refuse_absent(&x, folder, errno);
	if (!S_ISDIR(st.st_mode))
		return refuse_kind(&x, folder, &st, NO_FOLDER);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return refuse_owner(&x, folder, &st);
	if (!folder_closed(&st, st.st_uid, 022))
		return refuse_mode(&x, folder, &st);
	return check_audit_file(&x, folder, &st);
}

static enum status
check_state(const struct config *c, struct conf_error *e)
{
	const struct exam x = {c, "state_dir", c->lines.state_dir, 0700, e};
	bool grants = false;
	struct stat st;

	for (size_t i = 0; i < c->issuer_count; i++)
		grants = grants || c->issuers[i].validation == VALIDATION_GRANT;
	if (lstat(c->state_dir, &st) != 0) {
		/* Only grants must be kept; but a deny list that is there
		 * must be read. */
		return !grants && errno == ENOENT
			   ? STATUS_OK
			   : check_absent(&x, c->state_dir, errno);
	}
	if (!S_ISDIR(st.st_mode))
		return refuse_kind(&x, c->state_dir, &st, NO_FOLDER);
	if (st.st_uid != geteuid())
		return refuse_owner(&x, c->state_dir, &st);
	return folder_closed(&st, geteuid(), 077)
		   ? STATUS_OK
		   : refuse_mode(&x, c->state_dir, &st);
}

enum status
folders_check_own(const struct config *c, struct conf_error *ret_error)
{
	enum status s = check_audit(c, ret_error);

	return s == STATUS_OK ? check_state(c, ret_error) : s;
}

enum status
folders_test(const struct config *c, struct conf_error *ret_error)
{
	enum status s = config_account_check(c, ret_error);

	if (s == STATUS_OK)
		s = folders_check_runtime(c, ret_error);
	if (s == STATUS_OK && geteuid() == 0) {
		conf_error_set(ret_error, c->file, c->lines.user,
		    "cannot become user %s: run this where root may do so",
		    c->user);
		s = privileges_drop(c->user, c->file, ret_error);
	}
	return s == STATUS_OK ? folders_check_own(c, ret_error) : s;
}
