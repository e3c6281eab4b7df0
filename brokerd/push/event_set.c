/* SPDX-License-Identifier: ISC */
/* An event as a security event token (RFC 8417). Its subject is a user of this
 * issuer where there is one, else the app (RFC 9493). */
#include <string.h>

#include "push/pusher.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static void
write_subject(
    const struct json_value *claims, const char *issuer, struct json_writer *w)
{
	const char *text = NULL;

	json_write_begin_object(w, "sub_id");
	if (json_string(json_get(claims, "sub"), &text) == STATUS_OK) {
		json_write_string(w, "format", "iss_sub");
		json_write_string(w, "iss", issuer);
		json_write_string(w, "sub", text);
	} else if (json_string(json_get(claims, "client_id"), &text) ==
		   STATUS_OK) {
		json_write_string(w, "format", "opaque");
		json_write_string(w, "id", text);
	}
	json_write_end_object(w);
}

enum status
event_set_claims(
    const struct event *e, const char *issuer, int64_t now, struct buf *ret)
{
	_cleanup_(json_freep) struct json *claims = NULL;
	const char *reason = NULL;
	struct json_writer w;
	enum status status =
	    json_parse(e->claims, strlen(e->claims), &claims, &reason);

	if (status != STATUS_OK)
		return status;
	json_writer_init(&w, ret);
	json_write_begin_object(&w, NULL);
	json_write_string(&w, "iss", issuer);
	json_write_string(&w, "aud", e->audience);
	json_write_string(&w, "jti", e->jti);
	json_write_integer(&w, "iat", now);
	json_write_integer(&w, "toe", e->created);
	write_subject(json_top(claims), issuer, &w);
	json_write_begin_object(&w, "events");
	/* The claims are JSON already: SQLite has written them, and the parse
	 * above has checked them. */
	buf_append_string(ret, "\"" EVENT_URN);
	buf_append_string(ret, e->type);
	buf_append_string(ret, "\":");
	buf_append_string(ret, e->claims);
	json_write_end_object(&w);
	json_write_end_object(&w);
	return ret->error;
}
