/* SPDX-License-Identifier: ISC */
#include "client_auth.h"

#include <string.h>

#include "form.h"
#include "scopegate/cleanup.h"

/*
 * The one place that reads client secrets. They go into the two structs here
 * and from there to libcurl; never into a log line or an error text.
 */

/* Both halves are form-encoded before they are joined for Basic, so that a
 * colon in the id cannot move the border between them. */
static enum status
set_basic(struct credentials *a, struct text id, struct text secret)
{
	enum status s = form_encode(&a->user, id);

	return s == STATUS_OK ? form_encode(&a->password, secret) : s;
}

static enum status
set_post(struct credentials *a, struct text id, struct text secret)
{
	enum status s = form_put(&a->form, "client_id", id);

	return s == STATUS_OK ? form_put(&a->form, "client_secret", secret) : s;
}

static enum status
set_credentials(
    struct credentials *a, const struct issuer *issuer, struct text secret)
{
	struct text id = text_of(issuer->client_id);

	if (issuer->sign_in.exchange == EXCHANGE_KITE)
		return secret_set(&a->kite, secret.bytes, secret.length);
	switch ((enum client_auth)issuer->client_auth) {
	case CLIENT_AUTH_BASIC:
		return set_basic(a, id, secret);
	case CLIENT_AUTH_POST:
		return set_post(a, id, secret);
	case CLIENT_AUTH_NONE:
		/* A public client is known by its name, RFC 6749 section
		 * 3.2.1. */
		return form_put(&a->form, "client_id", id);
	}
	return STATUS_INVALID;
}

enum status
client_auth_load(const struct issuer *issuer, struct credentials *ret,
    struct conf_error *ret_error)
{
	_cleanup_(secret_clear) struct secret secret = {0};
	_cleanup_(client_auth_clear) struct credentials a = {0};
	enum status s = STATUS_OK;

	/* Who only probes is no client at all. */
	if (issuer->client_id == NULL)
		return STATUS_OK;
	if (issuer->client_secret_file != NULL)
		s = config_read_secret(
		    issuer->client_secret_file, &secret, ret_error);
	if (s != STATUS_OK)
		return s;
	s = set_credentials(
	    &a, issuer, (struct text){secret.bytes, secret.length});
	if (s != STATUS_OK) {
		conf_error_set(ret_error, issuer->file, issuer->line, "%s",
		    status_text(s));
		return s;
	}
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
	secret_clear(&a->kite);
}
