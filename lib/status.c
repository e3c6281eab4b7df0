/* SPDX-License-Identifier: ISC */
/* The names and texts of status.h, made from its lists. */
#include "scopegate/status.h"

#include <stddef.h>
#include <string.h>

#include "scopegate/cleanup.h"

const char *
status_text(enum status s)
{
	static const char *const texts[] = {
#define X(name, text) [STATUS_##name] = text,
		STATUS_LIST(X)
#undef X
	};

	if ((size_t)s >= ELEMENTS(texts))
		return "unknown status";
	return texts[s];
}

const char *
verdict_name(enum verdict v)
{
	switch (v) {
	case VERDICT_ALLOW:
		return "allow";
	case VERDICT_DENY:
		return "deny";
	case VERDICT_UNAVAILABLE:
		return "unavailable";
	}
	return "unknown";
}

const char *
pam_answer_name(enum pam_answer a)
{
	switch (a) {
	case PAM_ANSWER_SYSTEM_ERR:
		return "PAM_SYSTEM_ERR";
	case PAM_ANSWER_SUCCESS:
		return "PAM_SUCCESS";
	case PAM_ANSWER_AUTH_ERR:
		return "PAM_AUTH_ERR";
	case PAM_ANSWER_ACCT_EXPIRED:
		return "PAM_ACCT_EXPIRED";
	case PAM_ANSWER_PERM_DENIED:
		return "PAM_PERM_DENIED";
	case PAM_ANSWER_MAXTRIES:
		return "PAM_MAXTRIES";
	case PAM_ANSWER_AUTHINFO_UNAVAIL:
		return "PAM_AUTHINFO_UNAVAIL";
	}
	return "PAM_SYSTEM_ERR";
}

static const struct reason_row reason_rows[] = {
#define X(id, name, number, verdict, auth, account, text) \
	{ REASON_##id, VERDICT_##verdict, PAM_ANSWER_##auth, \
	    PAM_ANSWER_##account, name, text },
	REASON_LIST(X)
#undef X
};

enum {
#define X(id, ...) PLACE_##id,
	REASON_LIST(X)
#undef X
};

/* Two reasons with one number do not compile. */
const struct reason_row *
reason_row(unsigned int number)
{
	switch (number) {
#define X(id, name, number, ...)                                               \
	case number:                                                           \
		return &reason_rows[PLACE_##id];
		REASON_LIST(X)
#undef X
	default:
		return NULL;
	}
}

const struct reason_row *
reason_row_by_name(const char *name)
{
	for (size_t i = 0; i < ELEMENTS(reason_rows); i++)
		if (strcmp(reason_rows[i].name, name) == 0)
			return &reason_rows[i];
	return NULL;
}
