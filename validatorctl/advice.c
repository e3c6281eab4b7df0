/* SPDX-License-Identifier: ISC */
/*
 * Whoever signed in with a browser or a device holds no token that they could
 * replace, and the operator none to check: what helps them is another sign-in,
 * with other consent or another account.
 */
#include "advice.h"

#include <stdio.h>
#include <string.h>

#include "ctl.h"
#include "print.h"
#include "scopegate/cleanup.h"
#include "scopegate/status.h"

#define COLUMNS 76u

/* By group of reasons; the first that fits. `signed_in` is for those who came
 * by a link, and for tokens of such sign-ins; NULL: the same. */
static const struct row {
	unsigned int first, last;
	const char *advice;
	const char *signed_in;
} rows[] = {
    {REASON_GRANTED, REASON_GRANTED, NULL, NULL},
    {REASON_TOKEN_MALFORMED, REASON_TOKEN_MALFORMED,
	"Ask the user to copy the whole token and nothing else, in parts "
	"if it is long (pam_scopegate(8)).",
	"The authorization server gave this sign-in a token that nothing can "
	"be asked about: longer than 16384 octets, or not of the characters "
	"of RFC 6750. That can be mended there only."},
    {REASON_TOKEN_INACTIVE, REASON_TOKEN_EXPIRED,
	"Ask the user to get a new token.",
	"Have the user sign in again: a new login shows a new link."},
    {REASON_AUDIENCE_MISMATCH, REASON_AUDIENCE_MISMATCH,
	"Have the authorization server put the issuer's audience into access "
	"tokens, or write the one that they have: 'validatorctl check' shows "
	"what this user's token names. 'validatorctl config profiles' says "
	"what that takes at each product.",
	"Have the authorization server put the issuer's audience into the "
	"access tokens that it gives to this client, or write the one that "
	"they have."},
    {REASON_TOKEN_TYPE_WRONG, REASON_TOKEN_TYPE_WRONG,
	"Ask for an access token: an ID token or a refresh token will not do. "
	"If this issuer's access tokens are JWTs whose typ is JWT or missing, "
	"write jwt_profile = lax.",
	"The authorization server gave this sign-in what is no access token. "
	"If its access tokens are JWTs whose typ is JWT or missing, write "
	"jwt_profile = lax."},
    {REASON_TOKEN_NOT_YET_VALID, REASON_SUBJECT_MISSING,
	"Compare the issuer's section with what 'validatorctl check' "
	"shows for this user's token.",
	"Compare the issuer's section with what the authorization server says "
	"of tokens that it gives to this client."},
    {REASON_USER_CLAIM_MISSING, REASON_USER_CLAIM_MISSING,
	"Compare user_claim in the issuer's section with what 'validatorctl "
	"check' shows for this user's token.",
	"Compare user_claim in the issuer's section with what the "
	"authorization server says of its users."},
    {REASON_USER_MISMATCH, REASON_USER_MISMATCH,
	"Compare user_claim or user_map in the issuer's section with what "
	"'validatorctl check' shows for this user's token.",
	"Have the user sign in with their own account: the browser may have "
	"been signed in there as somebody else. If the account is the "
	"user's, correct user_claim or user_map in the issuer's section."},
    {REASON_USER_UNMAPPED, REASON_USER_UNMAPPED,
	"If the subject is this user, the issuer's user_map lacks a line.",
	"If the account is this user's, the issuer's user_map lacks a line; "
	"otherwise have them sign in with their own."},
    {REASON_TOKEN_FOREIGN, REASON_TOKEN_FOREIGN,
	"Have the user sign in with a browser, so that the token is one of "
	"this gate's own app; 'validatorctl grants' lists those.",
	NULL},
    {REASON_GRANT_ENDED, REASON_GRANT_ENDED,
	"Have the user sign in again: a new login shows a new link.", NULL},
    {REASON_LOGIN_CODE_WRONG, REASON_LOGIN_CODE_WRONG,
	"Have the user make a new login code, and type it within a minute at "
	"the login that it was made for.",
	"Ask the user whether this sign-in was theirs, and to try again."},
    {REASON_LOGIN_UNFINISHED, REASON_LOGIN_DECLINED,
	"Ask the user whether this sign-in was theirs, and to try again.",
	NULL},
    {REASON_GRANT_REFUSED, REASON_ISSUER_MIXED_UP,
	"Ask the user to try again. If it stays so, compare client_id, "
	"redirect_uri and the endpoints with what the broker has registered.",
	NULL},
    {REASON_ACCOUNT_REFUSED, REASON_ACCOUNT_REFUSED,
	"Have the account's owner look at its state at the broker.", NULL},
    {REASON_TOKEN_NOT_JWT, REASON_TOKEN_NOT_JWT,
	"Ask for an access token of this issuer: an ID token, an opaque or an "
	"encrypted one will not do. If its tokens have typ JWT, write "
	"jwt_profile = lax.",
	NULL},
    {REASON_SIGNATURE_INVALID, REASON_KEY_UNKNOWN,
	"Compare url and jwks_uri in the issuer's section with where the token "
	"is from. A token that nobody here knows may be forged.",
	NULL},
    {REASON_CLAIM_MISSING, REASON_CLAIM_MISSING,
	"Have the authorization server put the claim into access tokens, or "
	"write jwt_profile = lax if it is jti or client_id.",
	NULL},
    {REASON_LIFETIME_TOO_LONG, REASON_LIFETIME_TOO_LONG,
	"Have the authorization server issue tokens for a shorter time, raise "
	"max_lifetime, or write validation = both.",
	NULL},
    {REASON_FACTS_DISAGREE, REASON_FACTS_DISAGREE,
	"Compare what 'validatorctl check --offline' and the introspection "
	"endpoint say of this token; they should be of one server.",
	NULL},
    {REASON_DENIED, REASON_DENIED,
	"'validatorctl deny list' shows the rule and who made it, and "
	"'validatorctl allow' takes it away.",
	NULL},
    {REASON_AUTHENTICATION_TOO_WEAK, REASON_AUTHENTICATION_TOO_WEAK,
	"Have the user get a token by one of the ways that are named here, "
	"such as with a second factor.",
	"Have the user sign in again by one of the ways that are named here, "
	"such as with a second factor."},
    {REASON_DETAILS_MISSING, REASON_DETAILS_MISSING,
	"Ask for a token whose authorization_details grant what the policy "
	"names, or change details in the policy.",
	NULL},
    {REASON_KEYS_UNAVAILABLE, REASON_KEYS_UNAVAILABLE,
	"See whether this host reaches the key set. jwks_file needs no "
	"network.",
	NULL},
    {REASON_LOGIN_REVOKED, REASON_LOGIN_REVOKED,
	"The record 'revoke' just before this one says who did that. If the "
	"user may get in, have them sign in again.",
	NULL},
    {REASON_LOGIN_CANCELLED, REASON_LOGIN_CANCELLED,
	"Nothing, if the user thought better of it. If they know nothing of "
	"it, somebody else has tried to log in as them, and may have sent "
	"the link to somebody.",
	NULL},
    {REASON_NO_POLICY, REASON_NO_POLICY,
	"Add a policy for this service and user, if they are to get in.", NULL},
    {REASON_SCOPE_MISSING, REASON_SCOPE_ANY_MISSING,
	"Ask for a token with these scopes at the authorization server, "
	"or change the policy.",
	"Have the user sign in again and grant these scopes. If they were not "
	"asked for them, look at what the app may ask for at the "
	"authorization server, and at scope in the issuer's section."},
    {REASON_SCOPE_REFUSED, REASON_SCOPE_REFUSED,
	"Ask for a token without this scope at the authorization server, or "
	"change the policy.",
	"Have the user sign in again without granting this scope, or change "
	"the policy, or scope in the issuer's section."},
    {REASON_SCOPES_UNKNOWN, REASON_SCOPES_UNKNOWN,
	"Have the authorization server state the scopes of its tokens, or "
	"write a policy that needs none.",
	NULL},
    {REASON_REMOTE_DEVICE_REFUSED, REASON_REMOTE_DEVICE_REFUSED,
	"Have the user sign in with a browser instead of a device.", NULL},
    {REASON_CLAIM_MISMATCH, REASON_CLAIM_MISMATCH,
	"Compare the policy with what 'validatorctl check' shows for this "
	"user's token.",
	"Compare claim in the policy with what the authorization server says "
	"of this user."},
    {REASON_KEY_BINDING, REASON_KEY_BINDING,
	"Have the user log in with the key that goes with the token, or compare "
	"its fingerprint ('ssh-keygen -lf') with the claim, or the line of "
	"user_map, that ssh_key in the policy names. Where no key was used, "
	"sshd must ask for one first: AuthenticationMethods "
	"publickey,keyboard-interactive.",
	NULL},
    {REASON_AUTHENTICATION_TOO_OLD, REASON_AUTHENTICATION_TOO_OLD,
	"Have the user sign in anew at the authorization server, and get a new "
	"token. If the token does not say when the user authenticated, have "
	"the authorization server state auth_time, or take max_age out of the "
	"policy.",
	"Have the user sign out at the authorization server and sign in "
	"again: a new login shows a new link. If nothing said when the user "
	"authenticated, have the authorization server state auth_time, or take "
	"max_age out of the policy."},
    {REASON_ENVIRONMENT_MISMATCH, REASON_ENVIRONMENT_MISMATCH,
	"Ask for a token of the environment that the policy names.",
	"Have the user sign in again with an account of the environment that "
	"the policy names."},
    {REASON_LOGIN_METHOD_REFUSED, REASON_LOGIN_METHOD_REFUSED,
	"Compare login in the policy with login= in the PAM stack: no way of "
	"signing in is allowed by both.",
	NULL},
    {REASON_HANDLE_MISMATCH, REASON_HANDLE_MISMATCH,
	"Compare the parts of the PAM stack: account asked about another user "
	"or service than auth.",
	NULL},
    {REASON_TOO_MANY_TRIES, REASON_USER_NAME_INVALID,
	"If these tries were the user's own: wait a minute. Otherwise "
	"look at where they come from.",
	NULL},
    {REASON_TOO_MANY_LOGINS, REASON_TOO_MANY_LOGINS,
	"Wait until those that wait for a browser are over, a minute and a "
	"half at most.",
	NULL},
    {REASON_PROBE_BUDGET, REASON_PROBE_BUDGET,
	"Wait a minute; raise probe_budget or cache in the issuer's section "
	"if it happens often.",
	NULL},
    {REASON_GRANT_STORE_FAILED, REASON_GRANT_STORE_FAILED,
	"Look at the disk, the owner and the mode of state_dir, and at the "
	"log of validatord.",
	NULL},
    {REASON_AS_REJECTS_US, REASON_AS_REJECTS_US,
	"Compare client_id, client_secret_file and client_auth in the issuer's "
	"section with what is registered at the authorization server.",
	NULL},
    {REASON_AS_UNREACHABLE, 255,
	"'validatorctl status' tells whether it is still so.", NULL},
};

/* Where asking the server anew tells more than the record does. */
static const struct {
	unsigned int first, last;
} server_faults[] = {
    {REASON_SIGNATURE_INVALID, REASON_KEY_UNKNOWN},
    {REASON_AS_UNREACHABLE, REASON_BREAKER_OPEN},
    {REASON_ISSUER_UNREADY, REASON_ISSUER_UNREADY},
    {REASON_KEYS_UNAVAILABLE, REASON_KEYS_UNAVAILABLE},
};

static const struct row *
row_of(const struct json_value *record)
{
	const struct reason_row *reason =
	    reason_row_by_name(member_text(record, "reason", ""));

	for (size_t i = 0; reason != NULL && i < ELEMENTS(rows); i++) {
		if (reason->reason >= rows[i].first &&
		    reason->reason <= rows[i].last)
			return &rows[i];
	}
	return NULL;
}

/* The line that the user map lacks, where all of it is known. */
static void
print_map_line(const struct json_value *record)
{
	const char *const words[] = {
	    member_text(record, "issuer", ""),
	    member_text(record, "env", "*"),
	    member_text(record, "sub", ""),
	    member_text(record, "user", ""),
	};

	for (size_t i = 0; i < ELEMENTS(words); i++) {
		if (words[i][0] == '\0' || strchr(words[i], ' ') != NULL)
			return;
	}
	(void)printf("It would be:\n\n");
	for (size_t i = 0; i < ELEMENTS(words); i++) {
		(void)printf("%s", i > 0 ? " " : "    ");
		print_text(words[i]);
	}
	(void)putchar('\n');
}

/* In lines that fit a terminal; the texts are ours. */
static void
print_paragraph(const char *text)
{
	size_t column = 0;

	while (*text != '\0') {
		size_t word = strcspn(text, " ");

		if (column > 0 && column + 1 + word > COLUMNS) {
			(void)putchar('\n');
			column = 0;
		}
		(void)printf("%s%.*s", column > 0 ? " " : "", (int)word, text);
		column += (column > 0 ? 1 : 0) + word;
		text += word + strspn(text + word, " ");
	}
	(void)putchar('\n');
}

static void
print_issuer_test(const struct json_value *record)
{
	const struct reason_row *reason =
	    reason_row_by_name(member_text(record, "reason", ""));

	for (size_t i = 0; reason != NULL && i < ELEMENTS(server_faults); i++) {
		if (reason->reason < server_faults[i].first ||
		    reason->reason > server_faults[i].last)
			continue;
		(void)printf("'validatorctl issuer test ");
		print_text(member_text(record, "issuer", "NAME"));
		(void)printf("' asks that server now, and says what is "
			     "amiss.\n");
	}
}

void
advice_print(const struct json_value *record)
{
	const struct row *row = row_of(record);
	const char *grant = member_text(record, "grant", "");
	bool signed_in =
	    member_text(record, "login", "")[0] != '\0' || grant[0] != '\0';

	if (row == NULL || row->advice == NULL)
		return;
	(void)putchar('\n');
	print_paragraph(
	    signed_in && row->signed_in != NULL ? row->signed_in : row->advice);
	if (row->first == REASON_USER_UNMAPPED)
		print_map_line(record);
	print_issuer_test(record);
	if (grant[0] != '\0') {
		(void)printf("'validatorctl grants show ");
		print_text(grant);
		(void)printf("' tells what was granted, and until when.\n");
	}
}
