/* SPDX-License-Identifier: ISC */
/* Error codes of RFC 6749 sections 4.1.2.1 and 5.2, of RFC 7009, 8628, 8707 and
 * 9396, and of OpenID Connect. */
#ifndef BROKERD_OAUTH_ERROR_H
#define BROKERD_OAUTH_ERROR_H

/* X(NAME, "code", HTTP status at an endpoint that answers JSON) */
#define OAUTH_ERROR_LIST(X)                                                    \
	X(INVALID_REQUEST, "invalid_request", 400)                             \
	X(INVALID_CLIENT, "invalid_client", 401)                               \
	X(INVALID_GRANT, "invalid_grant", 400)                                 \
	X(UNAUTHORIZED_CLIENT, "unauthorized_client", 400)                     \
	X(UNSUPPORTED_GRANT_TYPE, "unsupported_grant_type", 400)               \
	X(UNSUPPORTED_RESPONSE_TYPE, "unsupported_response_type", 400)         \
	X(REQUEST_NOT_SUPPORTED, "request_not_supported", 400)                 \
	X(REQUEST_URI_NOT_SUPPORTED, "request_uri_not_supported", 400)         \
	X(REGISTRATION_NOT_SUPPORTED, "registration_not_supported", 400)       \
	X(LOGIN_REQUIRED, "login_required", 400)                               \
	X(CONSENT_REQUIRED, "consent_required", 400)                           \
	X(INTERACTION_REQUIRED, "interaction_required", 400)                   \
	X(ACCOUNT_SELECTION_REQUIRED, "account_selection_required", 400)       \
	X(INVALID_SCOPE, "invalid_scope", 400)                                 \
	X(INVALID_AUTHORIZATION_DETAILS, "invalid_authorization_details", 400) \
	X(INVALID_TARGET, "invalid_target", 400)                               \
	X(UNSUPPORTED_TOKEN_TYPE, "unsupported_token_type", 400)               \
	X(ACCESS_DENIED, "access_denied", 400)                                 \
	X(AUTHORIZATION_PENDING, "authorization_pending", 400)                 \
	X(SLOW_DOWN, "slow_down", 400)                                         \
	X(EXPIRED_TOKEN, "expired_token", 400)                                 \
	X(SERVER_ERROR, "server_error", 500)                                   \
	X(TEMPORARILY_UNAVAILABLE, "temporarily_unavailable", 503)

enum oauth_error {
	OAUTH_OK = 0,
#define X(name, code, status) OAUTH_##name,
	OAUTH_ERROR_LIST(X)
#undef X
};

#define OAUTH_ABOUT_SIZE 65
#define OAUTH_TEXT_SIZE 256

/* What went wrong, with a sentence a developer can act on (static). */
struct oauth_fault {
	enum oauth_error error;
	const char *description;
	char about[OAUTH_ABOUT_SIZE]; /* the scope it is about; "": none */
};

#define OAUTH_FAULT(name, text)                                                \
	((struct oauth_fault){.error = OAUTH_##name, .description = (text)})
#define OAUTH_FINE OAUTH_FAULT(OK, "")

/* With a word that the client sent, cut to what fits. It must be a word of a
 * word set: nothing else may stand in error_description (RFC 6749 section
 * 5.2). */
struct oauth_fault oauth_fault_about(struct oauth_fault f, const char *word);
/* The error_description. */
void oauth_fault_print(const struct oauth_fault *f, char ret[OAUTH_TEXT_SIZE]);

const char *oauth_error_code(enum oauth_error e);
unsigned int oauth_error_http_status(enum oauth_error e);

#endif
