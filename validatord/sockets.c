/* SPDX-License-Identifier: ISC */
#include "sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "folders.h"
#include "scopegate/cleanup.h"
#include "scopegate/log.h"

/*
 * A client trusts a socket by the owner of its folder and by who called
 * listen(). So a passed descriptor is never listened on again, and a folder
 * that others can write to is refused rather than mended.
 */

#define PASSED_FIRST_FD 3
#define PASSED_MAX 16

static const struct {
	const char *name; /* of the descriptor; the file adds ".sock" */
	mode_t mode;
} kinds[SOCKET_KINDS] = {
    [SOCKET_LOGIN] = {"login", 0600},
    [SOCKET_TOOLS] = {"tools", 0660},
    [SOCKET_CTL] = {"ctl", 0600},
    [SOCKET_GATEWAY] = {"gateway", 0600},
};

static void
forget(struct sockets *s)
{
	for (size_t i = 0; i < SOCKET_KINDS; i++)
		s->fd[i] = -1;
}

void
sockets_close(struct sockets *s)
{
	for (size_t i = 0; i < SOCKET_KINDS; i++)
		close_fd(&s->fd[i]);
}

static int
option_of(int fd, int option)
{
	int value = -1;
	socklen_t size = sizeof(value);

	return getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value
								      : -1;
}

static bool
prepare_passed(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return option_of(fd, SO_DOMAIN) == AF_UNIX &&
	       option_of(fd, SO_TYPE) == SOCK_SEQPACKET &&
	       option_of(fd, SO_ACCEPTCONN) == 1 && flags >= 0 &&
	       fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0 &&
	       fcntl(fd, F_SETFD, FD_CLOEXEC) == 0;
}

static int
kind_of(const char *name, size_t length)
{
	for (int i = 0; i < SOCKET_KINDS; i++) {
		if (strlen(kinds[i].name) == length &&
		    memcmp(kinds[i].name, name, length) == 0)
			return i;
	}
	return -1;
}

static enum status
take_passed(int64_t count, const char *names, struct sockets *s)
{
	for (int fd = PASSED_FIRST_FD; fd < PASSED_FIRST_FD + count; fd++) {
		size_t length = strcspn(names, ":");
		int kind = kind_of(names, length);

		if (kind < 0 || s->fd[kind] >= 0 || !prepare_passed(fd)) {
			log_error("passed descriptor %d (%.*s) is not a "
				  "listening sequential-packet socket named "
				  "login, tools, ctl or gateway: mend the "
				  "socket unit",
			    fd, (int)length, names);
			return STATUS_INVALID;
		}
		s->fd[kind] = fd;
		names += length + (names[length] == ':');
	}
	if (s->fd[SOCKET_LOGIN] >= 0)
		return STATUS_OK;
	log_error("sockets were passed but none is named login: enable "
		  "validatord.socket");
	return STATUS_INVALID;
}

enum status
sockets_passed(struct sockets *ret)
{
	const char *pid = getenv("LISTEN_PID");
	const char *fds = getenv("LISTEN_FDS");
	const char *names = getenv("LISTEN_FDNAMES");
	struct sockets s;
	int64_t number, count;
	enum status status;

	if (pid == NULL || fds == NULL ||
	    conf_parse_integer(pid, 1, INT32_MAX, &number) != STATUS_OK ||
	    number != getpid() ||
	    conf_parse_integer(fds, 1, PASSED_MAX, &count) != STATUS_OK)
		return STATUS_NOT_FOUND;
	forget(&s);
	status = take_passed(count, names != NULL ? names : "", &s);
	if (status == STATUS_OK)
		*ret = s;
	return status;
}

static enum status
make_folder(const struct config *c)
{
	const char *path = c->runtime_dir;
	struct conf_error error = {0};
	struct stat st;

	if (folders_check_runtime(c, &error) != STATUS_OK) {
		conf_error_log(&error);
		return STATUS_FORBIDDEN;
	}
	/* chmod as well: the umask is ours alone. */
	if (mkdir(path, 0755) == 0) {
		(void)chmod(path, 0755);
	} else if (errno != EEXIST) {
		log_errno("cannot make runtime_dir %s", path);
		return STATUS_IO;
	}
	if (lstat(path, &st) != 0 || !folder_closed(&st, geteuid(), 022)) {
		log_error("runtime_dir %s must be a folder of uid %u that "
			  "nobody else can write to: chown and chmod 0755 it",
		    path, (unsigned int)geteuid());
		return STATUS_FORBIDDEN;
	}
	return STATUS_OK;
}

/* Clears the way for bind(): a socket that nobody answers is left over. */
static enum status
remove_stale(const struct sockaddr_un *address)
{
	_cleanup_(close_fd) int probe =
	    socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct stat st;

	if (lstat(address->sun_path, &st) != 0)
		return errno == ENOENT ? STATUS_OK : STATUS_IO;
	if (!S_ISSOCK(st.st_mode)) {
		log_error("%s is in the way and no socket: remove it",
		    address->sun_path);
		return STATUS_FORBIDDEN;
	}
	/* EAGAIN: its queue is full, so somebody holds it. */
	if (probe < 0 ||
	    connect(probe, (const struct sockaddr *)address,
		sizeof(*address)) == 0 ||
	    errno != ECONNREFUSED) {
		log_error("%s: another daemon answers there: stop it first",
		    address->sun_path);
		return STATUS_BUSY;
	}
	return unlink(address->sun_path) == 0 ? STATUS_OK : STATUS_IO;
}

/* Who is in the group may use tools.sock; without the group nobody but us. */
static enum status
give_to_group(const char *path, const char *name, mode_t mode)
{
	const struct group *group;

	if (geteuid() != 0)
		return STATUS_OK;
	group = getgrnam(name);
	if (group == NULL) {
		log_warning("tools_group `%s` does not exist: tools.sock is "
			    "for root alone",
		    name);
		return STATUS_OK;
	}
	if (chown(path, 0, group->gr_gid) != 0 || chmod(path, mode) != 0)
		return STATUS_IO;
	return STATUS_OK;
}

uid_t
sockets_gateway_uid(const struct config *c)
{
	const struct passwd *user = getpwnam(c->gateway_user);

	return user != NULL ? user->pw_uid : (uid_t)-1;
}

/* gatewayd may connect; without its account nobody but root. */
static enum status
give_to_gateway(const char *path, const struct config *c)
{
	uid_t uid = sockets_gateway_uid(c);

	if (geteuid() != 0 || uid == (uid_t)-1)
		return STATUS_OK;
	return chown(path, uid, (gid_t)-1) == 0 ? STATUS_OK : STATUS_IO;
}

static enum status
bind_one(const struct config *c, enum socket_kind kind, int *ret)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	_cleanup_(close_fd) int fd = -1;
	enum status status;
	int n = snprintf(address.sun_path, sizeof(address.sun_path),
	    "%s/%s.sock", c->runtime_dir, kinds[kind].name);

	if (n < 0 || (size_t)n >= sizeof(address.sun_path)) {
		log_error("runtime_dir %s is too long for a socket's path",
		    c->runtime_dir);
		return STATUS_TOO_BIG;
	}
	status = remove_stale(&address);
	if (status != STATUS_OK)
		return status;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 ||
	    bind(fd, (const struct sockaddr *)&address, sizeof(address)) != 0)
		return STATUS_IO;
	/* Whatever the umask is, nobody can connect before listen(). */
	if (chmod(address.sun_path, 0600) != 0 ||
	    (kind == SOCKET_TOOLS &&
		give_to_group(address.sun_path, c->tools_group,
		    kinds[kind].mode) != STATUS_OK) ||
	    (kind == SOCKET_GATEWAY &&
		give_to_gateway(address.sun_path, c) != STATUS_OK) ||
	    listen(fd, SOCKET_BACKLOG) != 0)
		return STATUS_IO;
	*ret = take_fd(&fd);
	return STATUS_OK;
}

enum status
sockets_bind(const struct config *c, struct sockets *ret)
{
	struct sockets s;
	enum status status = make_folder(c);

	forget(&s);
	for (int i = 0; i < SOCKET_KINDS && status == STATUS_OK; i++) {
		status = bind_one(c, (enum socket_kind)i, &s.fd[i]);
		if (status == STATUS_IO)
			log_errno("cannot make %s/%s.sock", c->runtime_dir,
			    kinds[i].name);
	}
	if (status != STATUS_OK) {
		sockets_close(&s);
		return status;
	}
	*ret = s;
	return STATUS_OK;
}
