/* SPDX-License-Identifier: ISC */
#include "login_prompt.h"

#include <string.h>

#include "connection.h"
#include "scopegate/cleanup.h"

/* The words are the module's: only what they are filled with goes out. */

/* https://gate.example.com/l/K7QXM2RT */
static void
put_link(struct buf *out, const struct login *login)
{
	const char *base = login->config->gateway_url;
	_cleanup_(buf_clear) struct buf link = {0};
	size_t length = strlen(base);

	buf_init(&link, LINK_MAX);
	if (length > 0 && base[length - 1] == '/')
		length--;
	(void)buf_append(&link, base, length);
	(void)buf_append_string(&link, "/l/");
	(void)buf_append_string(&link, login->link);
	if (buf_string(&link) != NULL)
		message_put_string(out, TAG_LINK, buf_string(&link));
}

void
login_prompt(struct login *login, enum prompt prompt, const struct secret *url)
{
	struct connection *c = login->connection;
	struct buf reply;

	/* A URL holds a state. */
	buf_init_sensitive(&reply, MESSAGE_MAX);
	message_start(&reply, MESSAGE_PROMPT, c->id);
	message_put_u8(&reply, TAG_PROMPT, (uint8_t)prompt);
	if (url != NULL)
		message_put(
		    &reply, TAG_LINK, (struct text){url->bytes, url->length});
	else if (prompt == PROMPT_BROWSER || prompt == PROMPT_BROWSER_AGAIN)
		put_link(&reply, login);
	message_put_u8(&reply, TAG_LOGINS, (uint8_t)login->beside);
	message_put_u8(&reply, TAG_TRIES, (uint8_t)login->tries);
	message_put_u32(&reply, TAG_SECONDS,
	    (uint32_t)(deadline_left_ms(login->deadline) / 1000));
	if (message_finish(&reply) != STATUS_OK) {
		buf_clear(&reply);
		connection_reply_error(c, PROTOCOL_ERROR_INTERNAL);
		return;
	}
	(void)connection_prompt(c, &reply);
}
