/* SPDX-License-Identifier: ISC */
/* explain: the sentence behind a reference that a user was shown. */
#include <stdio.h>
#include <string.h>

#include "audit_log.h"
#include "ctl.h"
#include "print.h"
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
    {REASON_TOKEN_FOREIGN, REASON_TOKEN_FOREIGN,
	"Have the user sign in with a browser, so that the token is one of "
	"this gate's own app; 'validatorctl grants' lists those."},
    {REASON_GRANT_ENDED, REASON_GRANT_ENDED,
	"Have the user sign in again; 'validatorctl grants show ID' tells "
	"what has ended."},
    {REASON_LOGIN_CODE_WRONG, REASON_LOGIN_DECLINED,
	"Ask the user whether this sign-in was theirs, and to try again."},
    {REASON_GRANT_REFUSED, REASON_ISSUER_MIXED_UP,
	"Ask the user to try again. If it stays so, compare client_id, "
	"redirect_uri and the endpoints with what the broker has registered."},
    {REASON_ACCOUNT_REFUSED, REASON_ACCOUNT_REFUSED,
	"Have the account's owner look at its state at the broker."},
    {REASON_TOKEN_NOT_YET_VALID, REASON_SUBJECT_MISSING,
	"Compare the issuer's section with what 'validatorctl check' "
	"shows for this user's token."},
    {REASON_NO_POLICY, REASON_NO_POLICY,
	"Add a policy for this service and user, if they are to get in."},
    {REASON_SCOPE_MISSING, REASON_SCOPES_UNKNOWN,
	"Ask for a token with these scopes at the authorization server, "
	"or change the policy."},
    {REASON_REMOTE_DEVICE_REFUSED, REASON_REMOTE_DEVICE_REFUSED,
	"Have the user sign in with a browser instead of a device."},
    {REASON_CLAIM_MISMATCH, REASON_HANDLE_MISMATCH,
	"Compare the policy with what 'validatorctl check' shows for this "
	"user's token."},
    {REASON_TOO_MANY_TRIES, REASON_USER_NAME_INVALID,
	"If these tries were the user's own: wait a minute. Otherwise "
	"look at where they come from."},
    {REASON_TOO_MANY_LOGINS, REASON_TOO_MANY_LOGINS,
	"Wait until those that wait for a browser are over, a minute and a "
	"half at most."},
    {REASON_PROBE_BUDGET, REASON_PROBE_BUDGET,
	"Wait a minute; raise probe_budget or cache in the issuer's section "
	"if it happens often."},
    {REASON_GRANT_STORE_FAILED, REASON_GRANT_STORE_FAILED,
	"Look at the disk, the owner and the mode of state_dir, and at the "
	"log of validatord."},
    {REASON_AS_UNREACHABLE, 255,
	"'validatorctl status' tells whether it is still so."},
};

/* Members in the order in which a reader wants them. */
static const struct {
	const char *label;
	const char *member;
} member_rows[] = {
    {"in detail", "detail"},
    {"reason", "reason"},
    {"when", "ts"},
    {"operation", "op"},
    {"service", "service"},
    {"user", "user"},
    {"from", "rhost"},
    {"terminal", "tty"},
    {"policy", "policy"},
    {"issuer", "issuer"},
    {"subject", "sub"},
    {"client", "client_id"},
    {"token", "token"},
    {"cache", "cache"},
};

/* The record holds length and digest where the text itself had no room. */
static void
print_member(const struct json_value *top, const char *label, const char *name)
{
	const struct json_value *v = json_get(top, name);
	const char *text = member_text(top, name, "");

	if (text[0] != '\0')
		print_row(label, "%s", text);
	else if (v != NULL && json_type(v) == JSON_OBJECT)
		print_row(label, "%lld octets, too long for the record",
		    member_number(v, "octets"));
}

static void
print_advice(const struct reason_row *row)
{
	for (size_t i = 0; i < ELEMENTS(advice_rows); i++) {
		if (row->reason < advice_rows[i].first ||
		    row->reason > advice_rows[i].last)
			continue;
		if (advice_rows[i].advice != NULL)
			(void)printf("\n%s\n", advice_rows[i].advice);
		return;
	}
}

static void
print_record(const struct json_value *top)
{
	const struct reason_row *row =
	    reason_row_by_name(member_text(top, "reason", ""));
	char scopes[512];

	print_text(member_text(top, "decision", "?"));
	(void)printf(
	    ": %s\n", row != NULL ? row->sentence
				  : "a reason that this version does not know");
	for (size_t i = 0; i < ELEMENTS(member_rows); i++)
		print_member(top, member_rows[i].label, member_rows[i].member);
	member_words(top, "scopes_matched", scopes, sizeof(scopes));
	if (scopes[0] != '\0')
		print_row(
		    "scopes", "%s, of those that the policy names", scopes);
	if (row != NULL)
		print_advice(row);
}

static int
parse(int argc, char **argv, const char **ret_ref, const char **ret_path)
{
	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--log") == 0) {
			if (++i == argc)
				return usage_error(
				    "explain: --log lacks a file");
			*ret_path = argv[i];
		} else if (*ret_ref == NULL && argv[i][0] != '-') {
			*ret_ref = argv[i];
		} else {
			return usage_error(
			    "explain: unexpected argument '%s'", argv[i]);
		}
	}
	/* Records of the log itself have no reference, which "" would match. */
	if (*ret_ref == NULL || (*ret_ref)[0] == '\0')
		return usage_error("explain: give the reference that the user "
				   "was shown");
	return EXIT_DONE;
}

int
cmd_explain(const struct ctl *ctl, int argc, char **argv)
{
	_cleanup_(audit_log_close) FILE *log = NULL;
	_cleanup_(json_freep) struct json *record = NULL;
	_cleanup_(buf_clear) struct buf line;
	const char *ref = NULL, *path = NULL;
	int code = parse(argc, argv, &ref, &path);

	buf_init(&line, MESSAGE_MAX);
	if (code != EXIT_DONE)
		return code;
	log = audit_log_open(ctl, path, &code);
	if (log == NULL)
		return code;
	if (audit_log_find(log, ref, &line, &record)) {
		if (ctl->json)
			(void)printf("%s\n", buf_string(&line));
		else
			print_record(json_top(record));
		return EXIT_DONE;
	}
	if (ferror(log))
		(void)fprintf(
		    stderr, "validatorctl: the audit log cannot be read\n");
	else
		(void)fprintf(stderr,
		    "validatorctl: no record with the reference %s; an older "
		    "log can be named with --log, and what the module decided "
		    "without the daemon is in the service's own log "
		    "(journalctl -g %s)\n",
		    ref, ref);
	return EXIT_NOT_DONE;
}
