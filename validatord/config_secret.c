/* SPDX-License-Identifier: ISC */
/*
 * Reading what is secret from a file. One that others can read is refused,
 * because a secret that has been readable is none. No octet of it may reach a
 * message; each message ends with the command that mends the file.
 */
#include "config_secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "scopegate/cleanup.h"

/* What is read, and how it differs from the others. */
struct kind {
	const char *what; /* "the client's secret" */
	size_t most;
	const char *too_big;
	bool text;   /* one line */
	bool public; /* whose it is, and who reads it, does not matter */
	/* Of one line: NULL, or what is wrong. */
	const char *(*fault)(const char *bytes, size_t length);
};

struct file {
	const char *path;
	const struct kind *kind;
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
	char what[96];

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
		(void)snprintf(what, sizeof(what),
		    "does not exist: put %s there", f->kind->what);
		return refuse(f, STATUS_NOT_FOUND, what,
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
	bool credential =
	    st->st_uid == 0 && st->st_gid == 0 && (st->st_mode & 0337) == 0;

	return (st->st_mode & 077) != 0 && !credential;
}

static enum status
check_owner(const struct file *f, const struct stat *st)
{
	char what[96];

	if (!S_ISREG(st->st_mode)) {
		conf_error_set(f->error, f->path, 0,
		    "is no regular file: put %s into a file and name that",
		    f->kind->what);
		return STATUS_INVALID;
	}
	if (f->kind->public)
		return STATUS_OK;
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
static const char *
secret_fault(const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		if (bytes[i] < 0x20 || bytes[i] > 0x7e)
			return "holds an octet that a client secret cannot "
			       "have (RFC 6749 appendix A.2)";
	}
	return NULL;
}

/* Else it would end the header field that it travels in. */
static const char *
token_fault(const char *bytes, size_t length)
{
	const struct secret s = {(char *)(uintptr_t)bytes, length};

	return secret_is_b64token(&s)
		   ? NULL
		   : "holds an octet that a bearer token cannot have (RFC 6750 "
		     "section 2.1)";
}

/* What it holds is for client_key.h to say. */
static const char *
pem_fault(const char *bytes, size_t length)
{
	return memchr(bytes, '\0', length) == NULL
		   ? NULL
		   : "holds a NUL, which PEM text cannot have";
}

static const struct kind secret_kind = {
    .what = "the client's secret",
    .most = 4096,
    .too_big = "holds more than 4096 octets",
    .text = true,
    .fault = secret_fault,
};
static const struct kind token_kind = {
    .what = "the token",
    .most = 16384,
    .too_big = "holds more than 16384 octets",
    .text = true,
    .fault = token_fault,
};
static const struct kind pem_kind = {
    .what = "the client's private key",
    .most = 32768,
    .too_big = "holds more than 32768 octets",
    .fault = pem_fault,
};

static const struct kind certificate_kind = {
    .what = "the client's certificate",
    .most = 65536,
    .too_big = "holds more than 65536 octets",
    .public = true,
    .fault = pem_fault,
};

static enum status
check_octets(const struct file *f, const char *bytes, size_t length)
{
	const struct kind *k = f->kind;
	const char *what = NULL;
	char remedy[96];

	if (length == 0)
		what = "is empty";
	else if (length > k->most)
		what = k->too_big;
	else if (k->text && memchr(bytes, '\n', length) != NULL)
		what = "holds more than one line";
	else
		what = k->fault(bytes, length);
	if (what == NULL)
		return STATUS_OK;
	(void)snprintf(remedy, sizeof(remedy), "write %s alone%s into", k->what,
	    k->text ? ", on one line," : "");
	return refuse(f, length > k->most ? STATUS_TOO_BIG : STATUS_INVALID,
	    what, remedy, "");
}

static enum status
read_octets(const struct file *f, int fd, struct secret *ret)
{
	/* And the newline, and one too many. */
	const size_t room = f->kind->most + 2;
	char *bytes = malloc(room);
	size_t length = 0;
	ssize_t n = 0;
	enum status status = STATUS_NOMEM;

	while (
	    bytes != NULL && (n = read(fd, bytes + length, room - length)) > 0)
		length += (size_t)n;
	if (n < 0) {
		conf_error_set(f->error, f->path, 0,
		    "cannot be read (%s): check the disk", strerror(errno));
		status = STATUS_IO;
	} else if (bytes != NULL) {
		if (length > 0 && bytes[length - 1] == '\n')
			length--;
		status = check_octets(f, bytes, length);
	}
	if (status == STATUS_OK)
		status = secret_set(ret, bytes, length);
	if (status == STATUS_NOMEM)
		conf_error_set(
		    f->error, f->path, 0, "out of memory: free some");
	if (bytes != NULL)
		explicit_bzero(bytes, room);
	free(bytes);
	return status;
}

static enum status
read_file(const char *path, const struct kind *kind,
    const struct secret_reader *reader, struct secret *ret,
    struct conf_error *ret_error)
{
	struct file f = {
	    .path = path, .kind = kind, .reader = reader, .error = ret_error};
	/* O_NONBLOCK: a fifo in its place must not hang the start. */
	_cleanup_(close_fd) int fd =
	    open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY |
			   (kind->public ? 0 : O_NOFOLLOW));
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
secret_file_read(const char *path, const struct secret_reader *reader,
    struct secret *ret, struct conf_error *ret_error)
{
	return read_file(path, &secret_kind, reader, ret, ret_error);
}

enum status
token_file_read(const char *path, const struct secret_reader *reader,
    struct secret *ret, struct conf_error *ret_error)
{
	return read_file(path, &token_kind, reader, ret, ret_error);
}

enum status
key_file_read(const char *path, const struct secret_reader *reader,
    struct secret *ret, struct conf_error *ret_error)
{
	return read_file(path, &pem_kind, reader, ret, ret_error);
}

enum status
certificate_file_read(const char *path, const struct secret_reader *reader,
    struct secret *ret, struct conf_error *ret_error)
{
	return read_file(path, &certificate_kind, reader, ret, ret_error);
}

enum status
config_read_secret(
    const char *path, struct secret *ret, struct conf_error *ret_error)
{
	const struct secret_reader reader = {.uid = geteuid()};

	return secret_file_read(path, &reader, ret, ret_error);
}
