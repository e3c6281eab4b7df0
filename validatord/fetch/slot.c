/* SPDX-License-Identifier: ISC */
#include "slot.h"

#include <string.h>

#include "http_pool.h"
#include "kite.h"
#include "probe.h"
#include "scopegate/cleanup.h"

/*
 * From a frame to a request. Credentials are added here and nowhere else, so a
 * decide that was taken over cannot have them sent where they do not belong.
 */

#define PROBE_HEADERS_MAX (24 * 1024) /* a token of 16 KiB and some more */
#define PROBE_BODY_MAX (64 * 1024)    /* three octets for each of a token's */

static const struct slot {
	bool known;
	bool form; /* POST, with our client authentication */
	bool once; /* never sent a second time */
} slots[] = {
    [FETCH_INTROSPECT] = {.known = true, .form = true},
    [FETCH_METADATA] = {.known = true},
    [FETCH_TOKEN] = {.known = true, .form = true, .once = true},
    [FETCH_DEVICE] = {.known = true, .form = true},
    [FETCH_REVOKE] = {.known = true, .form = true},
    [FETCH_PROBE] = {.known = true},
    [FETCH_JWKS] = {.known = true},
};

static enum status
copy_form(struct transfer *t, struct text form, const struct credentials *auth)
{
	enum status s = secret_set(&t->form, form.bytes, form.length);

	if (s == STATUS_OK && auth->form.length > 0 && form.length > 0)
		s = secret_append(&t->form, "&", 1);
	if (s == STATUS_OK && auth->form.length > 0)
		s = secret_append(
		    &t->form, auth->form.bytes, auth->form.length);
	return s;
}

/* Kite's exchange has no client authentication but its checksum. */
static enum status
make_form(struct transfer *t, const struct frame *ask)
{
	const struct pool *p = t->pool;

	if (ask->code == FETCH_TOKEN && p->auth.kite.length > 0)
		return kite_form(
		    p->issuer->client_id, &p->auth.kite, ask->body, &t->form);
	return copy_form(t, ask->body, &p->auth);
}

static enum status
set_credentials(struct transfer *t, bool with)
{
	const struct credentials *auth = &t->pool->auth;
	bool basic = with && auth->user.length > 0;

	return curl_easy_setopt(t->easy, CURLOPT_USERNAME,
		   basic ? auth->user.bytes : NULL) == CURLE_OK &&
		       curl_easy_setopt(t->easy, CURLOPT_PASSWORD,
			   basic ? auth->password.bytes : NULL) == CURLE_OK
		   ? STATUS_OK
		   : STATUS_NOMEM;
}

static enum status
set_method(struct transfer *t, bool post)
{
	CURL *e = t->easy;
	bool ok;

	if (!post)
		return curl_easy_setopt(e, CURLOPT_HTTPGET, 1L) == CURLE_OK
			   ? STATUS_OK
			   : STATUS_NOMEM;
	/* An empty body is one too; without a pointer libcurl would ask for
	 * it. */
	ok = curl_easy_setopt(e, CURLOPT_POST, 1L) == CURLE_OK &&
	     curl_easy_setopt(e, CURLOPT_POSTFIELDS,
		 t->form.bytes != NULL ? t->form.bytes : "") == CURLE_OK &&
	     curl_easy_setopt(e, CURLOPT_POSTFIELDSIZE, (long)t->form.length) ==
		 CURLE_OK;
	return ok ? STATUS_OK : STATUS_NOMEM;
}

static enum status
add_header(struct transfer *t, const char *line)
{
	struct curl_slist *grown = curl_slist_append(t->headers, line);

	if (grown == NULL)
		return STATUS_NOMEM;
	t->headers = grown;
	return STATUS_OK;
}

/* Lines as probe_fill() makes them: each ends in \n. */
static enum status
add_headers(struct transfer *t, struct buf *lines)
{
	char *line = (char *)lines->data, *end = line + lines->length;
	enum status s = STATUS_OK;

	while (s == STATUS_OK && line < end) {
		char *newline = memchr(line, '\n', (size_t)(end - line));

		*newline = '\0';
		s = add_header(t, line);
		line = newline + 1;
	}
	return s;
}

static enum status
make_probe(struct transfer *t, const struct frame *ask, bool *ret_post)
{
	_cleanup_(buf_clear) struct buf headers, body;
	const struct issuer *issuer = t->pool->issuer;
	const struct probe *probe;
	enum status s;

	buf_init_sensitive(&headers, PROBE_HEADERS_MAX);
	buf_init_sensitive(&body, PROBE_BODY_MAX);
	if (ask->status >= issuer->probe_count)
		return STATUS_INVALID;
	probe = &issuer->probes[ask->status];
	*ret_post = probe->method == PROBE_POST;
	s = probe_fill(probe, issuer, ask->body, &headers, &body);
	if (s == STATUS_OK)
		s = add_headers(t, &headers);
	if (s == STATUS_OK && *ret_post)
		s = secret_set(&t->form, buf_string(&body), body.length);
	return s;
}

static enum status
make_request(struct transfer *t, const struct frame *ask)
{
	const struct slot *slot = &slots[ask->code];
	bool post = slot->form;
	enum status s;

	if (ask->code == FETCH_PROBE)
		s = make_probe(t, ask, &post);
	else if (ask->code == FETCH_JWKS)
		s = add_header(
		    t, "Accept: application/jwk-set+json, application/json");
	else
		s = add_header(t, "Accept: application/json");
	if (s == STATUS_OK && slot->form)
		s = make_form(t, ask);
	if (s == STATUS_OK)
		s = set_credentials(t, slot->form);
	if (s == STATUS_OK)
		s = set_method(t, post);
	return s;
}

enum status
slot_prepare(struct transfer *t, const struct frame *ask, int64_t now_us)
{
	int64_t latest = now_us + TOTAL_MS * 1000;
	enum status s;

	if (ask->code >= ELEMENTS(slots) || !slots[ask->code].known)
		return STATUS_INVALID;
	t->id = ask->id;
	t->once = slots[ask->code].once;
	t->started_us = now_us;
	t->deadline_us = ask->time_us < latest ? ask->time_us : latest;
	t->url = strndup(ask->text.bytes, ask->text.length);
	s = t->url == NULL ? STATUS_NOMEM : make_request(t, ask);
	if (s == STATUS_OK &&
	    (curl_easy_setopt(t->easy, CURLOPT_URL, t->url) != CURLE_OK ||
		curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) !=
		    CURLE_OK))
		s = STATUS_NOMEM;
	return s;
}
