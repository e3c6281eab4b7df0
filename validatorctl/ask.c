/* SPDX-License-Identifier: ISC */
/* One question on ctl.sock, and the document that answers it. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl.h"
#include "scopegate/cleanup.h"
#include "scopegate/client.h"
#include "scopegate/deadline.h"

/* A reload waits for the fetching process; a check for the server. */
#define ASK_MS 20000

int
ctl_config_complain(const struct conf_error *error)
{
	if (error->line > 0)
		(void)fprintf(stderr, "%s:%u: %s\n", error->file, error->line,
		    error->text);
	else
		(void)fprintf(stderr, "%s: %s\n", error->file, error->text);
	return EXIT_CONFIG;
}

int
ctl_no_issuer(const struct config *config, const char *name)
{
	(void)fprintf(stderr, "there is no issuer %s: there %s", name,
	    config->issuer_count == 1 ? "is" : "are");
	for (size_t i = 0; i < config->issuer_count; i++)
		(void)fprintf(stderr, " %s", config->issuers[i].name);
	(void)fprintf(stderr, "\n");
	return EXIT_NOT_DONE;
}

struct config *
ctl_config(const struct ctl *ctl)
{
	struct conf_error error;
	struct config *config = NULL;

	if (config_load(ctl->config_path, &config, &error) == STATUS_OK)
		return config;
	(void)ctl_config_complain(&error);
	return NULL;
}

static enum status
write_question(const struct question *q, struct buf *ret)
{
	message_start(ret, MESSAGE_CONTROL, 1);
	message_put_string(ret, TAG_COMMAND, q->command);
	if (q->service != NULL)
		message_put_string(ret, TAG_SERVICE, q->service);
	if (q->user != NULL)
		message_put_string(ret, TAG_USER, q->user);
	if (q->rhost != NULL)
		message_put_string(ret, TAG_RHOST, q->rhost);
	if (q->handle != NULL)
		message_put_string(ret, TAG_HANDLE, q->handle);
	if (q->kind != NULL)
		message_put_string(ret, TAG_KIND, q->kind);
	if (q->value != NULL)
		message_put_string(ret, TAG_VALUE, q->value);
	if (q->issuer != NULL)
		message_put_string(ret, TAG_ISSUER, q->issuer);
	if (q->after != NULL)
		message_put_string(ret, TAG_REF, q->after);
	if (q->token != NULL)
		message_put(ret, TAG_TOKEN,
		    (struct text){q->token->bytes, q->token->length});
	return message_finish(ret);
}

int
ctl_complain(enum status s, const char *path, const struct message *reply)
{
	switch (s) {
	case STATUS_ABSENT:
		(void)fprintf(stderr,
		    "validatorctl: nothing listens on %s: is validatord "
		    "running?\n",
		    path);
		break;
	case STATUS_FORBIDDEN:
		(void)fprintf(stderr, "validatorctl: %s: %s\n", path,
		    protocol_error_text(message_u16(reply, TAG_ERROR, 0)));
		break;
	case STATUS_UNTRUSTED:
		(void)fprintf(stderr,
		    "validatorctl: %s: it or its folder does not belong to "
		    "you, or others may write the folder; run as root\n",
		    path);
		break;
	default:
		(void)fprintf(
		    stderr, "validatorctl: %s: %s\n", path, status_text(s));
	}
	return EXIT_UNAVAILABLE;
}

int
ctl_ask(const struct ctl *ctl, const struct question *question,
    struct buf *storage, struct json **ret)
{
	_cleanup_(buf_clear) struct buf request;
	struct message reply = {0};
	char folder[CTL_PATH_SIZE], path[CTL_PATH_SIZE + 16];
	struct client_server server = {.path = path, .owner = geteuid()};
	const char *reason;
	enum status s;

	buf_init_sensitive(&request, MESSAGE_MAX);
	if (ctl_path(ctl, CTL_RUNTIME_DIR, folder) != EXIT_DONE)
		return EXIT_CONFIG;
	(void)snprintf(path, sizeof(path), "%s/ctl.sock", folder);
	if (write_question(question, &request) != STATUS_OK)
		return usage_error("a name or the token is too long, or holds "
				   "characters that it must not");
	s = client_call(
	    &server, &request, deadline_in_ms(ASK_MS), storage, &reply);
	if (s != STATUS_OK)
		return ctl_complain(s, path, &reply);
	if (json_parse(reply.value[TAG_DOCUMENT].bytes,
		reply.value[TAG_DOCUMENT].length, ret, &reason) != STATUS_OK) {
		(void)fprintf(stderr,
		    "validatorctl: the daemon's answer cannot be read: %s\n",
		    reason);
		return EXIT_UNAVAILABLE;
	}
	if (ctl->json)
		(void)printf("%.*s\n", (int)reply.value[TAG_DOCUMENT].length,
		    reply.value[TAG_DOCUMENT].bytes);
	return EXIT_DONE;
}

const char *
member_text(
    const struct json_value *object, const char *name, const char *fallback)
{
	const char *text = fallback;

	(void)json_string(json_get(object, name), &text);
	return text;
}

long long
member_number(const struct json_value *object, const char *name)
{
	int64_t v = 0;

	(void)json_integer(json_get(object, name), INT64_MIN, INT64_MAX, &v);
	return v;
}

bool
member_bool(const struct json_value *object, const char *name)
{
	bool v = false;

	(void)json_bool(json_get(object, name), &v);
	return v;
}

void
member_words(
    const struct json_value *object, const char *name, char *ret, size_t size)
{
	const struct json_value *array = json_get(object, name);
	size_t at = 0;

	ret[0] = '\0';
	if (array == NULL || json_type(array) != JSON_ARRAY)
		return;
	for (const struct json_value *v = json_first(array); v != NULL;
	     v = json_next(v)) {
		const char *word = "";
		size_t n;

		(void)json_string(v, &word);
		n = strlen(word);
		if (at + n + 5 > size) {
			(void)snprintf(
			    ret + at, size - at, "%s...", at > 0 ? " " : "");
			return;
		}
		at += (size_t)snprintf(
		    ret + at, size - at, "%s%s", at > 0 ? " " : "", word);
	}
}
