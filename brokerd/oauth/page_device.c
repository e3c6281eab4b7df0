/* SPDX-License-Identifier: ISC */
/*
 * Where a person answers a device (RFC 8628 section 3.3): the code is typed,
 * or compared if a link brought it, and the consent page follows. Wrong codes
 * are counted, and a wrong confirmation number denies in the end.
 */
#include <string.h>

#include "audit/audit_log.h"
#include "field.h"
#include "oauth/authorization_answer.h"
#include "oauth/consent_answer.h"
#include "oauth/device_store.h"
#include "oauth/page_consent.h"
#include "page.h"
#include "page_files.h"
#include "routes.h"
#include "scopegate/cleanup.h"

/* What a device asks, as a request that the consent page can show. */
struct question {
	struct device device;
	char code[USER_CODE_SHOWN_SIZE];
	struct device_prompt prompt;
	struct authorization request;
};

static void
ask_for_code(struct visit *v, const char *typed, const char *problem)
{
	struct fields f = {0};

	fields_add(&f, &(struct field){.name = "user_code",
			   .label = "The code on your device",
			   .help = "Eight letters, such as WDJB-MJHT. Capitals "
				   "and the hyphen do not matter.",
			   .type = "text",
			   .value = typed,
			   .problem = problem,
			   .max = 20,
			   .required = true,
			   .focus = true});
	const struct template_value values[] = {
	    {.name = "fields", .rows = f.rows, .row_count = f.count},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "Connect a device",
			 .body = page_file_device,
			 .values = values});
}

static void
ask_to_compare(struct visit *v, const struct question *q)
{
	const struct template_value values[] = {
	    {.name = "code", .text = q->code},
	    {0},
	};

	page_show(v, &(struct page){.status = 200,
			 .title = "Is this the code on your device?",
			 .body = page_file_device_confirm,
			 .values = values});
}

static enum status
fill_request(struct store *s, struct question *q)
{
	const struct device *d = &q->device;
	struct authorization *a = &q->request;
	enum status status = app_find_by_id(s, d->app, &a->app);

	if (status == STATUS_OK && !app_is_usable(&a->app))
		status = STATUS_NOT_FOUND;
	if (status == STATUS_OK)
		status = word_set_parse(d->scope, &a->scope);
	if (status == STATUS_OK && d->details[0] != '\0')
		status = host_login_parse(d->details, &a->login);
	if (status != STATUS_OK)
		return status;
	memcpy(a->details, d->details, sizeof(a->details));
	a->audience = d->audience;
	user_code_show(d->user_code, q->code);
	q->prompt.user_code = q->code;
	q->prompt.numbered = d->number[0] != '\0';
	a->device = &q->prompt;
	return STATUS_OK;
}

/* STATUS_MALFORMED: no code; STATUS_BUSY: too many wrong ones;
 * STATUS_NOT_FOUND: no device waits with it. */
static enum status
find_question(struct visit *v, const char *typed, struct question *ret)
{
	struct code_guesses *g = &v->broker->guesses;
	const char *user = v->session.user_name;
	char code[USER_CODE_SIZE];
	enum status status = user_code_parse(typed, code);

	if (status != STATUS_OK)
		return status;
	/* Also the right one is not looked up then: it would be told. */
	if (code_guesses_wait(g, user, v->now) > 0)
		return STATUS_BUSY;
	memset(ret, 0, sizeof(*ret));
	status =
	    device_find_waiting(v->broker->store, code, v->now, &ret->device);
	if (status == STATUS_NOT_FOUND)
		code_guesses_count(g, user, v->now);
	return status == STATUS_OK ? fill_request(v->broker->store, ret)
				   : status;
}

static void
show_problem(struct visit *v, const char *typed, enum status status)
{
	switch (status) {
	case STATUS_MALFORMED:
		ask_for_code(v, typed,
		    "A code has eight letters. Look at your device again.");
		break;
	case STATUS_NOT_FOUND:
		ask_for_code(v, typed,
		    "No device waits with this code. It may be mistyped, "
		    "used, or older than ten minutes; your device can show "
		    "a new one.");
		break;
	case STATUS_BUSY:
		ask_for_code(v, typed,
		    "Too many wrong codes were tried. Wait a minute and try "
		    "again.");
		v->response->status = 429;
		break;
	default:
		page_failed(v);
	}
}

static enum status
record_refusal(struct visit *v, const struct question *q, const char *why)
{
	char subject[CLIENT_ID_SIZE + 8] = "app ";

	memcpy(subject + 4, q->request.app.client_id, CLIENT_ID_SIZE);
	return audit_append(v->broker->store, v->now,
	    &(struct audit_entry){
		v->session.user_name, "device.deny", subject, why});
}

static void
deny(struct visit *v, const struct question *q)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = device_deny(s, &q->device.hash);
	if (status == STATUS_OK)
		status = record_refusal(v, q, "by the user");
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status == STATUS_OK)
		visit_go(v, DEVICE_PAGE "/done", "device-denied");
	else
		show_problem(v, q->code, status);
}

static void
count_wrong_number(struct visit *v, struct question *q)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	bool last = q->device.wrong + 1 >= DEVICE_NUMBER_TRIES;
	struct store *s = v->broker->store;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = device_count_wrong(s, &q->device.hash);
	if (status == STATUS_OK && last)
		status = record_refusal(v, q, "wrong numbers");
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status != STATUS_OK) {
		show_problem(v, q->code, status);
		return;
	}
	if (last) {
		page_error(v, 403, "This request was refused",
		    "The number was wrong three times, so nothing was given. "
		    "If it was you who asked, start again on your device.");
		return;
	}
	q->prompt.number_problem = "This is not the number shown there.";
	page_consent(v, &q->request,
	    "Nothing was allowed yet: the number is "
	    "wrong.");
}

/* Says what is wrong with the number, if something is. */
static bool
number_is_right(struct visit *v, struct question *q)
{
	const char *number = visit_form(v, "number");

	if (!q->prompt.numbered)
		return true;
	if (number == NULL || strspn(number, "0123456789") != 2 ||
	    strlen(number) != 2) {
		q->prompt.number_problem = "Type the two digits shown where "
					   "the sign-in waits.";
		page_consent(v, &q->request,
		    "Nothing was allowed yet: the "
		    "number is missing.");
		return false;
	}
	if (strcmp(number, q->device.number) == 0)
		return true;
	count_wrong_number(v, q);
	return false;
}

static void
allow(struct visit *v, struct question *q)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	struct consent_answer answer;
	struct consent consent = {
	    .account = &answer.account, .scope = answer.scope};
	struct grant grant;
	enum status status;

	if (!number_is_right(v, q))
		return;
	status = consent_answer_read(v, &q->request, &answer);
	if (status == STATUS_OK && answer.problem != NULL) {
		page_consent(v, &q->request, answer.problem);
		return;
	}
	if (status == STATUS_OK)
		status = transaction_write(s, &t);
	if (status == STATUS_OK)
		status = authorization_grant(
		    v, &q->request, &consent, "grant.device", &grant);
	if (status == STATUS_OK)
		status = device_approve(s, &q->device.hash, grant.id, v->now);
	if (status == STATUS_OK)
		status = transaction_commit(&t);
	if (status == STATUS_OK)
		visit_go(v, DEVICE_PAGE "/done", "device-allowed");
	else
		show_problem(v, q->code, status);
}

void
page_device(struct visit *v)
{
	bool get = v->request->method == HTTP_GET;
	const char *decision = visit_form(v, "decision");
	const char *typed =
	    get ? visit_query(v, "user_code") : visit_form(v, "user_code");
	struct question q;
	enum status status;

	if (typed == NULL) {
		ask_for_code(v, NULL,
		    get ? NULL : "Type the code that your device shows.");
		return;
	}
	status = find_question(v, typed, &q);
	if (status != STATUS_OK)
		show_problem(v, typed, status);
	else if (get)
		ask_to_compare(v, &q);
	else if (decision == NULL)
		page_consent(v, &q.request, NULL);
	else if (strcmp(decision, "allow") == 0)
		allow(v, &q);
	else
		deny(v, &q);
}

void
page_device_done(struct visit *v)
{
	page_show(v, &(struct page){.status = 200,
			 .title = "You can go back to your device",
			 .body = page_file_device_done});
}
