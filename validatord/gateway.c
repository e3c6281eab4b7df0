/* SPDX-License-Identifier: ISC */
#include "gateway.h"

#include "gateway_command.h"
#include "scopegate/cleanup.h"

/* One table of commands, with what each must be told. */

#define REQUIRED_MAX 5

static const struct {
	const char *name;
	gateway_command *run;
	enum message_tag required[REQUIRED_MAX + 1]; /* ends with TAG_NONE */
} commands[] = {
    {"link", gateway_link, {TAG_LINK, TAG_RHOST}},
    {"callback", gateway_callback, {TAG_STATE, TAG_RHOST}},
    {"confirm", gateway_confirm, {TAG_STATE, TAG_BROWSER, TAG_CHOICE}},
    {"code", gateway_code,
	{TAG_TOKEN, TAG_SERVICE, TAG_USER, TAG_HOST, TAG_RHOST}},
    {"authorize", gateway_authorize, {TAG_TOKEN, TAG_SERVICE, TAG_RHOST}},
    {"event", gateway_event, {TAG_DOCUMENT}},
    {"metadata", gateway_metadata, {TAG_NONE}},
    {"metrics", gateway_metrics, {TAG_NONE}},
};

static bool
has_all(const struct message *m, const enum message_tag *required)
{
	for (; *required != TAG_NONE; required++) {
		if (!message_has(m, *required))
			return false;
	}
	return true;
}

void
gateway_answer(struct connection *c, const struct message *m)
{
	for (size_t i = 0; i < ELEMENTS(commands); i++) {
		if (!text_equal_string(m->value[TAG_COMMAND], commands[i].name))
			continue;
		if (has_all(m, commands[i].required))
			commands[i].run(c, m);
		else
			connection_reply_error(c, PROTOCOL_ERROR_MALFORMED);
		return;
	}
	connection_reply_error(c, PROTOCOL_ERROR_COMMAND);
}
