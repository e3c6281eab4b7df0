/* SPDX-License-Identifier: ISC */
#include "login_end.h"

#include "connections.h"
#include "decide.h"
#include "login_redeem.h"
#include "login_request.h"
#include "server.h"

static void
ended(struct request *r)
{
	(void)r; /* decide_end() is over at once */
}

void
login_end(struct login *login, enum reason reason, const char *detail)
{
	struct connection *c = login->connection;
	struct logins *l = c->server->logins;
	struct request r = {0};

	l->unfinished += reason == REASON_LOGIN_UNFINISHED;
	l->declined += reason == REASON_LOGIN_DECLINED;
	login_request(login, &r);
	r.done = ended;
	r.argument = c;
	decide_end(&r, reason, detail);
	if (c->request.waiting)
		request_clear(&r);
	else
		reply_verdict(&r);
}

void
login_left(struct login *login)
{
	struct connection *c = login->connection;
	struct request r = {0};

	if (!login->has_link)
		return;
	login_request(login, &r);
	r.done = ended;
	decide_end(&r, REASON_LOGIN_CANCELLED,
	    c->server->connections->draining ? "the daemon was stopped" : "");
	request_clear(&r);
}

/* A prompt for a token has been granted nothing. */
static bool
signs_in(const struct login *login, struct text user)
{
	return login->method != LOGIN_TOKEN &&
	       text_equal(login->begin.value[TAG_USER], user);
}

size_t
logins_of_user(const struct logins *l, struct text user)
{
	const struct login *each;
	size_t count = 0;

	TAILQ_FOREACH(each, &l->waiting, entry)
	count += signs_in(each, user);
	return count;
}

static struct login *
first_of_user(const struct logins *l, struct text user)
{
	struct login *each;

	TAILQ_FOREACH(each, &l->waiting, entry)
	{
		if (signs_in(each, user))
			return each;
	}
	return NULL;
}

/* One may end another's wait, so each is looked for anew. */
size_t
logins_end_user(struct logins *l, struct text user, enum reason reason)
{
	struct login *login;
	size_t ended = 0;

	while ((login = first_of_user(l, user)) != NULL) {
		struct connection *c = login->connection;

		/* A pasted redirect's exchange must not come back to it. */
		redeem_leave_visitor(c);
		if (c->request.waiting)
			decide_interrupt(&c->request, reason);
		else
			login_end(login, reason, "");
		ended++;
	}
	return ended;
}

/* Is the terminal's own redirect being exchanged? */
static bool
is_pasted(const struct login *login)
{
	return login->redeem != NULL &&
	       login->connection->redeem == login->redeem;
}

/* Whoever could not go through the page because the other side was down has
 * not failed to. */
void
login_expired(int fd, short events, void *argument)
{
	struct login *login = argument;

	(void)fd;
	(void)events;
	/* What is being decided has a deadline of its own. */
	if (login->connection->request.waiting || is_pasted(login))
		return;
	if (login->connection->state == CONNECTION_WORKING)
		login->trouble = REASON_AS_TIMEOUT;
	login_end(login,
	    login->trouble != REASON_NONE ? login->trouble
					  : REASON_LOGIN_UNFINISHED,
	    "");
}
