/* SPDX-License-Identifier: ISC */
/*
 * Speaks through the real codec and then spoils the packet, so that a test
 * changes one thing at a time. The child ends with its parent.
 */
#include "scripted_daemon.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scopegate/cleanup.h"
#include "scopegate/message.h"

static void
note_text(char *to, size_t size, struct text value)
{
	size_t n = value.length < size ? value.length : size - 1;

	memset(to, 0, size);
	if (n > 0)
		memcpy(to, value.bytes, n);
}

static void
note_answer(struct seen *seen, const struct message *m)
{
	struct text answer = m->value[TAG_ANSWER];

	seen->token_length = answer.length;
	note_text(
	    seen->value[TAG_TOKEN], sizeof(seen->value[TAG_TOKEN]), answer);
	if (seen->requests < ELEMENTS(seen->answers))
		note_text(seen->answers[seen->requests],
		    sizeof(seen->answers[0]), answer);
}

static void
note_request(struct seen *seen, const struct message *m)
{
	seen->type = (uint8_t)m->type;
	seen->budget_ms = message_u32(m, TAG_BUDGET_MS, 0);
	if (m->type == MESSAGE_LOGIN_BEGIN) {
		seen->begin_budget_ms = seen->budget_ms;
		seen->method = message_u8(m, TAG_METHOD, 0);
		seen->begins++;
	}
	if (m->type == MESSAGE_LOGIN_ANSWER) {
		note_answer(seen, m);
	} else {
		seen->has_uid = message_has(m, TAG_UID);
		seen->uid = message_u32(m, TAG_UID, 0);
		seen->token_length = m->value[TAG_TOKEN].length;
		for (size_t i = 0; i < TAG_COUNT; i++)
			note_text(seen->value[i], sizeof(seen->value[i]),
			    m->value[i]);
	}
	seen->requests += m->type != MESSAGE_LOGIN_BEGIN;
}

/* The module's own socket must not land on the caller's standard fds. */
static void
note_descriptors(struct seen *seen, pid_t caller)
{
	for (int fd = 0; fd < 3; fd++) {
		char name[64], target[64] = {0};

		(void)snprintf(
		    name, sizeof(name), "/proc/%d/fd/%d", (int)caller, fd);
		if (readlink(name, target, sizeof(target) - 1) > 0 &&
		    strncmp(target, "socket:", 7) == 0)
			seen->low_sockets++;
	}
}

/* The codec writes no verdict that its reason belies; so it is patched in. */
static void
put_decision(struct buf *b, const struct script *script)
{
	const struct reason_row *row = reason_row(script->reason);

	if (row == NULL || script->handle != NULL)
		row = reason_row(REASON_GRANTED);
	message_put_u8(b, TAG_VERDICT, (uint8_t)row->verdict);
	message_put_u16(b, TAG_REASON, (uint16_t)row->reason);
}

static void
put_optional(struct buf *b, enum message_tag tag, const char *s)
{
	if (s != NULL)
		message_put_string(b, tag, s);
}

static void
put_prompt(struct buf *b, const struct script *script)
{
	message_put_u8(b, TAG_PROMPT, script->prompt);
	put_optional(b, TAG_LINK, script->link);
	put_optional(b, TAG_USER_CODE, script->user_code);
	put_optional(b, TAG_NUMBER, script->number);
	put_optional(b, TAG_QR, script->qr);
	if (script->logins != 0)
		message_put_u8(b, TAG_LOGINS, script->logins);
	if (script->tries != 0)
		message_put_u8(b, TAG_TRIES, script->tries);
}

static uint8_t
type_of(const struct script *script)
{
	if (script->type != 0)
		return script->type;
	return script->prompt != 0 ? MESSAGE_PROMPT : MESSAGE_VERDICT;
}

static void
send_reply(int fd, const struct script *script, uint8_t type, uint32_t id)
{
	static uint8_t packet[MESSAGE_MAX];
	struct buf b;
	size_t size;

	buf_init(&b, MESSAGE_MAX);
	message_start(&b, type, id);
	if (type == MESSAGE_VERDICT) {
		put_decision(&b, script);
		message_put_string(&b, TAG_REF,
		    script->ref != NULL ? script->ref : "K7Q2M9XY");
		put_optional(&b, TAG_HANDLE, script->handle);
		put_optional(&b, TAG_DETAIL, script->detail);
		if (script->retry_after != 0)
			message_put_u32(
			    &b, TAG_RETRY_AFTER, script->retry_after);
	} else if (type == MESSAGE_PROMPT) {
		put_prompt(&b, script);
	} else if (type == MESSAGE_ERROR) {
		message_put_u16(&b, TAG_ERROR, script->error);
	} else if (type == MESSAGE_DOCUMENT) {
		message_put_string(&b, TAG_DOCUMENT, "{}");
	}
	if (message_finish(&b) != STATUS_OK)
		_exit(3);
	size = b.length;
	memcpy(packet, b.data, size);
	if (type == MESSAGE_VERDICT) {
		packet[VERDICT_AT] = script->verdict;
		packet[REASON_AT] = (uint8_t)(script->reason >> 8);
		packet[REASON_AT + 1] = (uint8_t)script->reason;
	}
	if (script->mangle != NULL && type != MESSAGE_ACK)
		script->mangle(packet, &size);
	(void)send(fd, packet, size, MSG_NOSIGNAL);
	buf_clear(&b);
}

static void
wait_for_hangup(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLIN};

	(void)poll(&p, 1, 20000);
}

/* Does what the script says of a request; false: nothing comes after it. */
static bool
act(int fd, const struct script *script, uint32_t id)
{
	if (script->mode == DAEMON_HANGS_UP)
		return false;
	if (script->ack || script->mode == DAEMON_SLOW ||
	    script->mode == DAEMON_DIES)
		send_reply(fd, script, MESSAGE_ACK, id);
	if (script->mode == DAEMON_DIES)
		_exit(0);
	if (script->mode == DAEMON_REPLIES)
		send_reply(fd, script, type_of(script), id);
	else
		wait_for_hangup(fd);
	return script->next != NULL;
}

static bool
receive(int fd, struct seen *seen, struct message *ret)
{
	static uint8_t packet[MESSAGE_MAX];
	ssize_t n = recv(fd, packet, sizeof(packet), 0);

	if (n <= 0)
		return false;
	if (message_open(packet, (size_t)n, DIRECTION_REQUEST, ret) !=
	    STATUS_OK)
		_exit(4);
	note_request(seen, ret);
	note_descriptors(seen, getppid());
	return true;
}

static void
serve(int listener, const struct script *script, struct seen *seen)
{
	_cleanup_(close_fd) int fd = accept(listener, NULL, NULL);
	struct script first = {.prompt = PROMPT_TOKEN, .next = script};
	struct message m;

	if (!receive(fd, seen, &m))
		return;
	if (m.type == MESSAGE_LOGIN_BEGIN && !script->at_begin &&
	    script->prompt == 0)
		script = &first;
	/* What let in is asked again, without the prompts before it. */
	while (m.type == MESSAGE_ACCOUNT && script->next != NULL)
		script = script->next;
	while (act(fd, script, m.id)) {
		script = script->next;
		if (!script->unasked && !receive(fd, seen, &m))
			return;
	}
}

static int
listen_at(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0 && strlen(path) < sizeof(a.sun_path));
	memcpy(a.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	assert_int_equal(chmod(path, 0600), 0);
	assert_int_equal(listen(fd, 16), 0);
	return fd;
}

void
scripted_daemon_start(
    struct scripted_daemon *d, const char *path, const struct script *script)
{
	_cleanup_(close_fd) int listener = -1;
	pid_t parent = getpid();

	*d = (struct scripted_daemon){0};
	(void)snprintf(d->path, sizeof(d->path), "%s", path);
	d->seen = mmap(NULL, sizeof(*d->seen), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(d->seen != MAP_FAILED);
	if (script->mode == DAEMON_ABSENT)
		return;
	listener = listen_at(path);
	if (script->mode == DAEMON_STALE)
		return;
	d->pid = fork();
	assert_true(d->pid >= 0);
	if (d->pid > 0)
		return;
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent)
		serve(listener, script, d->seen);
	_exit(0);
}

void
scripted_daemon_stop(struct scripted_daemon *d)
{
	if (d->pid > 0) {
		(void)kill(d->pid, SIGKILL);
		(void)waitpid(d->pid, NULL, 0);
	}
	(void)unlink(d->path);
	(void)munmap(d->seen, sizeof(*d->seen));
}
