/* SPDX-License-Identifier: ISC */
#include "login_device.h"

#include "device.h"
#include "login_end.h"
#include "login_prompt.h"
#include "scopegate/cleanup.h"
#include "server.h"

/*
 * Nothing is typed back but Enter: what ties browser and terminal here is the
 * code, and the number where the server's page asks for one. Hence remote
 * logins do not get this far unless the policy says so.
 */

static void
shown(const struct device_shown *s, void *argument)
{
	struct login *login = argument;
	bool remote = message_has(&login->begin, TAG_RHOST);
	const struct prompt_shown prompt = {.link = s->link,
	    .user_code = s->user_code,
	    .number = s->number,
	    .drawn = s->complete != NULL && !remote ? s->complete : s->link};

	login_prompt(login,
	    s->number != NULL ? PROMPT_DEVICE_NUMBER : PROMPT_DEVICE_ENTER,
	    &prompt);
}

static void
ended(struct exchange_result *result, void *argument)
{
	struct login *login = argument;

	login->device = NULL;
	if (result->reason != REASON_NONE)
		login_end(login, result->reason, "");
	else
		login->grant = TAKE_PTR(result->grant);
}

enum reason
login_device_begin(struct login *login)
{
	static const struct device_calls calls = {shown, ended};
	const struct device_ask ask = {.server = login->connection->server,
	    .config = login->config,
	    .policy = login->policy,
	    .service = login->begin.value[TAG_SERVICE],
	    .user = login->begin.value[TAG_USER],
	    .deadline = login->deadline};
	enum reason reason = REASON_NONE;

	login->device = device_begin(&ask, &calls, login, &reason);
	return login->device != NULL ? REASON_NONE : reason;
}
