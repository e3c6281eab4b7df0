/* SPDX-License-Identifier: ISC */
/*
 * Reading a secret file. One that others can read is refused, because a secret
 * that has been readable is none. No octet of it may reach a message; each
 * message ends with the command that mends the file.
 */
#include "config_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "scopegate/cleanup.h"

#define SECRET_FILE_MAX 4096

struct file {
	const char *path;
	const struct secret_reader *reader;
	char owner[64]; /* of the reader, for chown(1) */
	struct conf_error *error;
};

/* Says what and how to mend it: "WHAT: COMMAND 'PATH'". */
static enum status
refuse(const struct file *f, enum status status, const char *what,
    const char *command, const char *argument)
{
	conf_error_set(f->error, f->path, 0, "%s: %s%s '%s'", what, command,
	    argument, f->path);
	return status;
}

static enum status
open_failed(const struct file *f)
{
	switch (errno) {
	case ELOOP:
		return refuse(f, STATUS_INVALID,
		    "is a symbolic link: name the file itself", "readlink -f",
		    "");
	case EACCES:
		return refuse(f, STATUS_FORBIDDEN,
		    "cannot be read: run this as root or, if this is the "
		    "daemon's own user",
		    "chown ", f->owner);
	case ENOENT:
	case ENOTDIR:
		return refuse(f, STATUS_NOT_FOUND,
		    "does not exist: put the client's secret there",
		    "install -m 0600 /dev/stdin -o ", f->owner);
	default:
		conf_error_set(f->error, f->path, 0,
		    "cannot be opened (%s): check the disk", strerror(errno));
		return STATUS_IO;
	}
}

/*
 * A systemd credential is root's, and an ACL lets the service read it: the
 * group bits then show the ACL's mask, and the group itself is root's.
 */
static bool
open_to_others(const struct stat *st)
{
	bool credential = st->st_uid == 0 && st->st_gid == 0 &&
			  (st->st_mode & 0337) == 0;

	return (st->st_mode & 077) != 0 && !credential;
}

static enum status
check_owner(const struct file *f, const struct stat *st)
{
	char what[96];

	if (!S_ISREG(st->st_mode)) {
		conf_error_set(f->error, f->path, 0,
		    "is no regular file: put the secret into a file and name "
		    "that");
		return STATUS_INVALID;
	}
	if (st->st_uid != 0 && st->st_uid != f->reader->uid) {
		(void)snprintf(what, sizeof(what), "belongs to uid %u",
		    (unsigned int)st->st_uid);
		return refuse(f, STATUS_FORBIDDEN, what, "chown ", f->owner);
	}
	if (open_to_others(st)) {
		(void)snprintf(what, sizeof(what),
		    "is open to others (mode %04o)",
		    (unsigned int)st->st_mode & 07777);
		return refuse(f, STATUS_FORBIDDEN, what, "chmod ", "0600");
	}
	/* Closed to others, so only its owner will be able to open it. */
	if (geteuid() == 0 && st->st_uid != f->reader->uid)
		return refuse(f, STATUS_FORBIDDEN,
		    "belongs to root, so the daemon's user cannot read it",
		    "chown ", f->owner);
	return STATUS_OK;
}

/* RFC 6749 appendix A.2: a secret is visible ASCII and blanks. */
static enum status
check_octets(const struct file *f, const char *bytes, size_t length)
{
	const char *what = NULL;

	if (length == 0)
		what = "is empty";
	else if (length > SECRET_FILE_MAX)
		what = "holds more than 4096 octets";
	for (size_t i = 0; i < length && what == NULL; i++) {
		if (bytes[i] == '\n')
			what = "holds more than one line";
		else if (bytes[i] < 0x20 || bytes[i] > 0x7e)
			what = "holds an octet that a client secret cannot "
			       "have (RFC 6749 appendix A.2)";
	}
	if (what == NULL)
		return STATUS_OK;
	return refuse(f,
	    length > SECRET_FILE_MAX ? STATUS_TOO_BIG : STATUS_INVALID, what,
	    "write the secret alone, on one line, into", "");
}

static enum status
read_octets(const struct file *f, int fd, struct secret *ret)
{
	char bytes[SECRET_FILE_MAX + 2]; /* and the newline, and one too many */
	size_t length = 0;
	ssize_t n;
	enum status status = STATUS_IO;

	while ((n = read(fd, bytes + length, sizeof(bytes) - length)) > 0)
		length += (size_t)n;
	if (n < 0) {
		conf_error_set(f->error, f->path, 0,
		    "cannot be read (%s): check the disk", strerror(errno));
	} else {
		if (length > 0 && bytes[length - 1] == '\n')
			length--;
		status = check_octets(f, bytes, length);
	}
	if (status == STATUS_OK) {
		status = secret_set(ret, bytes, length);
		if (status != STATUS_OK)
			conf_error_set(
			    f->error, f->path, 0, "out of memory: free some");
	}
	explicit_bzero(bytes, sizeof(bytes));
	return status;
}

enum status
secret_file_read(const char *path, const struct secret_reader *reader,
    struct secret *ret, struct conf_error *ret_error)
{
	struct file f = {.path = path, .reader = reader, .error = ret_error};
	/* O_NONBLOCK: a fifo in its place must not hang the start. */
	_cleanup_(close_fd) int fd = open(
	    path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	enum status status;

	if (reader->name != NULL)
		(void)snprintf(f.owner, sizeof(f.owner), "%s", reader->name);
	else
		(void)snprintf(
		    f.owner, sizeof(f.owner), "%u", (unsigned int)reader->uid);
	if (fd < 0)
		return open_failed(&f);
	if (fstat(fd, &st) != 0) {
		conf_error_set(ret_error, path, 0,
		    "cannot be looked at (%s): check the disk",
		    strerror(errno));
		return STATUS_IO;
	}
	status = check_owner(&f, &st);
	return status == STATUS_OK ? read_octets(&f, fd, ret) : status;
}

enum status
config_read_secret(
    const char *path, struct secret *ret, struct conf_error *ret_error)
{
	const struct secret_reader reader = {.uid = geteuid()};

	return secret_file_read(path, &reader, ret, ret_error);
}
