/* SPDX-License-Identifier: ISC */
#include "client_auth.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#include "config_secret.h"
#include "form.h"
#include "scopegate/cleanup.h"

/*
 * The one place that reads client secrets. They go into the structs here and
 * from there to libcurl; never into a log line or an error text.
 */

/* Both halves are form-encoded before they are joined for Basic, so that a
 * colon in the id cannot move the border between them. Some servers do not
 * decode: for them as they are, and the configuration lets no colon pass. */
static enum status
set_basic(
    struct credentials *a, const struct issuer *issuer, struct text secret)
{
	struct text id = text_of(issuer->client_id);
	enum status s;

	if (issuer->proof.basic_encoding == BASIC_RAW) {
		s = secret_set(&a->user, id.bytes, id.length);
		return s == STATUS_OK ? secret_set(&a->password, secret.bytes,
					    secret.length)
				      : s;
	}
	s = form_encode(&a->user, id);
	return s == STATUS_OK ? form_encode(&a->password, secret) : s;
}

static enum status
set_post(struct credentials *a, struct text id, struct text secret)
{
	enum status s = form_put(&a->form, "client_id", id);

	return s == STATUS_OK ? form_put(&a->form, "client_secret", secret) : s;
}

/* The secret of a client that has one. */
static enum status
load_secret(const struct issuer *issuer, enum client_auth way,
    struct credentials *a, struct conf_error *ret_error)
{
	_cleanup_(secret_clear) struct secret secret = {0};
	struct text text;
	enum status s;

	/* Who only probes may have none. */
	if (issuer->client_secret_file == NULL)
		return STATUS_OK;
	s = config_read_secret(issuer->client_secret_file, &secret, ret_error);
	if (s != STATUS_OK)
		return s;
	text = (struct text){secret.bytes, secret.length};
	if (issuer->sign_in.exchange == EXCHANGE_KITE)
		return secret_set(&a->kite, text.bytes, text.length);
	return way == CLIENT_AUTH_BASIC
		   ? set_basic(a, issuer, text)
		   : set_post(a, text_of(issuer->client_id), text);
}

static enum status
load_way(const struct issuer *issuer, enum client_auth way,
    struct credentials *a, struct conf_error *ret_error)
{
	switch (way) {
	case CLIENT_AUTH_BASIC:
	case CLIENT_AUTH_POST:
		return load_secret(issuer, way, a, ret_error);
	case CLIENT_AUTH_PRIVATE_KEY_JWT:
		return issuer->proof.key_file != NULL
			   ? signer_load(issuer, &a->signer, ret_error)
			   : STATUS_OK;
	case CLIENT_AUTH_TLS:
	case CLIENT_AUTH_SELF_SIGNED_TLS:
		/* RFC 8705 section 2: known by its name, shown by TLS. */
	case CLIENT_AUTH_NONE:
		/* A public client is known by its name, RFC 6749 section
		 * 3.2.1. */
		return form_put(
		    &a->form, "client_id", text_of(issuer->client_id));
	case CLIENT_AUTH_BEARER:
		return STATUS_OK;
	}
	return STATUS_INVALID;
}

static enum status
load_certificate(const struct client_proof *p, struct credentials *a,
    struct conf_error *ret_error)
{
	const struct secret_reader reader = {.uid = geteuid()};
	enum status s;

	if (p->certificate_file == NULL)
		return STATUS_OK;
	s = certificate_file_read(
	    p->certificate_file, &reader, &a->certificate, ret_error);
	return s == STATUS_OK ? key_file_read(p->certificate_key_file, &reader,
				    &a->certificate_key, ret_error)
			      : s;
}

static enum status
load_all(const struct issuer *issuer, struct credentials *a,
    struct conf_error *ret_error)
{
	const struct secret_reader reader = {.uid = geteuid()};
	const struct client_proof *p = &issuer->proof;
	enum client_auth way = (enum client_auth)issuer->client_auth;
	enum status s = load_certificate(p, a, ret_error);

	if (s == STATUS_OK && p->bearer_token_file != NULL)
		s = token_file_read(
		    p->bearer_token_file, &reader, &a->bearer, ret_error);
	else if (way == CLIENT_AUTH_BEARER)
		way = (enum client_auth)p->bearer_auth;
	/* Who only probes is no client at all. */
	if (s != STATUS_OK || issuer->client_id == NULL)
		return s;
	return load_way(issuer, way, a, ret_error);
}

enum status
client_auth_load(const struct issuer *issuer, struct credentials *ret,
    struct conf_error *ret_error)
{
	_cleanup_(client_auth_clear) struct credentials a = {0};
	enum status s;

	conf_error_set(
	    ret_error, issuer->file, issuer->line, "out of memory: free some");
	s = load_all(issuer, &a, ret_error);
	if (s != STATUS_OK)
		return s;
	*ret = a;
	a = (struct credentials){0};
	return STATUS_OK;
}

void
client_auth_clear(struct credentials *a)
{
	secret_clear(&a->user);
	secret_clear(&a->password);
	secret_clear(&a->form);
	signer_clear(&a->signer);
	secret_clear(&a->kite);
	secret_clear(&a->bearer);
	secret_clear(&a->certificate);
	secret_clear(&a->certificate_key);
}

enum status
client_auth_put(const struct credentials *a, struct secret *form)
{
	enum status s = STATUS_OK;

	if (a->form.length > 0 && form->length > 0)
		s = secret_append(form, "&", 1);
	if (s == STATUS_OK && a->form.length > 0)
		s = secret_append(form, a->form.bytes, a->form.length);
	if (s == STATUS_OK && a->signer.key != NULL)
		s = assertion_put(&a->signer, (int64_t)time(NULL), form);
	return s;
}
