/* SPDX-License-Identifier: ISC */
/*
 * Which way. The items are read where they are needed: after the user was
 * asked for a token, since the application may change them while it converses;
 * before a conversation with the daemon, which is about one user throughout.
 */
#include "sign_in.h"

#include "credential.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

static struct outcome
by_token(struct sign_in *s, enum end end, const struct secret *token)
{
	struct message reply = {0};

	s->answered_us = monotonic_us();
	if (end == END_VERDICT)
		end = request_read(s->ph, s->options, &s->request);
	if (end == END_VERDICT && !secret_is_b64token(token))
		end = END_JUNK;
	if (end != END_VERDICT)
		return outcome_of_end(PHASE_AUTH, end);
	return outcome_of_reply(PHASE_AUTH,
	    request_ask(
		&s->request, s->options, token, NULL, s->storage, &reply),
	    &reply);
}

static bool
takes_token(const struct options *o)
{
	return o->login == 0 || (o->login & LOGIN_TOKEN) != 0;
}

static bool
may_converse(const struct options *o)
{
	return o->login != LOGIN_TOKEN && !o->tools;
}

struct outcome
sign_in(struct sign_in *s)
{
	_cleanup_(secret_clear) struct secret token = {0};
	enum end end = END_EMPTY;

	/* What an earlier module left is for a way of signing in that is not
	 * the one asked for. */
	if (takes_token(s->options))
		end = credential_left(s->ph, s->options, &token);
	/* Empty-handed, not broken off amid the parts. */
	if (end != END_EMPTY || token.length > 0 || s->options->use_first_pass)
		return by_token(s, end, &token);
	if (may_converse(s->options)) {
		end = request_read(s->ph, s->options, &s->request);
		/* The daemon is asked for everybody who might exist. */
		if (end == END_VERDICT || end == END_USER_UNKNOWN ||
		    end == END_UID_REFUSED)
			return converse(s, end);
		if (end != END_NAME_INVALID)
			return outcome_of_end(PHASE_AUTH, end);
	}
	end = credential_ask_token(s->ph, s->options, &token);
	return by_token(s, end, &token);
}
