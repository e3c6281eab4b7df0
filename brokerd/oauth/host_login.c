/* SPDX-License-Identifier: ISC */
/*
 * Reading host_login strictly. What it says is shown to a person who decides
 * by it, so nothing passes that could look like something else: no spaces, no
 * control characters, no letters beyond ASCII.
 */
#include "oauth/host_login.h"

#include <string.h>

#include "scopegate/cleanup.h"

#define DIGITS "0123456789"
#define SMALL "abcdefghijklmnopqrstuvwxyz"
#define CAPITALS "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

static bool
type_is_valid(const char *text)
{
	return strcmp(text, "host_login") == 0;
}

/* Labels of a host name (RFC 1123 section 2.1): none is empty, none begins or
 * ends with a hyphen. */
static bool
host_is_valid(const char *text)
{
	size_t length = strlen(text);
	char before = '.';

	if (length >= HOST_LOGIN_HOST_SIZE ||
	    strspn(text, SMALL CAPITALS DIGITS ".-") != length)
		return false;
	for (const char *c = text; *c != '\0'; before = *c++) {
		if (*c == '.' && (before == '.' || before == '-'))
			return false;
		if (*c == '-' && before == '.')
			return false;
	}
	return before != '.' && before != '-';
}

static bool
service_is_valid(const char *text)
{
	size_t length = strlen(text);

	return length > 0 && length < HOST_LOGIN_SERVICE_SIZE &&
	       strchr(SMALL, text[0]) != NULL &&
	       strspn(text, SMALL DIGITS "-") == length;
}

static const char bad_shape[] =
    "authorization_details must be an array of one entry, with type, host, "
    "service and user and nothing else";

static enum status
read_entry(const struct json_value *entry, struct host_login *ret,
    const char **ret_problem)
{
	const struct {
		const char *name;
		bool (*is_valid)(const char *text);
		char *copy;
		const char *problem;
	} members[] = {
	    {"type", type_is_valid, NULL,
		"authorization_details: type must be host_login"},
	    {"host", host_is_valid, ret->host,
		"authorization_details: host must be the name of a host"},
	    {"service", service_is_valid, ret->service,
		"authorization_details: service must be a word of a-z, 0-9 and "
		"hyphens, such as ssh"},
	    {"user", user_name_is_valid, ret->user,
		"authorization_details: user must be a user name of that "
		"host"},
	};

	if (json_type(entry) != JSON_OBJECT ||
	    json_count(entry) != ELEMENTS(members))
		return STATUS_MALFORMED;
	for (size_t i = 0; i < ELEMENTS(members); i++) {
		const char *text;

		if (json_string(json_get(entry, members[i].name), &text) !=
			STATUS_OK ||
		    !members[i].is_valid(text)) {
			*ret_problem = members[i].problem;
			return STATUS_MALFORMED;
		}
		if (members[i].copy != NULL)
			memcpy(members[i].copy, text, strlen(text) + 1);
	}
	return STATUS_OK;
}

/* *ret_problem, too, if it is STATUS_MALFORMED. */
static enum status
parse(const char *json, struct host_login *ret, const char **ret_problem)
{
	_cleanup_(json_freep) struct json *document = NULL;
	_cleanup_(buf_clear) struct buf text = {0};
	const struct json_value *list;
	const char *reason;
	struct host_login h;
	enum status status;

	*ret_problem = bad_shape;
	/* The reader wants an object at the top. */
	buf_init(&text, GRANT_DETAILS_SIZE);
	buf_format(&text, "{\"list\":%s}", json);
	if (buf_string(&text) == NULL)
		return text.error == STATUS_NOMEM ? STATUS_NOMEM
						  : STATUS_MALFORMED;
	status = json_parse(buf_string(&text), text.length, &document, &reason);
	if (status != STATUS_OK)
		return status;
	list = json_get(json_top(document), "list");
	/* More members: `json` had ended the list and gone on. */
	if (json_count(json_top(document)) != 1 ||
	    json_type(list) != JSON_ARRAY || json_count(list) != 1)
		return STATUS_MALFORMED;
	status = read_entry(json_first(list), &h, ret_problem);
	if (status == STATUS_OK)
		*ret = h;
	return status;
}

enum status
host_login_parse(const char *json, struct host_login *ret)
{
	const char *problem;

	return parse(json, ret, &problem);
}

void
host_login_write(
    const struct host_login *h, struct json_writer *w, const char *name)
{
	json_write_begin_array(w, name);
	json_write_begin_object(w, NULL);
	json_write_string(w, "type", "host_login");
	json_write_string(w, "host", h->host);
	json_write_string(w, "service", h->service);
	json_write_string(w, "user", h->user);
	json_write_end_object(w);
	json_write_end_array(w);
}

enum status
host_login_print(const struct host_login *h, char ret[GRANT_DETAILS_SIZE])
{
	_cleanup_(buf_clear) struct buf text = {0};
	struct json_writer w;

	buf_init(&text, GRANT_DETAILS_SIZE - 1);
	json_writer_init(&w, &text);
	host_login_write(h, &w, NULL);
	if (buf_string(&text) == NULL)
		return text.error;
	memcpy(ret, buf_string(&text), text.length + 1);
	return STATUS_OK;
}

struct oauth_fault
host_login_check(
    const char *json, struct host_login *ret, char ret_text[GRANT_DETAILS_SIZE])
{
	const char *problem = bad_shape;
	enum status status;

	if (json == NULL)
		return OAUTH_FINE;
	status = parse(json, ret, &problem);
	if (status == STATUS_OK)
		status = host_login_print(ret, ret_text);
	if (status == STATUS_OK)
		return OAUTH_FINE;
	if (status == STATUS_NOMEM)
		return OAUTH_FAULT(SERVER_ERROR, "out of memory");
	return OAUTH_FAULT(INVALID_AUTHORIZATION_DETAILS, problem);
}
