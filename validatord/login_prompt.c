/* SPDX-License-Identifier: ISC */
#include "login_prompt.h"

#include <string.h>

#include "connection.h"
#include "qr.h"
#include "scopegate/cleanup.h"

/* The words are the module's: only what they are filled with goes out. */

static void
put_string(struct buf *out, enum message_tag tag, const char *value)
{
	if (value != NULL)
		message_put_string(out, tag, value);
}

/* A drawing that does not fit is left out: the link stands there too. */
static void
put_drawing(struct buf *out, const struct login *login, const char *link)
{
	_cleanup_(free_ptr) char *drawing = NULL;

	if (link == NULL || !login->policy->qr)
		return;
	drawing = qr_draw(link);
	put_string(out, TAG_QR, drawing);
}

void
login_prompt(
    struct login *login, enum prompt prompt, const struct prompt_shown *shown)
{
	struct connection *c = login->connection;
	struct buf reply;

	/* A URL holds a state. */
	buf_init_sensitive(&reply, MESSAGE_MAX);
	message_start(&reply, MESSAGE_PROMPT, c->id);
	message_put_u8(&reply, TAG_PROMPT, (uint8_t)prompt);
	put_string(&reply, TAG_LINK, shown->link);
	put_string(&reply, TAG_USER_CODE, shown->user_code);
	put_string(&reply, TAG_NUMBER, shown->number);
	put_drawing(&reply, login, shown->drawn);
	message_put_u8(&reply, TAG_LOGINS, (uint8_t)login->beside);
	message_put_u8(&reply, TAG_TRIES, (uint8_t)login->tries);
	message_put_u32(&reply, TAG_SECONDS,
	    (uint32_t)(deadline_left_ms(login->deadline) / 1000));
	if (message_finish(&reply) != STATUS_OK) {
		buf_clear(&reply);
		connection_reply_error(c, PROTOCOL_ERROR_INTERNAL);
		return;
	}
	login->has_link |= shown->link != NULL;
	(void)connection_prompt(c, &reply);
}

/* https://gate.example.com/l/K7QXM2RT */
static void
prompt_page(struct login *login, enum prompt prompt, bool drawn)
{
	const char *base = login->config->gateway_url;
	_cleanup_(buf_clear) struct buf link = {0};
	struct prompt_shown shown = {0};
	size_t length = strlen(base);

	buf_init(&link, LINK_MAX);
	if (length > 0 && base[length - 1] == '/')
		length--;
	(void)buf_append(&link, base, length);
	(void)buf_append_string(&link, "/l/");
	(void)buf_append_string(&link, login->link);
	shown.link = buf_string(&link);
	shown.drawn = drawn ? shown.link : NULL;
	login_prompt(login, prompt, &shown);
}

void
login_prompt_page(struct login *login)
{
	prompt_page(login, PROMPT_BROWSER, true);
}

void
login_prompt_again(struct login *login, enum prompt prompt)
{
	static const struct prompt_shown nothing = {0};

	if (prompt == PROMPT_BROWSER_AGAIN)
		prompt_page(login, prompt, false);
	else
		login_prompt(login, prompt, &nothing);
}
