/* SPDX-License-Identifier: ISC */
/* The rules of review: who may say what about which app. No store here. */
#include "app/review.h"

#include <string.h>

#include "scopegate/cleanup.h"

bool
review_reopens(const struct app *a)
{
	return a->state == APP_APPROVED || a->state == APP_SUBMITTED;
}

const char *
review_fault_text(enum review_fault f)
{
	switch (f) {
#define X(name, text)                                                          \
	case REVIEW_##name:                                                    \
		return text;
		REVIEW_FAULT_LIST(X)
#undef X
	}
	return "This cannot be done.";
}

/* Reasons go onto pages and into the audit trail, in one line. */
enum review_fault
review_reason_fault(const char *reason, bool required)
{
	if (reason == NULL || reason[strspn(reason, " \r\n\t")] == '\0')
		return required ? REVIEW_NO_REASON : REVIEW_FINE;
	if (strlen(reason) >= APP_REASON_SIZE)
		return REVIEW_LONG_REASON;
	for (const char *c = reason; *c != '\0'; c++) {
		unsigned char octet = (unsigned char)*c;

		if ((octet < ' ' && strchr("\r\n\t", octet) == NULL) ||
		    octet == 0x7f)
			return REVIEW_UNREADABLE_REASON;
	}
	return REVIEW_FINE;
}

enum review_fault
review_vote_fault(const struct app *a, const struct user *reviewer,
    bool has_voted, bool approve, const char *reason)
{
	if (!reviewer->is_operator || reviewer->disabled != 0)
		return REVIEW_NOT_OPERATOR;
	if (a->owner_id != 0 && a->owner_id == reviewer->id)
		return REVIEW_OWN_APP;
	if (a->state == APP_SUSPENDED)
		return REVIEW_SUSPENDED;
	if (a->state != APP_SUBMITTED)
		return REVIEW_NOT_SUBMITTED;
	if (has_voted)
		return REVIEW_VOTED;
	return review_reason_fault(reason, !approve);
}

const char *
review_lacks(const struct app *a, size_t index)
{
	const struct {
		bool missing;
		const char *words;
	} needs[] = {
	    {a->description[0] == '\0', "a description"},
	    {a->website[0] == '\0', "a website"},
	};

	for (size_t i = 0; i < ELEMENTS(needs); i++) {
		if (needs[i].missing && index-- == 0)
			return needs[i].words;
	}
	return NULL;
}

enum review_fault
review_submit_fault(const struct app *a)
{
	if (a->state == APP_SUSPENDED)
		return REVIEW_SUSPENDED;
	if (a->state != APP_DRAFT && a->state != APP_REJECTED)
		return REVIEW_NOT_OPEN;
	return review_lacks(a, 0) == NULL ? REVIEW_FINE : REVIEW_INCOMPLETE;
}

enum review_fault
review_suspend_fault(const struct app *a, const char *reason)
{
	if (a->state == APP_SUSPENDED)
		return REVIEW_SUSPENDED;
	return review_reason_fault(reason, true);
}

enum review_fault
review_lift_fault(const struct app *a, const char *reason)
{
	if (a->state != APP_SUSPENDED)
		return REVIEW_NOT_SUSPENDED;
	return review_reason_fault(reason, false);
}

enum app_state
review_outcome(int64_t approvals, int64_t rejections)
{
	if (rejections > 0)
		return APP_REJECTED;
	return approvals >= REVIEW_APPROVALS ? APP_APPROVED : APP_SUBMITTED;
}
