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

/* A token that lets us introspect says nothing of the client elsewhere. */
static bool
bears_token(const struct transfer *t)
{
	return t->slot == FETCH_INTROSPECT &&
	       t->pool->issuer->client_auth == CLIENT_AUTH_BEARER;
}

/* Kite's exchange has no client authentication but its checksum. */
static enum status
make_form(struct transfer *t)
{
	const struct pool *p = t->pool;
	struct text asked = {t->asked.bytes, t->asked.length};
	enum status s;

	secret_clear(&t->form);
	if (t->slot == FETCH_TOKEN && p->auth.kite.length > 0)
		return kite_form(
		    p->issuer->client_id, &p->auth.kite, asked, &t->form);
	s = secret_set(&t->form, asked.bytes, asked.length);
	if (s == STATUS_OK && !bears_token(t))
		s = client_auth_put(&p->auth, &t->form);
	return s;
}

static enum status
set_basic(struct transfer *t)
{
	const struct credentials *auth = &t->pool->auth;
	bool basic =
	    slots[t->slot].form && auth->user.length > 0 && !bears_token(t);

	return curl_easy_setopt(t->easy, CURLOPT_USERNAME,
		   basic ? auth->user.bytes : NULL) == CURLE_OK &&
		       curl_easy_setopt(t->easy, CURLOPT_PASSWORD,
			   basic ? auth->password.bytes : NULL) == CURLE_OK
		   ? STATUS_OK
		   : STATUS_NOMEM;
}

/* Shown to the authorization server, also where it wants one to be read at
 * all; not to the hosts of an API, which know another client. */
static enum status
set_certificate(struct transfer *t)
{
	const struct credentials *auth = &t->pool->auth;
	struct curl_blob certificate = {auth->certificate.bytes,
	    auth->certificate.length, CURL_BLOB_NOCOPY};
	struct curl_blob key = {auth->certificate_key.bytes,
	    auth->certificate_key.length, CURL_BLOB_NOCOPY};
	bool shown = certificate.len > 0 && t->slot != FETCH_PROBE;

	return curl_easy_setopt(t->easy, CURLOPT_SSLCERT_BLOB,
		   shown ? &certificate : NULL) == CURLE_OK &&
		       curl_easy_setopt(t->easy, CURLOPT_SSLKEY_BLOB,
			   shown ? &key : NULL) == CURLE_OK
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
set_headers(struct transfer *t)
{
	return curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, t->headers) ==
		       CURLE_OK
		   ? STATUS_OK
		   : STATUS_NOMEM;
}

/* RFC 6750 section 2.1. */
static enum status
add_bearer(struct transfer *t)
{
	static const char start[] = "Authorization: Bearer ";
	const struct secret *token = &t->pool->auth.bearer;
	_cleanup_(secret_clear) struct secret line = {0};
	enum status s = secret_set(&line, start, sizeof(start) - 1);

	if (token->length == 0)
		return STATUS_INVALID;
	t->bearer_generation = t->pool->bearer.generation;
	if (s == STATUS_OK)
		s = secret_append(&line, token->bytes, token->length);
	return s == STATUS_OK ? add_header(t, line.bytes) : s;
}

/* All but the credentials. */
static enum status
make_request(struct transfer *t, const struct frame *ask)
{
	bool post = false;
	enum status s = STATUS_OK;

	if (slots[t->slot].form)
		return secret_set(&t->asked, ask->body.bytes, ask->body.length);
	if (t->slot == FETCH_PROBE)
		s = make_probe(t, ask, &post);
	else if (ask->code == FETCH_JWKS)
		s = add_header(
		    t, "Accept: application/jwk-set+json, application/json");
	else
		s = add_header(t, "Accept: application/json");
	if (s == STATUS_OK)
		s = set_method(t, post);
	return s == STATUS_OK ? set_headers(t) : s;
}

enum status
slot_authenticate(struct transfer *t)
{
	enum status s = set_basic(t);

	if (s == STATUS_OK)
		s = set_certificate(t);
	if (s != STATUS_OK || !slots[t->slot].form)
		return s;
	t->good_once = t->pool->auth.signer.key != NULL && !bears_token(t);
	transfer_drop_headers(t);
	s = add_header(t, t->slot == FETCH_INTROSPECT &&
			      t->pool->issuer->introspection_signed
			  ? "Accept: application/token-introspection+jwt"
			  : "Accept: application/json");
	if (s == STATUS_OK && bears_token(t))
		s = add_bearer(t);
	if (s == STATUS_OK)
		s = set_headers(t);
	if (s == STATUS_OK)
		s = make_form(t);
	return s == STATUS_OK ? set_method(t, true) : s;
}

enum status
slot_prepare(struct transfer *t, const struct frame *ask, int64_t now_us)
{
	int64_t latest = now_us + TOTAL_MS * 1000;
	enum status s;

	if (ask->code >= ELEMENTS(slots) || !slots[ask->code].known)
		return STATUS_INVALID;
	t->id = ask->id;
	t->slot = (enum fetch_slot)ask->code;
	t->once = slots[ask->code].once;
	t->started_us = now_us;
	t->deadline_us = ask->time_us < latest ? ask->time_us : latest;
	t->url = strndup(ask->text.bytes, ask->text.length);
	s = t->url == NULL ? STATUS_NOMEM : make_request(t, ask);
	if (s == STATUS_OK &&
	    curl_easy_setopt(t->easy, CURLOPT_URL, t->url) != CURLE_OK)
		s = STATUS_NOMEM;
	return s;
}
