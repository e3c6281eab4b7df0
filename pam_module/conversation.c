/* SPDX-License-Identifier: ISC */
/*
 * Shows what the daemon asks and sends what the person answers, until there is
 * a verdict. The daemon decides how many rounds there are; must never go on for
 * ever with one that does not stop, nor take "allowed" before an answer.
 */
#include <string.h>

#include "answer.h"
#include "credential.h"
#include "prompt_text.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"
#include "scopegate/deadline.h"
#include "sign_in.h"

#define ROUNDS_MAX 16

/* Pressing Enter at once asks how it stands: the page may have ended the login,
 * and the verdict says why. Doing so again gives up. */
static bool
may_be_empty(const struct message *prompt, enum prompt asked)
{
	return asked == PROMPT_DEVICE_ENTER || asked == PROMPT_DEVICE_NUMBER ||
	       message_u8(prompt, TAG_PROMPT, 0) == PROMPT_BROWSER;
}

/* The prompt whose question an answer is to; "not yet" repeats the one that
 * went before. */
static enum prompt
asked_by(const struct message *prompt, enum prompt before)
{
	enum prompt number = (enum prompt)message_u8(prompt, TAG_PROMPT, 0);

	return number == PROMPT_NOT_YET ? before : number;
}

static enum end
ask(struct sign_in *s, const struct message *prompt, enum prompt asked,
    struct secret *ret)
{
	_cleanup_(buf_clear) struct buf text;
	enum end end;

	/* A link may hold a state. */
	buf_init_sensitive(&text, PROMPT_TEXT_MAX);
	end = prompt_text(prompt, asked, s->options, &text);
	if (end != END_VERDICT)
		return end;
	end = credential_ask(s->ph, buf_string(&text), ret);
	if (end == END_VERDICT)
		end = credential_join(s->ph, true, ret);
	if (end == END_EMPTY && may_be_empty(prompt, asked))
		end = END_VERDICT;
	s->answered_us = monotonic_us();
	return end;
}

static enum end
take_answer(struct sign_in *s, const struct message *prompt, enum prompt asked,
    enum end lock, struct secret *ret)
{
	bool token = prompt_takes_token(prompt);
	enum end end = ask(s, prompt, asked, ret);

	/* The verdict would be about another. */
	if (end == END_VERDICT && !request_is_for(s->ph, &s->request))
		end = END_USER_CHANGED;
	if (end == END_VERDICT)
		end = answer_prepare(asked, token, lock, ret);
	return end;
}

struct outcome
converse(struct sign_in *s, enum end lock)
{
	_cleanup_(client_end) struct client_conversation c =
	    CLIENT_NO_CONVERSATION;
	struct message reply = {0};
	enum prompt asked = PROMPT_NOT_YET; /* nothing */
	enum status status =
	    request_begin(&s->request, s->options, s->storage, &reply, &c);
	struct outcome o;
	unsigned int round = 0;

	for (; status == STATUS_OK && reply.type == MESSAGE_PROMPT; round++) {
		_cleanup_(secret_clear) struct secret answer = {0};
		enum end end = END_PROMPTS;

		asked = asked_by(&reply, asked);
		if (round < ROUNDS_MAX)
			end = take_answer(s, &reply, asked, lock, &answer);
		if (end != END_VERDICT)
			return outcome_of_end(PHASE_AUTH, end);
		status =
		    request_answer(s->options, &answer, s->storage, &reply, &c);
	}
	o = outcome_of_reply(PHASE_AUTH, status, &reply);
	if (round == 0 && outcome_allows(&o))
		o = outcome_of_end(PHASE_AUTH, END_REPLY);
	if (lock != END_VERDICT)
		o.lock = lock;
	return o;
}
