/* SPDX-License-Identifier: ISC */
/*
 * A result to a page, by a table. One that is not known is unavailable, which
 * is neither yes nor no.
 */
#include "show.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "login_view.h"
#include "page.h"
#include "scopegate/cleanup.h"

#define SENTENCE_SIZE 512
#define RETRY_SECONDS 5

/* What a person can do about it; the rest is the administrators' business. */
static const struct {
	const char *reason, *advice;
} advices[] = {
    {"scope_missing",
	"Start again in your terminal, and at the broker leave ticked what is "
	"listed above. If the broker does not offer it, ask the administrators "
	"of the host which app you need."},
    {"scope_any_missing",
	"Start again in your terminal, and at the broker allow at least one of "
	"what is listed above."},
    {"scope_refused",
	"Start again in your terminal, and at the broker allow less: what is "
	"listed above must not be granted for this login."},
    {"environment_mismatch",
	"Start again in your terminal, and at the broker choose the other kind "
	"of account: paper or live."},
    {"login_declined",
	"Start again in your terminal if you want to sign in after all."},
    {"user_mismatch",
	"You are signed in at the broker as somebody else. Sign out there, "
	"start again in your terminal, and sign in with your own account."},
    {"user_unmapped",
	"This account is not assigned to a user of the host. Check that you "
	"are signed in at the broker with the right one, or ask the "
	"administrators of the host."},
};

static const char *
advice_for(const char *reason)
{
	for (size_t i = 0; i < ELEMENTS(advices); i++) {
		if (strcmp(advices[i].reason, reason) == 0)
			return advices[i].advice;
	}
	return "Start again in your terminal. If it stays so, tell the "
	       "administrators of the host what this page says.";
}

/* Sentences are written to go on after a colon. */
static const char *
sentence_of(const struct relay_answer *answer, char ret[SENTENCE_SIZE])
{
	size_t length;

	(void)snprintf(ret, SENTENCE_SIZE - 1, "%s",
	    relay_text(answer->top, "sentence", ""));
	length = strlen(ret);
	if (length > 0 && strchr(".!?", ret[length - 1]) == NULL)
		memcpy(ret + length, ".", 2);
	ret[0] = (char)toupper((unsigned char)ret[0]);
	return ret;
}

bool
show_asked(struct visit *v, const char *command,
    const struct relay_field *fields, struct relay_answer *ret)
{
	enum status status =
	    relay_ask(&v->gateway->relay, command, fields, ret);

	if (status == STATUS_OK)
		return true;
	if (status == STATUS_INVALID) {
		page_message(v, MESSAGE_PAGE_DAMAGED, NULL);
		return false;
	}
	visit_retry_after(v, RETRY_SECONDS);
	page_message(v, MESSAGE_PAGE_UNAVAILABLE, NULL);
	return false;
}

static void
show_view(struct visit *v, const struct relay_answer *answer,
    const struct page *page, const char *advice)
{
	_cleanup_(free_ptr) struct login_view *view = malloc(sizeof(*view));
	char sentence[SENTENCE_SIZE];
	struct page full = *page;

	if (view == NULL || login_view_make(answer->top, view) != STATUS_OK) {
		page_message(v, MESSAGE_PAGE_UNAVAILABLE, NULL);
		return;
	}
	login_view_add(view, "state", relay_text(answer->top, "state", ""));
	login_view_add(view, "advice", advice);
	login_view_add(view, "why", sentence_of(answer, sentence));
	full.values = view->values;
	page_show(v, &full);
}

static void
show_confirm(struct visit *v, const struct relay_answer *answer)
{
	show_view(v, answer,
	    &(struct page){.status = 200,
		.title = "Is this you?",
		.body = page_file_confirm},
	    NULL);
}

static void
show_code(struct visit *v, const struct relay_answer *answer)
{
	show_view(v, answer,
	    &(struct page){.status = 200,
		.title = "Type this code in your terminal",
		.body = page_file_code},
	    NULL);
}

static void
show_refused(struct visit *v, const struct relay_answer *answer)
{
	show_view(v, answer,
	    &(struct page){.status = 403,
		.title = "This login cannot go on",
		.body = page_file_refused},
	    advice_for(relay_text(answer->top, "reason", "")));
}

static void
show_unavailable(struct visit *v, const struct relay_answer *answer)
{
	char sentence[SENTENCE_SIZE];

	visit_retry_after(
	    v, relay_number(answer->top, "retry_after", RETRY_SECONDS));
	page_message(
	    v, MESSAGE_PAGE_UNAVAILABLE, sentence_of(answer, sentence));
}

static void
show_gone(struct visit *v, const struct relay_answer *answer)
{
	(void)answer;
	page_message(v, MESSAGE_PAGE_GONE, NULL);
}

static void
show_foreign(struct visit *v, const struct relay_answer *answer)
{
	(void)answer;
	page_message(v, MESSAGE_PAGE_FOREIGN, NULL);
}

static void
show_denied(struct visit *v, const struct relay_answer *answer)
{
	(void)answer;
	page_message(v, MESSAGE_PAGE_DENIED, NULL);
}

static const struct {
	const char *result;
	void (*show)(struct visit *v, const struct relay_answer *answer);
} results[] = {
    {"confirm", show_confirm},
    {"code", show_code},
    {"refused", show_refused},
    {"unavailable", show_unavailable},
    {"gone", show_gone},
    {"foreign", show_foreign},
    {"denied", show_denied},
};

void
show_result(struct visit *v, const struct relay_answer *answer)
{
	for (size_t i = 0; i < ELEMENTS(results); i++) {
		if (strcmp(results[i].result, answer->result) == 0) {
			results[i].show(v, answer);
			return;
		}
	}
	log_warning("validatord's answer is of a kind that is not known here");
	visit_retry_after(v, RETRY_SECONDS);
	page_message(v, MESSAGE_PAGE_UNAVAILABLE, NULL);
}
