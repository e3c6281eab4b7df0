/* SPDX-License-Identifier: ISC */
/*
 * Who is the client? A client that may have a secret must show it; two ways
 * at once are refused (RFC 6749 section 2.3).
 */
#include "oauth/client_auth.h"

#include <string.h>
#include <strings.h>
#include <time.h>

#include "scopegate/cleanup.h"

#define CREDENTIALS_MAX 1024

struct credentials {
	char text[CREDENTIALS_MAX + 1]; /* of Basic, decoded */
	const char *id;
	const char *secret; /* NULL: none was sent */
};

static void
credentials_wipe(struct credentials *c)
{
	explicit_bzero(c, sizeof(*c));
}

/* Basic's two halves are form-encoded first (RFC 6749 section 2.3.1). */
static enum status
read_basic(const char *header, struct credentials *c)
{
	size_t length = 0;
	char *colon;

	if (strncasecmp(header, "Basic ", 6) != 0)
		return STATUS_MALFORMED;
	header += 6;
	header += strspn(header, " ");
	if (base64_decode(header, (uint8_t *)c->text, CREDENTIALS_MAX,
		&length) != STATUS_OK ||
	    memchr(c->text, '\0', length) != NULL)
		return STATUS_MALFORMED;
	c->text[length] = '\0';
	colon = strchr(c->text, ':');
	if (colon == NULL)
		return STATUS_MALFORMED;
	*colon++ = '\0';
	if (form_decode(c->text) != STATUS_OK ||
	    form_decode(colon) != STATUS_OK)
		return STATUS_MALFORMED;
	c->id = c->text;
	/* A client without a secret may say so with an empty one (RFC 6749
	 * section 2.3.1), as in a form. */
	c->secret = colon[0] == '\0' ? NULL : colon;
	return STATUS_OK;
}

static struct oauth_fault
read_credentials(const struct http_request *request, struct credentials *c)
{
	const char *id = form_get(&request->form, "client_id");
	const char *secret = form_get(&request->form, "client_secret");

	if (request->authorization == NULL) {
		c->id = id;
		c->secret = secret;
		if (id == NULL)
			return OAUTH_FAULT(
			    INVALID_CLIENT, "client authentication is missing");
		return OAUTH_FINE;
	}
	if (secret != NULL)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "send the client secret once: in the header or in the "
		    "body");
	if (read_basic(request->authorization, c) != STATUS_OK)
		return OAUTH_FAULT(INVALID_CLIENT,
		    "the Authorization header is not Basic with a form-encoded "
		    "client id and secret");
	if (id != NULL && strcmp(id, c->id) != 0)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "client_id differs between header and body");
	return OAUTH_FINE;
}

/* STATUS_NOT_FOUND: wrong, missing, or sent where none belongs. */
static enum status
check_secret(struct broker *b, const struct app *a, const char *secret)
{
	if (!a->confidential)
		return secret == NULL ? STATUS_OK : STATUS_NOT_FOUND;
	if (secret == NULL)
		return STATUS_NOT_FOUND;
	return app_secret_check(b->store, a->id, secret, (int64_t)time(NULL));
}

struct oauth_fault
client_authenticate(
    struct broker *b, const struct http_request *request, struct app *ret)
{
	_cleanup_(credentials_wipe) struct credentials c = {0};
	struct oauth_fault fault = read_credentials(request, &c);
	enum status status;

	if (fault.error != OAUTH_OK)
		return fault;
	status = app_find(b->store, c.id, ret);
	if (status == STATUS_OK)
		status = check_secret(b, ret, c.secret);
	if (status == STATUS_NOT_FOUND)
		return OAUTH_FAULT(
		    INVALID_CLIENT, "unknown client or wrong client secret");
	if (status != STATUS_OK)
		return OAUTH_FAULT(SERVER_ERROR, "the store failed");
	if (!app_is_usable(ret))
		return OAUTH_FAULT(UNAUTHORIZED_CLIENT,
		    "this app is disabled or suspended; its page in the "
		    "dashboard says why");
	return OAUTH_FINE;
}

struct oauth_fault
client_form_check(const struct http_request *request)
{
	if (request->form_status != STATUS_OK)
		return OAUTH_FAULT(INVALID_REQUEST,
		    "the body is not a well-formed form; send "
		    "application/x-www-form-urlencoded");
	/* RFC 8707 would allow several; a token here is for one. */
	if (form_repeats(&request->form, "resource"))
		return OAUTH_FAULT(
		    INVALID_TARGET, "a token is for one resource; ask for one");
	if (form_has_repeats(&request->form))
		return OAUTH_FAULT(INVALID_REQUEST,
		    "a parameter is there twice (RFC 6749 section 3.2)");
	return OAUTH_FINE;
}
