/* SPDX-License-Identifier: ISC */
/* explain: the sentence behind a reference that a user was shown. */
#include <stdio.h>
#include <string.h>

#include "audit_log.h"
#include "ctl.h"
#include "scopegate/cleanup.h"
#include "scopegate/protocol.h"

/* What to do about it, by group of reasons; the first that fits. */
static const struct {
	unsigned int first, last;
	const char *advice;
} advice_rows[] = {
    {REASON_GRANTED, REASON_GRANTED, NULL},
    {REASON_TOKEN_MALFORMED, REASON_TOKEN_MALFORMED,
	"Ask the user to copy the whole token and nothing else, in parts "
	"if it is long (pam_scopegate(8))."},
    {REASON_TOKEN_INACTIVE, REASON_TOKEN_EXPIRED,
	"Ask the user to get a new token."},
    {REASON_USER_CLAIM_MISSING, REASON_USER_UNMAPPED,
	"Compare user_claim or user_map in the issuer's section with what "
	"'validatorctl check' shows for this user's token."},
    {REASON_TOKEN_NOT_YET_VALID, REASON_SUBJECT_MISSING,
	"Compare the issuer's section with what 'validatorctl check' "
	"shows for this user's token."},
    {REASON_NO_POLICY, REASON_NO_POLICY,
	"Add a policy for this service and user, if they are to get in."},
    {REASON_SCOPE_MISSING, REASON_SCOPES_UNKNOWN,
	"Ask for a token with these scopes at the authorization server, "
	"or change the policy."},
    {REASON_CLAIM_MISMATCH, REASON_HANDLE_MISMATCH,
	"Compare the policy with what 'validatorctl check' shows for this "
	"user's token."},
    {REASON_TOO_MANY_TRIES, REASON_USER_NAME_INVALID,
	"If these tries were the user's own: wait a minute. Otherwise "
	"look at where they come from."},
    {REASON_AS_UNREACHABLE, 255,
	"'validatorctl status' tells whether it is still so."},
};

static void
print_member(const char *label, const char *text)
{
	if (text != NULL && text[0] != '\0')
		(void)printf("  %-10s %s\n", label, text);
}

static void
print_text(const struct json_value *top)
{
	const struct reason_row *row =
	    reason_row_by_name(member_text(top, "reason", ""));
	char scopes[512];

	(void)printf("%s: %s\n", member_text(top, "decision", "?"),
	    row != NULL ? row->sentence
			: "a reason that this version does "
			  "not know");
	print_member("in detail", member_text(top, "detail", NULL));
	print_member("when", member_text(top, "ts", NULL));
	print_member("service", member_text(top, "service", NULL));
	print_member("user", member_text(top, "user", NULL));
	print_member("from", member_text(top, "rhost", NULL));
	print_member("operation", member_text(top, "op", NULL));
	print_member("policy", member_text(top, "policy", "none matched"));
	print_member("issuer", member_text(top, "issuer", NULL));
	print_member("subject", member_text(top, "sub", NULL));
	print_member("client", member_text(top, "client_id", NULL));
	member_words(top, "scopes_matched", scopes, sizeof(scopes));
	print_member("it has", scopes);
	print_member("token", member_text(top, "token", NULL));
	if (row == NULL)
		return;
	for (size_t i = 0; i < ELEMENTS(advice_rows); i++)
		if (row->reason >= advice_rows[i].first &&
		    row->reason <= advice_rows[i].last) {
			if (advice_rows[i].advice != NULL)
				(void)printf("\n%s\n", advice_rows[i].advice);
			return;
		}
}

int
cmd_explain(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(audit_log_close) FILE *log = NULL;
	_cleanup_(json_freep) struct json *record = NULL;
	_cleanup_(buf_clear) struct buf line;
	const char *ref = NULL, *path = NULL;
	int code = EXIT_DONE;

	buf_init(&line, MESSAGE_MAX);
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--log") == 0 && i + 1 < argc)
			path = argv[++i];
		else if (ref == NULL && argv[i][0] != '-')
			ref = argv[i];
		else
			return usage_error(
			    "explain: unexpected argument '%s'", argv[i]);
	}
	if (ref == NULL)
		return usage_error("explain: give the reference that the user "
				   "was shown");
	log = audit_log_open(ctl, path, &code);
	if (log == NULL)
		return code;
	if (!audit_log_find(log, ref, &line, &record)) {
		(void)fprintf(stderr,
		    "validatorctl: no record with the reference %s; an older "
		    "log can be named with --log\n",
		    ref);
		return EXIT_NOT_DONE;
	}
	if (ctl->json)
		(void)printf("%s\n", buf_string(&line));
	else
		print_text(json_top(record));
	return EXIT_DONE;
}
