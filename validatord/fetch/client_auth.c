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

enum status
client_auth_load(const struct issuer *issuer, struct credentials *ret,
    struct conf_error *ret_error)
{
	_cleanup_(secret_clear) struct secret secret = {0};
	_cleanup_(client_auth_clear) struct credentials a = {0};
	struct text id = text_of(issuer->client_id);
	struct text password;
	enum status s =
	    config_read_secret(issuer->client_secret_file, &secret, ret_error);

	if (s != STATUS_OK)
		return s;
	password = (struct text){secret.bytes, secret.length};
	s = issuer->client_auth == CLIENT_AUTH_POST
		? set_post(&a, id, password)
		: set_basic(&a, id, password);
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
}
