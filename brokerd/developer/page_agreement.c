/* SPDX-License-Identifier: ISC */
/* The developers' agreement: shown, signed once, and kept. */
#include <stdio.h>
#include <string.h>

#include "app/agreement.h"
#include "audit/audit_log.h"
#include "developer/developer.h"
#include "page.h"
#include "page_files.h"
#include "scopegate/cleanup.h"

#define AFTER_SIGNING "/apps/new"

/* Where to go when it is signed: a path of ours. */
static const char *
way_on(const struct visit *v)
{
	const char *path = visit_query(v, "return");

	return path != NULL && visit_path_is_ours(path) ? path : AFTER_SIGNING;
}

bool
agreement_stands(struct visit *v, const char *path)
{
	_cleanup_(buf_clear) struct buf to = {0};
	int64_t when = 0;

	if (agreement_signed(v->broker->store, &agreement_current,
		v->session.user, &when) != STATUS_OK) {
		page_failed(v);
		return false;
	}
	if (when != 0)
		return true;
	buf_init(&to, 1024);
	buf_append_string(&to, "/apps/agreement?");
	form_encode_pair(&to, "return", path);
	if (buf_string(&to) == NULL)
		page_failed(v);
	else
		visit_go(v, buf_string(&to), "sign-first");
	return false;
}

static void
show(struct visit *v, int64_t when, const char *problem)
{
	_cleanup_(buf_clear) struct buf query = {0};
	const struct agreement *a = &agreement_current;
	char hash[RANDOM_TEXT_SIZE], at[PAGE_TIME_SIZE];
	struct digest digest;

	buf_init(&query, 16384);
	form_encode_pair(&query, "return", way_on(v));
	if (digest_of_text(a->text, &digest) != STATUS_OK ||
	    buf_string(&query) == NULL) {
		page_failed(v);
		return;
	}
	digest_text(&digest, hash);
	page_time(when, at);
	const struct template_value values[] = {
	    {.name = "version", .text = a->version},
	    {.name = "hash", .text = hash},
	    {.name = "text", .part = a->text},
	    {.name = "signed", .text = when == 0 ? NULL : at},
	    {.name = "query", .text = buf_string(&query)},
	    {.name = "agree_problem", .text = problem},
	    {0},
	};
	page_show(v, &(struct page){.status = 200,
			 .title = "Agreement for developers",
			 .body = page_file_agreement,
			 .values = values,
			 .place = PLACE_APPS});
}

static enum status
sign(struct visit *v)
{
	_cleanup_(transaction_end) struct transaction t = {NULL};
	struct store *s = v->broker->store;
	char hash[RANDOM_TEXT_SIZE], detail[128];
	struct digest digest;
	enum status status = transaction_write(s, &t);

	if (status == STATUS_OK)
		status = agreement_sign(
		    s, &agreement_current, v->session.user, v->now, &digest);
	if (status != STATUS_OK)
		return status;
	digest_text(&digest, hash);
	(void)snprintf(detail, sizeof(detail), "version %s, SHA-256 %s",
	    agreement_current.version, hash);
	status = audit_append(s, v->now,
	    &(struct audit_entry){v->session.user_name, "agreement.sign",
		"agreement " AGREEMENT_VERSION, detail});
	return status == STATUS_OK ? transaction_commit(&t) : status;
}

/* What is signed is what was on the page: a broker with a newer text may have
 * started in the meantime. */
static const char *
problem_of(struct visit *v)
{
	const char *version = visit_form(v, "version");

	if (version == NULL || strcmp(version, agreement_current.version) != 0)
		return "The text has changed since you read it. Read it again, "
		       "then sign.";
	if (visit_form(v, "agree") == NULL)
		return "Tick this box to sign.";
	return NULL;
}

void
page_agreement(struct visit *v)
{
	int64_t when = 0;
	const char *problem;

	if (agreement_signed(v->broker->store, &agreement_current,
		v->session.user, &when) != STATUS_OK) {
		page_failed(v);
		return;
	}
	if (v->request->method == HTTP_GET) {
		show(v, when, NULL);
		return;
	}
	problem = when == 0 ? problem_of(v) : NULL;
	if (problem != NULL)
		show(v, when, problem);
	else if (when != 0 || sign(v) == STATUS_OK)
		visit_go(v, way_on(v), "signed");
	else
		page_failed(v);
}
