/* SPDX-License-Identifier: ISC */
/*
 * Whose token it is, octet by octet. Two names that look alike are two names:
 * must never fold case, trim, split at a sign or ask the system's user base.
 */
#include "account.h"

#include <string.h>

#include "user_map.h"

static enum reason
check_map(const struct issuer *issuer, const struct facts *facts,
    struct text user, struct report *report)
{
	enum user_map_answer answer = USER_MAP_ABSENT;

	if (facts->subject != NULL)
		answer = user_map_look_up(issuer->user_map, issuer->name,
		    facts->environment, facts->subject, user);
	if (report_rule(report, "user_map", answer == USER_MAP_SAME, "%s",
		answer == USER_MAP_SAME    ? "a line names this user"
		: answer == USER_MAP_OTHER ? "lines name other users only"
					   : "no line for this subject"))
		return REASON_NONE;
	return answer == USER_MAP_OTHER ? REASON_USER_MISMATCH
					: REASON_USER_UNMAPPED;
}

static enum reason
check_claim(const char *name, const struct facts *facts, struct text user,
    struct report *report)
{
	const struct claim *claim = facts_claim(facts, name);
	const char *value;

	if (claim == NULL || !claim->is_string || claim->values.count != 1) {
		(void)report_rule(report, "user_claim", false,
		    "%s is absent or not a string", name);
		return REASON_USER_CLAIM_MISSING;
	}
	value = claim->values.words[0];
	return report_rule(report, "user_claim",
		   user_name_valid(text_of(value)) &&
		       text_equal_string(user, value),
		   "%s says %s", name, value)
		   ? REASON_NONE
		   : REASON_USER_MISMATCH;
}

enum reason
account_check(const struct issuer *issuer, const struct facts *facts,
    struct text user, struct report *report)
{
	if (!report_rule(report, "user_name", user_name_valid(user),
		"^[a-z_][a-z0-9_.-]{0,31}$"))
		return REASON_USER_NAME_INVALID;
	if (issuer->user_map != NULL)
		return check_map(issuer, facts, user, report);
	if (issuer->user_claim != NULL)
		return check_claim(issuer->user_claim, facts, user, report);
	return REASON_USER_CLAIM_MISSING;
}

static enum reason
name_by_map(const struct issuer *issuer, const struct facts *facts,
    const char **ret, struct report *report)
{
	enum user_map_answer answer = USER_MAP_ABSENT;

	if (facts->subject != NULL)
		answer = user_map_only(issuer->user_map, issuer->name,
		    facts->environment, facts->subject, ret);
	if (report_rule(report, "user_map", answer == USER_MAP_SAME, "%s",
		answer == USER_MAP_SAME    ? *ret
		: answer == USER_MAP_OTHER ? "lines name several users"
					   : "no line for this subject"))
		return REASON_NONE;
	return answer == USER_MAP_OTHER ? REASON_USER_MISMATCH
					: REASON_USER_UNMAPPED;
}

static enum reason
name_by_claim(const char *name, const struct facts *facts, const char **ret,
    struct report *report)
{
	const struct claim *claim = facts_claim(facts, name);

	if (!report_rule(report, "user_claim",
		claim != NULL && claim->is_string && claim->values.count == 1,
		"%s", name))
		return REASON_USER_CLAIM_MISSING;
	*ret = claim->values.words[0];
	return REASON_NONE;
}

enum reason
account_user(const struct issuer *issuer, const struct facts *facts, char *ret,
    struct report *report)
{
	const char *user = NULL;
	enum reason reason = REASON_USER_CLAIM_MISSING;

	if (issuer->user_map != NULL)
		reason = name_by_map(issuer, facts, &user, report);
	else if (issuer->user_claim != NULL)
		reason =
		    name_by_claim(issuer->user_claim, facts, &user, report);
	if (reason != REASON_NONE)
		return reason;
	if (!user_name_valid(text_of(user)))
		return REASON_USER_NAME_INVALID;
	memcpy(ret, user, strlen(user) + 1);
	return REASON_NONE;
}
