/* SPDX-License-Identifier: ISC */
/* The child only acts and counts; judging is the test's business. */
#include "scripted_server.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "raw_packet.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"

#define LIFETIME_S 120 /* of a child whose test hangs */

int
server_open(struct scripted_server *s)
{
	const char *base = getenv("TMPDIR");
	int n;

	*s = (struct scripted_server){.listener = -1};
	n = snprintf(s->folder, sizeof(s->folder), "%s/scopegate.XXXXXX",
	    base != NULL && base[0] == '/' ? base : "/tmp");
	if (n < 0 || (size_t)n >= sizeof(s->folder)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	s->tally = mmap(NULL, sizeof(*s->tally), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (s->tally == MAP_FAILED || mkdtemp(s->folder) == NULL)
		return -1;
	(void)snprintf(s->path, sizeof(s->path), "%s/login.sock", s->folder);
	return 0;
}

int
server_listen(struct scripted_server *s, int type, int backlog)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};

	memcpy(address.sun_path, s->path, sizeof(s->path));
	s->listener = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (s->listener < 0)
		return -1;
	if (bind(s->listener, (struct sockaddr *)&address, sizeof(address)))
		return -1;
	return type == SOCK_DGRAM ? 0 : listen(s->listener, backlog);
}

void
server_abandon(struct scripted_server *s)
{
	close_fd(&s->listener);
}

struct ids {
	uint32_t last, earlier; /* of the requests read on this connection */
};

static void
put_verdict(
    struct buf *b, unsigned int version, uint32_t id, unsigned int reason)
{
	raw_start(b, version, MESSAGE_VERDICT, id);
	raw_u8(b, TAG_VERDICT, VERDICT_ALLOW);
	raw_u16(b, TAG_REASON, reason);
	raw_string(b, TAG_REF, "K7Q");
}

static void
put_code(struct buf *b, uint32_t id, unsigned int code)
{
	raw_start(b, 1, MESSAGE_ERROR, id);
	raw_u16(b, TAG_ERROR, code);
}

/* Fills up with unknown tags, which a caller skips. */
static void
pad(struct buf *b, size_t length)
{
	static const char zeros[60000];

	raw_tlv(b, 4711, zeros, sizeof(zeros));
	raw_tlv(b, 4712, zeros, length - b->length - TLV_HEADER_SIZE);
}

static void
put_reply(struct buf *b, char act, uint32_t id)
{
	switch (act) {
	case 'a':
	case 'A':
		raw_start(b, 1, MESSAGE_ACK, act == 'a' ? id : id + 1);
		break;
	case 'p':
		raw_start(b, 1, MESSAGE_PROMPT, id);
		raw_u8(b, TAG_PROMPT, PROMPT_TOKEN);
		break;
	case 'd':
		raw_start(b, 1, MESSAGE_DOCUMENT, id);
		raw_string(b, TAG_DOCUMENT, "{}");
		break;
	case 'e':
		put_code(b, id, PROTOCOL_ERROR_BUSY);
		break;
	case 'E':
		put_code(b, id, PROTOCOL_ERROR_VERSION);
		break;
	case 'q':
		raw_start(b, 1, MESSAGE_CONTROL, id);
		raw_string(b, TAG_COMMAND, "status");
		break;
	case 'g':
		(void)buf_append_string(b, "220 mail.example.com ESMTP\r\n");
		return;
	case '0':
		(void)buf_append(b, "", 0);
		return;
	default:
		put_verdict(b, act == '2' ? 2 : 1, act == 'i' ? id + 1 : id,
		    act == 'l' ? REASON_SCOPE_MISSING : REASON_GRANTED);
		if (act == 'f' || act == 'b')
			pad(b, act == 'f' ? MESSAGE_MAX : MESSAGE_MAX + 1);
	}
	raw_finish(b);
}

static void
read_request(int fd, struct ids *ids, struct tally *tally)
{
	static uint8_t packet[MESSAGE_MAX];
	ssize_t n = recv(fd, packet, sizeof(packet), 0);

	if (n <= 0)
		return;
	tally->received++;
	ids->earlier = ids->last;
	ids->last = 0;
	for (ssize_t i = 8; i < 12 && i < n; i++)
		ids->last = ids->last << 8 | packet[i];
}

static void
reply(int fd, char letter, uint32_t id)
{
	_cleanup_(buf_clear) struct buf b;

	buf_init(&b, MESSAGE_MAX + 1);
	put_reply(&b, letter, id);
	(void)send(fd, b.data, b.length, MSG_NOSIGNAL);
}

static void
act(int fd, char letter, struct ids *ids, struct tally *tally)
{
	struct pollfd gone = {.fd = fd, .events = POLLIN};

	switch (letter) {
	case 'r':
		read_request(fd, ids, tally);
		break;
	case 's':
		(void)poll(NULL, 0, CLIENT_ACK_MS + 200);
		break;
	case 'w':
	case 'u':
		(void)poll(&gone, 1, -1);
		break;
	case 'V':
		reply(fd, 'v', ids->earlier);
		break;
	case 'P':
		reply(fd, 'p', ids->earlier);
		break;
	case 'X':
		reply(fd, 'e', ids->earlier);
		break;
	default:
		reply(fd, letter, ids->last);
	}
}

static void __attribute__((noreturn))
run(int listener, const char *script, struct tally *tally)
{
	const char *p = script;

	do {
		struct ids ids = {0};
		int fd = accept(listener, NULL, NULL);

		if (fd < 0)
			_exit(1);
		tally->accepted++;
		for (; *p != '\0' && *p != '|'; p++)
			act(fd, *p, &ids, tally);
		(void)close(fd);
	} while (*p++ == '|');
	_exit(0);
}

int
server_start(struct scripted_server *s, const char *script)
{
	pid_t parent = getpid();

	s->pid = fork();
	if (s->pid < 0)
		return -1;
	if (s->pid == 0) {
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(1);
		/* The test program catches these and would go on testing. */
		(void)signal(SIGSEGV, SIG_DFL);
		(void)signal(SIGBUS, SIG_DFL);
		(void)signal(SIGABRT, SIG_DFL);
		(void)alarm(LIFETIME_S);
		run(s->listener, script, s->tally);
	}
	close_fd(&s->listener);
	return 0;
}

void
server_stop(struct scripted_server *s)
{
	close_fd(&s->listener);
	if (s->pid <= 0)
		return;
	(void)kill(s->pid, SIGKILL);
	while (waitpid(s->pid, NULL, 0) < 0 && errno == EINTR)
		;
	s->pid = 0;
}

void
server_close(struct scripted_server *s)
{
	DIR *folder;
	struct dirent *entry;

	server_stop(s);
	(void)chmod(s->folder, 0700);
	folder = opendir(s->folder);
	while (folder != NULL && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] != '.' &&
		    unlinkat(dirfd(folder), entry->d_name, 0) != 0)
			(void)unlinkat(
			    dirfd(folder), entry->d_name, AT_REMOVEDIR);
	if (folder != NULL)
		(void)closedir(folder);
	(void)rmdir(s->folder);
	(void)munmap(s->tally, sizeof(*s->tally));
}
