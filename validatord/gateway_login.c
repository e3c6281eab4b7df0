/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "gateway_command.h"
#include "gateway_write.h"
#include "login_end.h"
#include "login_redeem.h"
#include "login_redirect.h"
#include "login_url.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * What a browser does to a login. Cookie and state must belong together; each
 * state is used up by what it is sent with, whatever comes of it. The code is
 * shown to the one who approved, once, and kept as its digest.
 */

/* One that no browser can be sent for any more: somebody is through. */
static bool
is_taken(const struct login *login)
{
	return login->redeem != NULL || login->grant != NULL || login->has_code;
}

static void
refused(struct connection *c, const struct login *login, enum reason reason,
    const char *error, const char *detail)
{
	struct gateway_document d;

	gateway_start(&d, "refused");
	gateway_write_reason(&d.w, reason);
	if (error[0] != '\0')
		json_write_string(&d.w, "error", error);
	gateway_write_login(&d.w, login);
	gateway_write_missing(&d.w, reason, detail);
	gateway_send(c, &d);
}

/* link */

static void
send_on(struct connection *c, const struct secret *url, const char *browser)
{
	struct gateway_document d;

	gateway_start(&d, "redirect");
	json_write_text(&d.w, "url", url->bytes, url->length);
	json_write_string(&d.w, "browser", browser);
	gateway_send(c, &d);
}

/* The cookie that the browser has, if it is one of ours: it may have another
 * login open. */
static bool
choose_browser(struct logins *l, struct text had, struct visit *visit,
    char ret[NONCE_SIZE])
{
	if (had.length == NONCE_SIZE - 1 && login_knows_browser(l, had)) {
		memcpy(ret, had.bytes, had.length);
		ret[had.length] = '\0';
		return digest_of(had, &visit->browser);
	}
	return nonce_new(ret, &visit->browser);
}

void
gateway_link(struct connection *c, const struct message *m)
{
	struct logins *l = c->server->logins;
	struct login *login = login_find_link(l, m->value[TAG_LINK]);
	struct text had = m->value[TAG_BROWSER];
	_cleanup_(secret_clear) struct secret url = {0};
	char browser[NONCE_SIZE];
	struct visit *visit = NULL;
	struct visit before;

	if (login != NULL && login->method == LOGIN_BROWSER &&
	    redirect_reaches_gateway(login->config, login->issuer) &&
	    !is_taken(login))
		visit = login_visit(login, had);
	if (visit == NULL) {
		gateway_say(c, "gone");
		return;
	}
	before = *visit;
	if (!choose_browser(l, had, visit, browser) ||
	    authorization_url(login, visit, &url) != STATUS_OK) {
		*visit = before;
		gateway_unavailable(c, REASON_NO_MEMORY, 0);
		return;
	}
	visit->turn = ++login->opened;
	send_on(c, &url, browser);
	explicit_bzero(browser, sizeof(browser));
}

/* callback */

static void
ask_owner(struct connection *c, struct login *login, struct visit *visit)
{
	struct gateway_document d;
	char state[NONCE_SIZE];

	/* A new one: the first stands in the browser's history. */
	if (!nonce_new(state, &visit->state)) {
		gateway_unavailable(c, REASON_NO_MEMORY, 0);
		return;
	}
	visit->stage = VISIT_ASKED;
	gateway_start(&d, "confirm");
	json_write_string(&d.w, "state", state);
	explicit_bzero(state, sizeof(state));
	gateway_write_login(&d.w, login);
	gateway_write_grant(&d.w, login->grant);
	json_write_integer(
	    &d.w, "seconds", deadline_left_ms(login->deadline) / 1000);
	gateway_send(c, &d);
}

static void
redeemed(struct connection *c, const struct redeem_result *result)
{
	if (result->login == NULL)
		gateway_say(c, "gone");
	else if (result->reason == REASON_NONE)
		ask_owner(c, result->login, result->visit);
	else if (reason_row(result->reason)->verdict == VERDICT_DENY)
		refused(c, result->login, result->reason, result->error,
		    result->detail);
	else
		gateway_unavailable(c, result->reason, 0);
}

/* RFC 6749 section 4.1.2.1: words that may be shown; others are not. */
static const char *
known_error(struct text error)
{
	static const char *const known[] = {
	    "invalid_request",
	    "unauthorized_client",
	    "access_denied",
	    "unsupported_response_type",
	    "invalid_scope",
	    "server_error",
	    "temporarily_unavailable",
	};

	for (size_t i = 0; i < ELEMENTS(known); i++) {
		if (text_equal_string(error, known[i]))
			return known[i];
	}
	return "";
}

/* Only who was sent the browser has this path for his own, whatever else he
 * makes it bring. */
static enum reason
check_callback(
    const struct login *login, struct text path, const struct redirect *r)
{
	const char *own = config_redirect_path(login->config, login->issuer);

	if (path.bytes == NULL)
		path = text_of("/callback");
	if (own == NULL || !text_equal_string(path, own))
		return REASON_ISSUER_MIXED_UP;
	return redirect_check(
	    login->issuer, login->state->metadata.states_iss, r);
}

static void
take_callback(struct connection *c, struct login *login, struct visit *visit,
    struct text path, const struct redirect *r)
{
	enum reason reason = check_callback(login, path, r);

	if (reason == REASON_NONE) {
		reason = redeem_begin(login, visit, r->code, c, redeemed);
		if (reason == REASON_NONE) {
			connection_wait(c);
			return;
		}
	}
	visit->stage = VISIT_OVER;
	if (reason_row(reason)->verdict == VERDICT_DENY) {
		refused(c, login, reason, known_error(r->error), "");
		login_end(login, reason, "");
		return;
	}
	login->trouble = reason;
	gateway_unavailable(c, reason, 0);
}

static void
warn_of_login(const struct login *login, const char *what)
{
	const struct text *value = login->begin.value;

	log_warning("a sign-in to %.*s as %.*s from %.*s %s",
	    (int)value[TAG_SERVICE].length, value[TAG_SERVICE].bytes,
	    (int)value[TAG_USER].length, value[TAG_USER].bytes,
	    value[TAG_RHOST].bytes != NULL ? (int)value[TAG_RHOST].length : 9,
	    value[TAG_RHOST].bytes != NULL ? value[TAG_RHOST].bytes
					   : "this host",
	    what);
}

/* Somebody else's browser has state and code, so neither may serve anybody:
 * the code is exchanged and what it gives thrown away. */
static void
take_foreign(struct connection *c, struct login *login, struct visit *visit,
    struct text path, const struct redirect *r)
{
	warn_of_login(login, "came back in a browser that did not open its "
			     "link, and is refused");
	if (check_callback(login, path, r) == REASON_NONE)
		(void)redeem_begin(login, visit, r->code, NULL, NULL);
	visit->stage = VISIT_OVER;
	gateway_say(c, "foreign");
	login_end(login, REASON_LOGIN_DECLINED, "");
}

void
gateway_callback(struct connection *c, const struct message *m)
{
	const struct text *value = m->value;
	const struct redirect r = {.state = value[TAG_STATE],
	    .code = value[TAG_CODE],
	    .iss = value[TAG_ISS],
	    .error = value[TAG_OAUTH_ERROR]};
	struct visit *visit = NULL;
	struct login *login =
	    login_find_state(c->server->logins, value[TAG_STATE], &visit);

	if (login == NULL || visit->stage != VISIT_SENT || is_taken(login))
		gateway_say(c, "gone");
	else if (value[TAG_BROWSER].bytes == NULL ||
		 !digest_matches(&visit->browser, value[TAG_BROWSER]))
		take_foreign(c, login, visit, value[TAG_PATH], &r);
	else
		take_callback(c, login, visit, value[TAG_PATH], &r);
}

/* confirm */

static void
approve(struct connection *c, struct login *login)
{
	struct gateway_document d;
	char code[LOGIN_CODE_LENGTH + 1], shown[LOGIN_CODE_LENGTH + 2];

	if (!nonce_readable(code, LOGIN_CODE_LENGTH) ||
	    !digest_of(text_of(code), &login->code)) {
		gateway_unavailable(c, REASON_NO_MEMORY, 0);
		return;
	}
	login->has_code = true;
	(void)snprintf(shown, sizeof(shown), "%.4s-%s", code, code + 4);
	gateway_start(&d, "code");
	json_write_string(&d.w, "code", shown);
	gateway_write_login(&d.w, login);
	json_write_integer(
	    &d.w, "seconds", deadline_left_ms(login->deadline) / 1000);
	explicit_bzero(code, sizeof(code));
	explicit_bzero(shown, sizeof(shown));
	gateway_send(c, &d);
}

/* Somebody's link was opened by somebody else: the operator should know. */
static void
deny(struct connection *c, struct login *login)
{
	struct gateway_document d;

	warn_of_login(login, "was shown to the account's owner, who says that "
			     "it is not theirs");
	gateway_start(&d, "denied");
	gateway_write_login(&d.w, login);
	gateway_send(c, &d);
	login_end(login, REASON_LOGIN_DECLINED, "");
}

void
gateway_confirm(struct connection *c, const struct message *m)
{
	const struct text *value = m->value;
	bool yes = text_equal_string(value[TAG_CHOICE], "approve");
	struct visit *visit = NULL;
	struct login *login =
	    login_find_state(c->server->logins, value[TAG_STATE], &visit);

	if (!yes && !text_equal_string(value[TAG_CHOICE], "deny")) {
		connection_reply_error(c, PROTOCOL_ERROR_MALFORMED);
		return;
	}
	if (login == NULL || visit->stage != VISIT_ASKED ||
	    login->grant == NULL) {
		gateway_say(c, "gone");
		return;
	}
	if (!digest_matches(&visit->browser, value[TAG_BROWSER])) {
		gateway_say(c, "foreign");
		return;
	}
	visit->stage = VISIT_OVER;
	if (yes)
		approve(c, login);
	else
		deny(c, login);
}
