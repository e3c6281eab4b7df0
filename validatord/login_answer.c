/* SPDX-License-Identifier: ISC */
#include <string.h>

#include "decide.h"
#include "login_end.h"
#include "login_prompt.h"
#include "login_redeem.h"
#include "login_redirect.h"
#include "login_request.h"
#include "login_typed.h"
#include "login_url.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * One answer: sorted by what it looks like, never by what it would have to be
 * for the login to go on. The login may be gone when a function here returns.
 */

static bool
by_redirect(const struct login *login)
{
	return login->method == LOGIN_BROWSER &&
	       !redirect_reaches_gateway(login->config, login->issuer);
}

/* Once more, while there are tries left. */
static void
wrong(struct login *login, enum prompt again)
{
	if (--login->tries == 0)
		login_end(login, REASON_LOGIN_CODE_WRONG, "");
	else
		login_prompt_again(login, again);
}

static void
decide_answer(struct login *login)
{
	struct connection *c = login->connection;
	struct request *r = &c->request;

	r->deadline = login->answer_by;
	r->done = reply_verdict;
	r->argument = c;
	connection_decide(c);
}

static void
answer_token(struct login *login, struct text token)
{
	_cleanup_(buf_clear) struct buf packet = {0};

	buf_init_sensitive(&packet, MESSAGE_MAX);
	if (login_request_token(login, &login->connection->request, token,
		&packet) == STATUS_OK)
		decide_answer(login);
	else
		login_end(login, REASON_TOKEN_MALFORMED, "");
}

/* The browser's owner has approved, and who types here has seen that. */
static void
answer_grant(struct login *login)
{
	_cleanup_(buf_clear) struct buf packet = {0};
	struct request *r = &login->connection->request;

	buf_init_sensitive(&packet, MESSAGE_MAX);
	login_request(login, r);
	if (login_request_grant(login, r, TAKE_PTR(login->grant), &packet) ==
	    STATUS_OK)
		decide_answer(login);
	else
		login_end(login, REASON_TOKEN_MALFORMED, "");
}

static void
answer_code(struct login *login, const char *code)
{
	if (!login->has_code)
		login_prompt_again(login, PROMPT_NOT_YET);
	else if (strlen(code) == LOGIN_CODE_LENGTH &&
		 digest_matches(&login->code, text_of(code)))
		answer_grant(login);
	else
		wrong(login, PROMPT_BROWSER_AGAIN);
}

/* The redirect that was pasted: the answer waits for the exchange. */

static void
redeemed(struct connection *c, const struct redeem_result *result)
{
	if (result->reason != REASON_NONE)
		login_end(c->login, result->reason, "");
	else
		answer_grant(c->login);
}

static void
take_redirect(struct login *login, const struct redirect *r)
{
	struct connection *c = login->connection;
	enum reason reason =
	    redirect_check(login->issuer, login->state->metadata.states_iss, r);

	if (reason == REASON_NONE)
		reason = redeem_begin(
		    login, &login->visits[0], r->code, c, redeemed);
	if (reason != REASON_NONE)
		login_end(login, reason, "");
	else
		connection_wait(c);
}

static void
answer_redirect(struct login *login, struct text url)
{
	_cleanup_(redirect_clear) struct redirect r = {0};
	_cleanup_(buf_clear) struct buf uri = {0};
	struct visit *visit = NULL;

	buf_init(&uri, LINK_MAX);
	if (redirect_uri_append(&uri, login->config, login->issuer) ==
		STATUS_OK &&
	    redirect_read(url, buf_string(&uri),
		(enum exchange_kind)login->issuer->sign_in.exchange,
		&r) == STATUS_OK &&
	    login_find_state(
		login->connection->server->logins, r.state, &visit) == login)
		take_redirect(login, &r);
	else
		wrong(login, PROMPT_REDIRECT_AGAIN);
}

/* Whatever else is typed says that the page was gone through. */
static void
answer_device(struct login *login, struct text answer)
{
	char code[TYPED_CODE_MAX + 1];
	struct text rest;
	enum typed typed = typed_read(answer, &rest, code);

	explicit_bzero(code, sizeof(code));
	if (typed == TYPED_TOKEN && login->beside != 0)
		answer_token(login, rest);
	else if (login->grant != NULL)
		answer_grant(login);
	else
		login_prompt_again(login, PROMPT_NOT_YET);
}

static void
answer_browser(struct login *login, struct text answer)
{
	char code[TYPED_CODE_MAX + 1];
	struct text rest;
	enum typed typed = typed_read(answer, &rest, code);
	bool pasted = by_redirect(login);

	if (typed == TYPED_NOTHING)
		login_prompt_again(login, PROMPT_NOT_YET);
	else if (typed == TYPED_CODE && !pasted)
		answer_code(login, code);
	else if (typed == TYPED_ADDRESS && pasted)
		answer_redirect(login, rest);
	else if (typed == TYPED_TOKEN && login->beside != 0)
		answer_token(login, rest);
	else
		wrong(login,
		    pasted ? PROMPT_REDIRECT_AGAIN : PROMPT_BROWSER_AGAIN);
	explicit_bzero(code, sizeof(code));
}

void
login_answer(struct connection *c, const struct message *m)
{
	struct login *login = c->login;
	struct text answer = m->value[TAG_ANSWER];

	login->answer_by = deadline_earlier(
	    reply_deadline(m, monotonic_us()), login->deadline);
	if (deadline_passed(login->deadline) || login->answers-- == 0)
		login_end(login, REASON_LOGIN_UNFINISHED, "");
	else if (login->method == LOGIN_TOKEN)
		answer_token(login, answer);
	else if (login->method == LOGIN_DEVICE)
		answer_device(login, answer);
	else
		answer_browser(login, answer);
}
