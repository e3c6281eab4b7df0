/* SPDX-License-Identifier: ISC */
/* Writing claims: one function a claim set, one place for what is in all. */
#include "oauth/claims.h"

#include <string.h>

#include "oauth/grant.h"
#include "oauth/host_login.h"
#include "scopegate/base64url.h"
#include "scopegate/cleanup.h"

#define PAYLOAD_MAX (12 * 1024) /* of a JWT of 16 KiB */

void
claims_write_details(const char *details, struct json_writer *w)
{
	struct host_login login;

	if (details[0] == '\0')
		return;
	if (host_login_parse(details, &login) == STATUS_OK)
		host_login_write(&login, w, "authorization_details");
	else
		w->out->error = STATUS_MALFORMED;
}

static void
write_common(const struct claims *c, struct json_writer *w, const char *aud)
{
	json_write_string(w, "iss", c->issuer);
	json_write_string(w, "sub", c->sub[0] != '\0' ? c->sub : c->client_id);
	json_write_string(w, "aud", aud);
	json_write_integer(w, "iat", c->issued);
	json_write_integer(w, "exp", c->expires);
	if (c->grant->auth_time != 0) {
		json_write_integer(w, "auth_time", c->grant->auth_time);
		json_write_string(w, "acr", ACR_PASSWORD);
	}
}

void
claims_write(const struct claims *c, struct json_writer *w)
{
	if (c->scope[0] != '\0')
		json_write_string(w, "scope", c->scope);
	json_write_string(w, "client_id", c->client_id);
	write_common(c, w, c->grant->audience);
	json_write_string(w, "jti", c->jti);
	if (c->grant->env[0] != '\0')
		json_write_string(w, "env", c->grant->env);
	if (c->account[0] != '\0')
		json_write_string(w, "account", c->account);
	claims_write_details(c->grant->details, w);
}

enum status
claims_access(const struct claims *c, struct buf *ret)
{
	struct json_writer w;

	json_writer_init(&w, ret);
	json_write_begin_object(&w, NULL);
	claims_write(c, &w);
	json_write_end_object(&w);
	return ret->error;
}

/* Left half of the SHA-256 (OpenID Connect Core section 3.1.3.6). */
static enum status
at_hash(const char *access_token, struct buf *ret)
{
	struct digest d;
	enum status status = digest_of_text(access_token, &d);

	return status == STATUS_OK
		   ? base64url_append(ret, d.bytes, DIGEST_SIZE / 2)
		   : status;
}

enum status
claims_id(const struct claims *c, const char *nonce, const char *access_token,
    struct buf *ret)
{
	_cleanup_(buf_clear) struct buf hash = {0};
	struct json_writer w;
	enum status status;

	buf_init(&hash, RANDOM_TEXT_SIZE);
	status = at_hash(access_token, &hash);
	if (status != STATUS_OK)
		return status;
	json_writer_init(&w, ret);
	json_write_begin_object(&w, NULL);
	write_common(c, &w, c->client_id);
	json_write_begin_array(&w, "amr");
	json_write_string(&w, NULL, "pwd"); /* RFC 8176 */
	json_write_end_array(&w);
	if (nonce[0] != '\0')
		json_write_string(&w, "nonce", nonce);
	json_write_string(&w, "at_hash", buf_string(&hash));
	json_write_end_object(&w);
	return ret->error;
}

/* Base64url to the padded base64 that base64_decode() takes. */
static enum status
decode(const char *text, size_t length, struct buf *ret)
{
	_cleanup_(buf_clear) struct buf padded = {0};
	uint8_t payload[PAYLOAD_MAX];
	size_t size = 0;
	enum status status;

	buf_init_sensitive(&padded, PAYLOAD_MAX * 4 / 3 + 4);
	for (size_t i = 0; i < length; i++)
		buf_append_byte(&padded, text[i] == '-'   ? '+'
					 : text[i] == '_' ? '/'
							  : (uint8_t)text[i]);
	while (padded.error == STATUS_OK && padded.length % 4 != 0)
		buf_append_byte(&padded, '=');
	if (padded.error != STATUS_OK)
		return padded.error;
	status =
	    base64_decode(buf_string(&padded), payload, sizeof(payload), &size);
	if (status == STATUS_OK)
		status = buf_append(ret, payload, size);
	explicit_bzero(payload, sizeof(payload));
	return status;
}

/* Only for a token whose digest stands in the store: it is known to be ours,
 * so its signature need not be checked again. */
enum status
claims_jti(const char *access_token, char ret[RANDOM_TEXT_SIZE])
{
	_cleanup_(buf_clear) struct buf payload = {0};
	_cleanup_(json_freep) struct json *json = NULL;
	const char *dot = strchr(access_token, '.'), *reason, *jti = NULL;
	struct digest d;
	enum status status;

	if (dot == NULL) {
		status = digest_of_text(access_token, &d);
		if (status == STATUS_OK)
			digest_text(&d, ret);
		return status;
	}
	dot++;
	buf_init_sensitive(&payload, PAYLOAD_MAX);
	status = decode(dot, strcspn(dot, "."), &payload);
	if (status == STATUS_OK)
		status = json_parse(
		    buf_string(&payload), payload.length, &json, &reason);
	if (status == STATUS_OK)
		status = json_string(json_get(json_top(json), "jti"), &jti);
	if (status != STATUS_OK || strlen(jti) >= RANDOM_TEXT_SIZE)
		return STATUS_MALFORMED;
	memcpy(ret, jti, strlen(jti) + 1);
	return STATUS_OK;
}
