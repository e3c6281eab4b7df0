/* SPDX-License-Identifier: ISC */
/*
 * The local locks hold whatever the daemon says, so that a fault there cannot
 * open root or a system account. What is typed for a user who fails them is
 * never sent: it would say which names exist, and it may not be a token.
 */
#include "request.h"

#include <errno.h>
#include <pwd.h>
#include <string.h>

#include "scopegate/cleanup.h"
#include "ssh_key.h"

#define ACCOUNT_BUFFER_MIN 4096
#define ACCOUNT_BUFFER_MAX (1024 * 1024)

/* What is kept back of the time that is left, so that the daemon ends first. */
#define BUDGET_MARGIN_MS 250

static const char *
item_string(pam_handle_t *ph, int item_type)
{
	const void *item = NULL;

	if (pam_get_item(ph, item_type, &item) != PAM_SUCCESS || item == NULL ||
	    *(const char *)item == '\0')
		return NULL;
	return item;
}

/* Found under exactly this name, or END_USER_UNKNOWN. */
static enum end
find_account(const char *user, uid_t *ret_uid)
{
	struct passwd account, *found = NULL;
	size_t size = ACCOUNT_BUFFER_MIN;
	int error = ERANGE;

	for (; error == ERANGE && size <= ACCOUNT_BUFFER_MAX; size *= 2) {
		_cleanup_(free_ptr) char *buffer = malloc(size);

		if (buffer == NULL)
			return END_NO_MEMORY;
		do
			error =
			    getpwnam_r(user, &account, buffer, size, &found);
		while (error == EINTR);
		if (error != 0 || found == NULL)
			continue;
		/* A directory may fold case; to us that is another name. */
		if (strcmp(account.pw_name, user) != 0)
			return END_USER_UNKNOWN;
		*ret_uid = account.pw_uid;
		return END_VERDICT;
	}
	if (error == 0 || error == ENOENT || error == ESRCH)
		return END_USER_UNKNOWN;
	return END_ACCOUNTS_DOWN;
}

/* The account's uid goes along only where it passes. */
static enum end
apply_locks(const struct options *options, struct request *r)
{
	enum end end;

	if (options->nolocal)
		return END_VERDICT;
	end = find_account(r->user, &r->uid);
	if (end != END_VERDICT)
		return end;
	if (r->uid == 0 || r->uid < options->min_uid ||
	    r->uid > options->max_uid)
		return END_UID_REFUSED;
	r->has_uid = true;
	return END_VERDICT;
}

enum end
request_read(
    pam_handle_t *ph, const struct options *options, struct request *ret)
{
	struct request r = {
	    .service = item_string(ph, PAM_SERVICE),
	    .rhost = item_string(ph, PAM_RHOST),
	    .tty = item_string(ph, PAM_TTY),
	    .ruser = item_string(ph, PAM_RUSER),
	    .ssh_key = ssh_key_used(pam_getenv(ph, SSH_KEY_VARIABLE)),
	};
	const char *user = item_string(ph, PAM_USER);
	enum end end;

	if (!user_name_valid(text_of(user)))
		return END_NAME_INVALID;
	memcpy(r.user, user, strlen(user));
	end = apply_locks(options, &r);
	if (end == END_VERDICT || end == END_USER_UNKNOWN ||
	    end == END_UID_REFUSED)
		*ret = r;
	return end;
}

bool
request_is_for(pam_handle_t *ph, const struct request *request)
{
	return text_equal_string(
	    text_of(item_string(ph, PAM_USER)), request->user);
}

static uint32_t
budget_of(struct deadline deadline)
{
	int left = deadline_left_ms(deadline);
	int margin = left / 10;

	if (margin > BUDGET_MARGIN_MS)
		margin = BUDGET_MARGIN_MS;
	return left > margin ? (uint32_t)(left - margin) : 1;
}

static void
put_optional(struct buf *b, enum message_tag tag, const char *s)
{
	if (s != NULL)
		message_put_string(b, tag, s);
}

static void
start(struct buf *b, enum message_type type, struct deadline budget)
{
	buf_init_sensitive(b, MESSAGE_MAX);
	message_start(b, type, (uint32_t)monotonic_us());
	message_put_u32(b, TAG_BUDGET_MS, budget_of(budget));
}

static void
put_request(
    struct buf *b, const struct request *request, const struct options *options)
{
	put_optional(b, TAG_SERVICE, request->service);
	put_optional(b, TAG_USER, request->user);
	put_optional(b, TAG_RHOST, request->rhost);
	put_optional(b, TAG_TTY, request->tty);
	put_optional(b, TAG_RUSER, request->ruser);
	put_optional(b, TAG_POLICY, options->policy);
	/* By the other socket it would not be believed. */
	if (request->ssh_key.bytes != NULL && !options->tools)
		message_put(b, TAG_SSH_KEY, request->ssh_key);
	if (request->has_uid)
		message_put_u32(b, TAG_UID, request->uid);
}

static void
put_secret(struct buf *b, enum message_tag tag, const struct secret *secret)
{
	message_put(b, tag, (struct text){secret->bytes, secret->length});
}

static struct client_server
server_of(const struct options *options)
{
	return (struct client_server){
	    options->server_path, options->server_owner};
}

enum status
request_ask(const struct request *request, const struct options *options,
    const struct secret *token, const char *handle, struct buf *storage,
    struct message *ret)
{
	struct deadline deadline = deadline_in_ms(options_check_ms(options));
	struct client_server server = server_of(options);
	_cleanup_(buf_clear) struct buf b;
	enum status status;

	start(&b, token != NULL ? MESSAGE_CHECK : MESSAGE_ACCOUNT, deadline);
	put_request(&b, request, options);
	put_optional(&b, TAG_HANDLE, handle);
	if (token != NULL)
		put_secret(&b, TAG_TOKEN, token);
	status = message_finish(&b);
	if (status != STATUS_OK)
		return status;
	return client_call(&server, &b, deadline, storage, ret);
}

enum status
request_begin(const struct request *request, const struct options *options,
    struct buf *storage, struct message *ret, struct client_conversation *c)
{
	struct deadline whole =
	    deadline_in_ms(options_conversation_ms(options));
	struct deadline step = deadline_in_ms(options_step_ms(options));
	struct client_server server = server_of(options);
	_cleanup_(buf_clear) struct buf b;
	enum status status;

	start(&b, MESSAGE_LOGIN_BEGIN, whole);
	put_request(&b, request, options);
	if (options->login != 0)
		message_put_u8(&b, TAG_METHOD, (uint8_t)options->login);
	status = message_finish(&b);
	if (status != STATUS_OK)
		return status;
	return client_begin(&server, &b, step, storage, ret, c);
}

enum status
request_answer(const struct options *options, const struct secret *answer,
    struct buf *storage, struct message *ret, struct client_conversation *c)
{
	struct deadline deadline = deadline_in_ms(options_step_ms(options));
	_cleanup_(buf_clear) struct buf b;
	enum status status;

	start(&b, MESSAGE_LOGIN_ANSWER, deadline);
	if (answer->length > 0)
		put_secret(&b, TAG_ANSWER, answer);
	status = message_finish(&b);
	if (status != STATUS_OK)
		return status;
	return client_answer(c, &b, deadline, storage, ret);
}
