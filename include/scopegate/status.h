/* SPDX-License-Identifier: ISC */
/*
 * Deciding and failing are different types. `status` says whether a step could
 * do its work; `verdict` and `reason` say what was decided. The verdict is
 * three-valued all the way: what is unavailable is neither yes nor no.
 */
#ifndef SCOPEGATE_STATUS_H
#define SCOPEGATE_STATUS_H

#include <stdbool.h>
#include <stdint.h>

/* X(NAME, "text for a log line") */
#define STATUS_LIST(X) \
	X(OK, "no error") \
	X(NOMEM, "out of memory") \
	X(INVALID, "invalid value") \
	X(TOO_BIG, "over the size limit") \
	X(NOT_FOUND, "not found") \
	X(ABSENT, "nothing is listening there") \
	X(UNTRUSTED, "the server is not the one expected") \
	X(TIMEOUT, "time-out") \
	X(CLOSED, "closed by the other side") \
	X(MALFORMED, "malformed message") \
	X(VERSION, "protocol version not supported") \
	X(FORBIDDEN, "not permitted") \
	X(BUSY, "too many at once") \
	X(IO, "input/output error")

enum status {
#define X(name, text) STATUS_##name,
	STATUS_LIST(X)
#undef X
};

const char *status_text(enum status s); /* never NULL */

enum verdict {
	VERDICT_ALLOW = 1, /* 0 is no verdict, so a zeroed struct allows nothing */
	VERDICT_DENY = 2,
	VERDICT_UNAVAILABLE = 3,
};

const char *verdict_name(enum verdict v); /* "allow" "deny" "unavailable" */

/*
 * What the PAM module answers, by name, so that the daemon and the operator's
 * tool can speak of it without <security/pam_modules.h>.
 */
enum pam_answer {
	PAM_ANSWER_SYSTEM_ERR = 0, /* the default of every table */
	PAM_ANSWER_SUCCESS,
	PAM_ANSWER_AUTH_ERR,
	PAM_ANSWER_ACCT_EXPIRED,
	PAM_ANSWER_PERM_DENIED,
	PAM_ANSWER_MAXTRIES,
	PAM_ANSWER_AUTHINFO_UNAVAIL,
};

const char *pam_answer_name(enum pam_answer a); /* "PAM_AUTH_ERR" ... */

/*
 * X(ID, "name", wire number, verdict, auth answer, account answer, "sentence")
 *
 * The sentence is what `validatorctl explain` prints. Wire numbers are for
 * ever: append, never reuse. The user's own short text lives in the module.
 */
#define REASON_LIST(X) \
	X(GRANTED, "granted", 1, ALLOW, SUCCESS, SUCCESS, \
	    "the token is active and every rule of the policy passed") \
	X(TOKEN_MALFORMED, "token_malformed", 10, DENY, AUTH_ERR, AUTH_ERR, \
	    "the answer was not a token: it holds characters that RFC 6750 " \
	    "does not allow, or its length is out of bounds") \
	X(TOKEN_INACTIVE, "token_inactive", 11, DENY, AUTH_ERR, AUTH_ERR, \
	    "the authorization server says that the token is not active: " \
	    "revoked, expired, unknown, or not for us to ask about") \
	X(TOKEN_EXPIRED, "token_expired", 12, DENY, AUTH_ERR, ACCT_EXPIRED, \
	    "the token has expired") \
	X(TOKEN_NOT_YET_VALID, "token_not_yet_valid", 13, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token is not valid yet; compare the clocks of this host and " \
	    "of the authorization server") \
	X(EXPIRY_MISSING, "expiry_missing", 14, DENY, AUTH_ERR, AUTH_ERR, \
	    "the authorization server states no expiry and the issuer's " \
	    "section does not say `expiry = none`") \
	X(ISSUER_MISMATCH, "issuer_mismatch", 15, DENY, AUTH_ERR, AUTH_ERR, \
	    "the answer names another issuer than the configured one") \
	X(AUDIENCE_MISMATCH, "audience_mismatch", 16, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token is meant for another audience than this host's") \
	X(CLIENT_NOT_ALLOWED, "client_not_allowed", 17, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token was issued to a client that `allowed_clients` does " \
	    "not list") \
	X(TOKEN_TYPE_WRONG, "token_type_wrong", 18, DENY, AUTH_ERR, AUTH_ERR, \
	    "this is not a bearer access token") \
	X(PROOF_REQUIRED, "proof_required", 19, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token is bound to a key (`cnf`) and no proof of that key " \
	    "can be given here") \
	X(SUBJECT_MISSING, "subject_missing", 20, DENY, AUTH_ERR, AUTH_ERR, \
	    "the answer names no subject") \
	X(USER_CLAIM_MISSING, "user_claim_missing", 21, DENY, AUTH_ERR, AUTH_ERR, \
	    "the answer lacks the claim that `user_claim` names, or it is " \
	    "not a string") \
	X(USER_MISMATCH, "user_mismatch", 22, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token belongs to another user than the one who logs in") \
	X(USER_UNMAPPED, "user_unmapped", 23, DENY, AUTH_ERR, AUTH_ERR, \
	    "no line of the user map gives this subject a local user") \
	X(TOKEN_FOREIGN, "token_foreign", 24, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token was not issued to this gate: such a broker does not " \
	    "say to which app it gave a token, so only tokens of our own " \
	    "sign-in count; see `allow_foreign_tokens`") \
	X(GRANT_ENDED, "grant_ended", 25, DENY, AUTH_ERR, ACCT_EXPIRED, \
	    "the grant has ended: it was revoked here or at the broker, or " \
	    "it is older than `grant_max_age` allows") \
	X(LOGIN_CODE_WRONG, "login_code_wrong", 26, DENY, AUTH_ERR, AUTH_ERR, \
	    "what was typed is not what the browser showed in the end, or " \
	    "the login code is unknown, used or meant for another login") \
	X(LOGIN_UNFINISHED, "login_unfinished", 27, DENY, AUTH_ERR, AUTH_ERR, \
	    "the sign-in in the browser was not gone through in time") \
	X(LOGIN_DECLINED, "login_declined", 28, DENY, AUTH_ERR, AUTH_ERR, \
	    "whoever opened the link said that this login is not theirs, or " \
	    "did not grant at the broker what was asked for") \
	X(GRANT_REFUSED, "grant_refused", 29, DENY, AUTH_ERR, AUTH_ERR, \
	    "the authorization server refused to exchange the code: it was " \
	    "used before, too old, or made for another client or address") \
	X(ISSUER_MIXED_UP, "issuer_mixed_up", 30, DENY, AUTH_ERR, AUTH_ERR, \
	    "the redirect names another issuer than the one that this login " \
	    "was sent to (RFC 9207)") \
	X(ACCOUNT_REFUSED, "account_refused", 31, DENY, AUTH_ERR, AUTH_ERR, \
	    "the account at the broker is not in the state that the probe " \
	    "demands, such as active and not blocked") \
	X(TOKEN_NOT_JWT, "token_not_jwt", 32, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token is not a signed JWT of the kind that this issuer " \
	    "makes (RFC 9068)") \
	X(SIGNATURE_INVALID, "signature_invalid", 33, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token is not signed by the key that it names: forged, or " \
	    "damaged on its way") \
	X(KEY_UNKNOWN, "key_unknown", 34, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token names a key that the issuer's key set does not hold, " \
	    "or not for that algorithm") \
	X(CLAIM_MISSING, "claim_missing", 35, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token lacks a claim that an access token must have (RFC " \
	    "9068 section 2.2); see `jwt_profile`") \
	X(LIFETIME_TOO_LONG, "lifetime_too_long", 36, DENY, AUTH_ERR, AUTH_ERR, \
	    "the token was made to be valid for longer than `max_lifetime`, " \
	    "and nobody can be asked whether it was revoked") \
	X(FACTS_DISAGREE, "facts_disagree", 37, DENY, AUTH_ERR, AUTH_ERR, \
	    "what the token says and what the authorization server says of " \
	    "it differ in whose it is, or whose app got it") \
	X(DENIED, "denied", 38, DENY, AUTH_ERR, AUTH_ERR, \
	    "an operator has shut this out: the user, subject, client, " \
	    "signing key, token, or all that was issued before a certain " \
	    "time; `validatorctl deny list` shows the rules") \
	X(LOGIN_REVOKED, "login_revoked", 39, DENY, AUTH_ERR, AUTH_ERR, \
	    "the operator revoked this user's grants while the sign-in " \
	    "waited for the person, and ended it with them") \
	X(LOGIN_CANCELLED, "login_cancelled", 63, DENY, AUTH_ERR, AUTH_ERR, \
	    "the sign-in was broken off: whoever was shown the link left " \
	    "before it was over, or was not given the time by the service") \
	X(NO_POLICY, "no_policy", 40, DENY, PERM_DENIED, PERM_DENIED, \
	    "no policy matches this service, user and address") \
	X(SCOPE_MISSING, "scope_missing", 41, DENY, PERM_DENIED, PERM_DENIED, \
	    "the token lacks a scope that the policy requires") \
	X(SCOPE_ANY_MISSING, "scope_any_missing", 42, DENY, PERM_DENIED, PERM_DENIED, \
	    "the token has none of the scopes of which the policy requires " \
	    "one") \
	X(SCOPE_REFUSED, "scope_refused", 43, DENY, PERM_DENIED, PERM_DENIED, \
	    "the token has a scope that the policy refuses") \
	X(SCOPES_UNKNOWN, "scopes_unknown", 44, DENY, PERM_DENIED, PERM_DENIED, \
	    "the authorization server does not state the token's scopes, " \
	    "and unknown scopes pass no scope rule") \
	X(CLAIM_MISMATCH, "claim_mismatch", 45, DENY, PERM_DENIED, PERM_DENIED, \
	    "a claim does not have a value that the policy accepts") \
	X(AUTHENTICATION_TOO_OLD, "authentication_too_old", 46, DENY, PERM_DENIED, PERM_DENIED, \
	    "the user authenticated longer ago than `max_age` allows, or " \
	    "the authorization server does not say when") \
	X(ENVIRONMENT_MISMATCH, "environment_mismatch", 47, DENY, PERM_DENIED, PERM_DENIED, \
	    "the grant is for another environment (paper or live) than the " \
	    "policy wants, or does not say which") \
	X(LOGIN_METHOD_REFUSED, "login_method_refused", 48, DENY, PERM_DENIED, PERM_DENIED, \
	    "the policy does not allow this way of signing in") \
	X(HANDLE_MISMATCH, "handle_mismatch", 49, DENY, PERM_DENIED, PERM_DENIED, \
	    "the handle belongs to another user or service") \
	X(REMOTE_DEVICE_REFUSED, "remote_device_refused", 50, DENY, PERM_DENIED, \
	    PERM_DENIED, \
	    "a device grant may be forwarded to a stranger, so it does not " \
	    "open remote logins unless the policy says `device_remote = yes`") \
	X(AUTHENTICATION_TOO_WEAK, "insufficient_user_authentication", 51, DENY, \
	    PERM_DENIED, PERM_DENIED, \
	    "the user did not authenticate in one of the ways that the " \
	    "policy wants (`acr`, `amr`; RFC 9470)") \
	X(DETAILS_MISSING, "details_missing", 52, DENY, PERM_DENIED, PERM_DENIED, \
	    "the token's authorization_details (RFC 9396) do not grant what " \
	    "the policy wants") \
	X(KEY_BINDING, "ssh_key_mismatch", 53, DENY, PERM_DENIED, PERM_DENIED, \
	    "the SSH key that this login used is not one that the token, or " \
	    "the user map, names (`ssh_key`), or no key was used") \
	X(TOO_MANY_TRIES, "too_many_tries", 60, DENY, MAXTRIES, PERM_DENIED, \
	    "too many refused tries from this address or for this user; " \
	    "wait and try again") \
	X(USER_NAME_INVALID, "user_name_invalid", 61, DENY, PERM_DENIED, PERM_DENIED, \
	    "the user name is not one that a local account can have") \
	X(TOO_MANY_LOGINS, "too_many_logins", 62, DENY, MAXTRIES, PERM_DENIED, \
	    "too many sign-ins are waiting for a browser already, in all, " \
	    "for this user or from this address") \
	X(AS_UNREACHABLE, "as_unreachable", 100, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server cannot be reached") \
	X(AS_TIMEOUT, "as_timeout", 101, UNAVAILABLE, AUTHINFO_UNAVAIL, AUTHINFO_UNAVAIL, \
	    "the authorization server did not answer in time") \
	X(AS_TLS, "as_tls", 102, UNAVAILABLE, AUTHINFO_UNAVAIL, AUTHINFO_UNAVAIL, \
	    "the authorization server's certificate is not good: expired, " \
	    "for another name, or from an authority that `ca_file` does not " \
	    "hold") \
	X(AS_REJECTS_US, "as_rejects_us", 103, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server rejects our own client credentials; " \
	    "check client_id, client_secret_file and client_auth") \
	X(AS_RATE_LIMIT, "as_rate_limit", 104, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server asks us to slow down (429)") \
	X(AS_ERROR, "as_error", 105, UNAVAILABLE, AUTHINFO_UNAVAIL, AUTHINFO_UNAVAIL, \
	    "the authorization server answered with an error of its own") \
	X(AS_ANSWER_MALFORMED, "as_answer_malformed", 106, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server's answer is not a valid introspection " \
	    "response (RFC 7662 section 2.2)") \
	X(AS_ANSWER_TOO_LARGE, "as_answer_too_large", 107, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server's answer is over the size limit") \
	X(AS_STATUS_UNEXPECTED, "as_status_unexpected", 108, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server answered with a status that " \
	    "introspection does not have, such as a redirect") \
	X(AS_TOKEN_UNSUPPORTED, "as_token_unsupported", 109, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server does not introspect this kind of token") \
	X(BREAKER_OPEN, "breaker_open", 110, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server failed repeatedly and is left alone " \
	    "for some seconds") \
	X(OVERLOADED, "overloaded", 111, UNAVAILABLE, AUTHINFO_UNAVAIL, AUTHINFO_UNAVAIL, \
	    "too many requests are waiting for the authorization server") \
	X(AUDIT_FAILED, "audit_failed", 112, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the audit record could not be written, and without a record " \
	    "there is no login") \
	X(FETCH_DOWN, "fetch_down", 113, UNAVAILABLE, AUTHINFO_UNAVAIL, AUTHINFO_UNAVAIL, \
	    "the process that talks to the authorization server is not " \
	    "running; it is being started again") \
	X(HANDLE_UNKNOWN, "handle_unknown", 114, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "this daemon does not know the handle: it was restarted since, " \
	    "or the login took too long") \
	X(CLOCK_UNRELIABLE, "clock_unreliable", 115, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "this host's clock is plainly wrong, so no expiry can be judged") \
	X(DEADLINE_PASSED, "deadline_passed", 116, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the time that the login allowed for an answer has passed") \
	X(ISSUER_UNREADY, "issuer_unready", 117, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the authorization server's endpoints are not known yet: " \
	    "discovery has not succeeded") \
	X(NO_MEMORY, "no_memory", 118, UNAVAILABLE, AUTHINFO_UNAVAIL, AUTHINFO_UNAVAIL, \
	    "the daemon is out of memory") \
	X(INTERRUPTED, "interrupted", 119, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the question to the authorization server was cut off: the " \
	    "fetching process ended, or the configuration was replaced") \
	X(PROBE_BUDGET, "probe_budget", 120, UNAVAILABLE, AUTHINFO_UNAVAIL, \
	    AUTHINFO_UNAVAIL, \
	    "the broker was asked about this account as often as " \
	    "`probe_budget` allows; its limit is shared with the owner's own " \
	    "programs") \
	X(GRANT_STORE_FAILED, "grant_store_failed", 121, UNAVAILABLE, \
	    AUTHINFO_UNAVAIL, AUTHINFO_UNAVAIL, \
	    "the grant could not be kept in `state_dir`, and without that " \
	    "there is no login") \
	X(KEYS_UNAVAILABLE, "keys_unavailable", 122, UNAVAILABLE, \
	    AUTHINFO_UNAVAIL, AUTHINFO_UNAVAIL, \
	    "the issuer's key set cannot be had, and there is none that is " \
	    "young enough (`jwks_stale`)")

enum reason {
	REASON_NONE = 0,
#define X(id, name, number, verdict, auth, account, text) REASON_##id = number,
	REASON_LIST(X)
#undef X
};

struct reason_row {
	enum reason reason;
	enum verdict verdict;
	enum pam_answer auth;
	enum pam_answer account;
	const char *name; /* "scope_missing": audit, JSON, metrics */
	const char *sentence;
};

/* The row of a wire number or of a name; NULL if there is none. */
const struct reason_row *reason_row(unsigned int number);
const struct reason_row *reason_row_by_name(const char *name);

#endif
