/* SPDX-License-Identifier: ISC */
/*
 * Short sentences for people, by the daemon's reason or the module's own end.
 * Must never show a text that an authorization server or a token holds: the
 * only details shown are scope names, which the policy's author wrote.
 */
#include "user_text.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

struct sentence {
	enum reason reason;
	const char *plain;
	const char *before_detail; /* NULL: the detail is not for users */
};

/* What is not listed reads TEXT_NOT_ACCEPTED, or TEXT_UNAVAILABLE. */
static const struct sentence sentences[] = {
    {REASON_TOKEN_EXPIRED, "The token has expired; get a new one.", NULL},
    {REASON_TOKEN_NOT_YET_VALID, "The token is not valid yet.", NULL},
    {REASON_AUDIENCE_MISMATCH, "The token is meant for another service.", NULL},
    {REASON_CLIENT_NOT_ALLOWED,
	"The token was issued to an app that does not open this service.",
	NULL},
    {REASON_TOKEN_TYPE_WRONG, "This is not an access token.", NULL},
    {REASON_PROOF_REQUIRED,
	"The token is bound to a key and cannot be used here.", NULL},
    {REASON_USER_MISMATCH, "The token belongs to another user.", NULL},
    {REASON_USER_UNMAPPED, "The token's owner has no account here.", NULL},
    {REASON_TOKEN_NOT_JWT, "This is not an access token of that server.", NULL},
    {REASON_LIFETIME_TOO_LONG, "This token lasts longer than is accepted here.",
	NULL},
    {REASON_DENIED, "The operator does not let this in.", NULL},
    {REASON_AUTHENTICATION_TOO_WEAK,
	"You have to sign in in another way, such as with a second factor.",
	NULL},
    {REASON_DETAILS_MISSING, "This token does not grant what is needed here.",
	NULL},
    {REASON_GRANT_ENDED, "This sign-in has ended; sign in anew.", NULL},
    {REASON_LOGIN_UNFINISHED,
	"The sign-in was not finished in time; begin again.", NULL},
    {REASON_LOGIN_DECLINED, "This login was declined in the browser.", NULL},
    {REASON_GRANT_REFUSED, "The sign-in could not be completed; begin again.",
	NULL},
    {REASON_ISSUER_MIXED_UP,
	"The browser came back from another server than it was sent to.", NULL},
    {REASON_ACCOUNT_REFUSED,
	"The account at the broker does not open this service now.", NULL},
    {REASON_LOGIN_REVOKED, "This sign-in was ended by the operator.", NULL},
    {REASON_NO_POLICY, "No token opens this service for you.", NULL},
    {REASON_SCOPE_MISSING, "This token lacks a scope that is needed here.",
	"This token lacks the scope: "},
    {REASON_SCOPE_ANY_MISSING,
	"This token has none of the scopes of which one is needed here.",
	"This token needs one of the scopes: "},
    {REASON_SCOPE_REFUSED, "This token has a scope that is refused here.",
	"This token has a refused scope: "},
    {REASON_SCOPES_UNKNOWN, "The scopes of this token are not known.", NULL},
    {REASON_CLAIM_MISMATCH, "This token does not meet a rule of this service.",
	NULL},
    {REASON_AUTHENTICATION_TOO_OLD,
	"You signed in too long ago; sign in again for a new token.", NULL},
    {REASON_ENVIRONMENT_MISMATCH,
	"The token is for another environment (paper or live).", NULL},
    {REASON_LOGIN_METHOD_REFUSED, "This way of signing in is not allowed here.",
	NULL},
    {REASON_HANDLE_MISMATCH, "This sign-in belongs to another user or service.",
	NULL},
    {REASON_REMOTE_DEVICE_REFUSED,
	"This way of signing in is not allowed from another host.", NULL},
    {REASON_KEY_BINDING,
	"This login needs the SSH key that goes with the sign-in.", NULL},
    {REASON_TOO_MANY_TRIES, "Too many tries; wait and try again.", NULL},
    {REASON_TOO_MANY_LOGINS,
	"Too many sign-ins are waiting; finish one, or wait and try again.",
	NULL},
    {REASON_PROBE_BUDGET,
	"The broker may not be asked again yet; wait, this is not a refusal.",
	NULL},
};

static const char *const end_texts[] = {
#define X(name, word, code, floor, text) [END_##name] = text,
    END_LIST(X)
#undef X
};

static const struct sentence *
find_sentence(enum reason reason)
{
	for (size_t i = 0; i < ELEMENTS(sentences); i++)
		if (sentences[i].reason == reason)
			return &sentences[i];
	return NULL;
}

/* The sentence of a verdict, with its detail where that is for users. */
static void
write_verdict(const struct outcome *o, char *out, size_t size)
{
	const struct sentence *s = find_sentence(o->row->reason);
	size_t length = o->detail.length;

	if (s == NULL)
		(void)snprintf(out, size, "%s",
		    o->row->verdict == VERDICT_UNAVAILABLE ? TEXT_UNAVAILABLE
							   : TEXT_NOT_ACCEPTED);
	else if (s->before_detail != NULL && length > USER_DETAIL_MAX)
		(void)snprintf(out, size, "%s%.*s...", s->before_detail,
		    USER_DETAIL_MAX, o->detail.bytes);
	else if (s->before_detail != NULL && length > 0)
		(void)snprintf(out, size, "%s%.*s", s->before_detail,
		    (int)length, o->detail.bytes);
	else if (o->row->reason == REASON_TOO_MANY_TRIES && o->retry_after > 0)
		(void)snprintf(out, size,
		    "Too many tries; wait %u seconds and try again.",
		    o->retry_after);
	else
		(void)snprintf(out, size, "%s", s->plain);
}

bool
user_text_of(const struct outcome *o, char ret[USER_TEXT_MAX])
{
	char sentence[USER_TEXT_MAX / 2];
	const char *last_line;
	size_t columns;

	if (o->row != NULL)
		write_verdict(o, sentence, sizeof(sentence));
	else if (end_texts[o->end] != NULL)
		(void)snprintf(
		    sentence, sizeof(sentence), "%s", end_texts[o->end]);
	else
		return false;
	last_line = strrchr(sentence, '\n');
	last_line = last_line != NULL ? last_line + 1 : sentence;
	columns = strlen(last_line) + strlen(" (reference )") + o->ref.length;
	(void)snprintf(ret, USER_TEXT_MAX, "%s%c(reference %.*s)", sentence,
	    columns > USER_TEXT_COLUMNS ? '\n' : ' ', (int)o->ref.length,
	    o->ref.bytes);
	return true;
}
