/* SPDX-License-Identifier: ISC */
/*
 * Every way to end, as tables from status, verdict and reason to one PAM code.
 * Must never produce PAM_SUCCESS or PAM_IGNORE: to allow is the business of
 * one line in pam_scopegate.c.
 */
#include "outcome.h"

#include <poll.h>
#include <security/pam_ext.h>
#include <sys/random.h>
#include <syslog.h>

#include "printable.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"
#include "user_text.h"

/* A refusal of ours takes as long as one of the daemon's (failure_floor). */
#define FLOOR_MS 300
#define FLOOR_JITTER_MS 100

#define LOCAL_REF_LENGTH 8

struct end_row {
	const char *word;
	int code;
	bool floor;
};

static const struct end_row end_rows[] = {
#define X(name, word, code, floor, text) [END_##name] = {word, code, floor},
    END_LIST(X)
#undef X
};

/* A status that is not listed is a fault, as is STATUS_OK where it fails. */
static const enum end end_of_status[] = {
    [STATUS_NOMEM] = END_NO_MEMORY,
    [STATUS_INVALID] = END_REQUEST,
    [STATUS_TOO_BIG] = END_REQUEST,
    [STATUS_ABSENT] = END_ABSENT,
    [STATUS_UNTRUSTED] = END_UNTRUSTED,
    [STATUS_TIMEOUT] = END_TIMEOUT,
    [STATUS_CLOSED] = END_CLOSED,
    [STATUS_MALFORMED] = END_REPLY,
    [STATUS_VERSION] = END_VERSION,
    [STATUS_FORBIDDEN] = END_REJECTED,
    [STATUS_BUSY] = END_BUSY,
    [STATUS_IO] = END_IO,
};

struct outcome
outcome_of_end(enum phase phase, enum end end)
{
	return (struct outcome){.phase = phase, .end = end};
}

static enum pam_answer
answer_of(const struct outcome *o)
{
	if (o->end != END_VERDICT || o->row == NULL)
		return PAM_ANSWER_SYSTEM_ERR;
	return o->phase == PHASE_AUTH ? o->row->auth : o->row->account;
}

/* Of the reasons not to take a request, two are outages. */
static enum status
status_of_error(unsigned int error)
{
	switch (error) {
	case PROTOCOL_ERROR_BUSY:
		return STATUS_BUSY;
	case PROTOCOL_ERROR_ENDING:
		return STATUS_CLOSED;
	default:
		return STATUS_FORBIDDEN;
	}
}

struct outcome
outcome_of_reply(
    enum phase phase, enum status status, const struct message *reply)
{
	struct outcome o = {.phase = phase};
	const struct reason_row *row;

	if (status == STATUS_FORBIDDEN)
		status = status_of_error(message_u16(reply, TAG_ERROR, 0));
	if (status != STATUS_OK) {
		if ((size_t)status < ELEMENTS(end_of_status))
			o.end = end_of_status[status];
		return o;
	}
	o.end = END_REPLY;
	if (reply->type != MESSAGE_VERDICT)
		return o;
	row = reason_row(message_u16(reply, TAG_REASON, REASON_NONE));
	if (row == NULL ||
	    message_u8(reply, TAG_VERDICT, 0) != (unsigned int)row->verdict)
		return o;
	o.end = END_VERDICT;
	o.row = row;
	o.ref = reply->value[TAG_REF];
	o.detail = reply->value[TAG_DETAIL];
	o.handle = reply->value[TAG_HANDLE];
	o.retry_after = message_u32(reply, TAG_RETRY_AFTER, 0);
	return o;
}

bool
outcome_allows(const struct outcome *o)
{
	return o->end == END_VERDICT && o->lock == END_FAULT &&
	       o->row != NULL && o->row->verdict == VERDICT_ALLOW &&
	       answer_of(o) == PAM_ANSWER_SUCCESS;
}

static int
code_of(const struct outcome *o)
{
	if (o->lock != END_FAULT)
		return end_rows[o->lock].code;
	if (o->end != END_VERDICT)
		return end_rows[o->end].code;
	switch (answer_of(o)) {
	case PAM_ANSWER_AUTH_ERR:
		return PAM_AUTH_ERR;
	case PAM_ANSWER_ACCT_EXPIRED:
		return PAM_ACCT_EXPIRED;
	case PAM_ANSWER_PERM_DENIED:
		return PAM_PERM_DENIED;
	case PAM_ANSWER_MAXTRIES:
		return PAM_MAXTRIES;
	case PAM_ANSWER_AUTHINFO_UNAVAIL:
		return PAM_AUTHINFO_UNAVAIL;
	case PAM_ANSWER_SUCCESS:
	case PAM_ANSWER_SYSTEM_ERR:
		break;
	}
	return PAM_SYSTEM_ERR;
}

/* Nothing here is secret; without random bytes only the guessing is easier. */
static uint64_t
random_bits(void)
{
	uint64_t bits = 0;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) != sizeof(bits))
		bits = (uint64_t)monotonic_us();
	return bits;
}

/*
 * An end of ours gets a reference of the daemon's shape, since the lack of one
 * would tell an unknown user from a known one.
 */
static void
draw_ref(char ret[LOCAL_REF_LENGTH])
{
	static const char alphabet[] = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
	uint64_t random = random_bits();

	for (size_t i = 0; i < LOCAL_REF_LENGTH; i++) {
		ret[i] = alphabet[random % (sizeof(alphabet) - 1)];
		random /= sizeof(alphabet) - 1;
	}
}

static void
wait_for_floor(int64_t since_us)
{
	int64_t jitter_us = (int64_t)(random_bits() % (FLOOR_JITTER_MS * 1000));
	struct deadline until = {since_us + FLOOR_MS * 1000 + jitter_us};

	while (!deadline_passed(until))
		(void)poll(NULL, 0, deadline_left_ms(until));
}

static struct text
item_text(pam_handle_t *ph, int item_type)
{
	const void *item = NULL;

	(void)pam_get_item(ph, item_type, &item);
	return text_of(item);
}

/* How loud: a refusal is the module at work, the rest wants an operator. */
static const struct log_class {
	int code;
	int priority;
	const char *word;
} log_classes[] = {
    {PAM_AUTHINFO_UNAVAIL, LOG_ERR, "unavailable"},
    {PAM_SYSTEM_ERR, LOG_ERR, "failed"},
    {PAM_BUF_ERR, LOG_ERR, "failed"},
    {PAM_CONV_ERR, LOG_NOTICE, "failed"},
};

static const struct log_class *
class_of(int code)
{
	static const struct log_class refused = {0, LOG_NOTICE, "refused"};

	for (size_t i = 0; i < ELEMENTS(log_classes); i++)
		if (log_classes[i].code == code)
			return &log_classes[i];
	return &refused;
}

static void
log_refusal(const struct outcome *o, pam_handle_t *ph, int code)
{
	struct printable service, user, rhost, ref;
	const struct log_class *class = class_of(code);
	const char *reason = end_rows[o->end].word;

	if (o->lock != END_FAULT)
		reason = end_rows[o->lock].word;
	else if (o->row != NULL)
		reason = o->row->name;
	pam_syslog(ph, class->priority,
	    "%s: reason=%s service=%s user=%s rhost=%s ref=%s", class->word,
	    reason, printable_of(&service, item_text(ph, PAM_SERVICE)),
	    printable_of(&user, item_text(ph, PAM_USER)),
	    printable_of(&rhost, item_text(ph, PAM_RHOST)),
	    printable_of(&ref, o->ref));
}

int
outcome_refuse(const struct outcome *outcome, pam_handle_t *ph, int flags,
    const struct options *options, int64_t since_us)
{
	struct outcome o = *outcome;
	char local_ref[LOCAL_REF_LENGTH];
	char text[USER_TEXT_MAX];
	int code = code_of(&o);

	if (o.ref.bytes == NULL) {
		draw_ref(local_ref);
		o.ref = (struct text){local_ref, sizeof(local_ref)};
	}
	log_refusal(&o, ph, code);
	if (end_rows[o.end].floor)
		wait_for_floor(since_us);
	if (!options->quiet && ((unsigned int)flags & PAM_SILENT) == 0 &&
	    user_text_of(&o, text))
		(void)pam_error(ph, "%s", text);
	return code;
}
