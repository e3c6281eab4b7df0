/* SPDX-License-Identifier: ISC */
#include "kite.h"

#include <openssl/evp.h>
#include <string.h>

#include "form.h"
#include "scopegate/cleanup.h"

/*
 * The checksum needs the client's secret, which never leaves fetch, so the form
 * is made here and not by whoever asks.
 */

#define DIGEST_SIZE 32

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The octets that the form's value stands for: the checksum is over these. */
static enum status
decode(struct text value, struct secret *ret)
{
	for (size_t i = 0; i < value.length; i++) {
		char c = value.bytes[i];
		enum status s;

		if (c == '&' || c == '=')
			return STATUS_INVALID;
		if (c == '%') {
			int high = i + 2 < value.length
				       ? digit_of(value.bytes[i + 1])
				       : -1;
			int low = high >= 0 ? digit_of(value.bytes[i + 2]) : -1;

			if (low < 0)
				return STATUS_INVALID;
			c = (char)(high * 16 + low);
			i += 2;
		} else if (c == '+') {
			c = ' ';
		}
		s = secret_append(ret, &c, 1);
		if (s != STATUS_OK)
			return s;
	}
	return ret->length > 0 ? STATUS_OK : STATUS_INVALID;
}

static enum status
checksum(const struct secret *text, struct secret *ret)
{
	static const char hex[] = "0123456789abcdef";
	unsigned char digest[DIGEST_SIZE];
	char shown[2 * DIGEST_SIZE];
	unsigned int size = 0;

	if (EVP_Digest(text->bytes, text->length, digest, &size, EVP_sha256(),
		NULL) != 1 ||
	    size != DIGEST_SIZE)
		return STATUS_NOMEM;
	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		shown[2 * i] = hex[digest[i] >> 4];
		shown[2 * i + 1] = hex[digest[i] & 15];
	}
	return form_put(ret, "checksum", (struct text){shown, sizeof(shown)});
}

enum status
kite_form(const char *api_key, const struct secret *api_secret,
    struct text asked, struct secret *ret)
{
	static const char name[] = "request_token=";
	_cleanup_(secret_clear) struct secret token = {0}, summed = {0};
	enum status s;

	if (asked.length < sizeof(name) ||
	    memcmp(asked.bytes, name, sizeof(name) - 1) != 0)
		return STATUS_INVALID;
	asked.bytes += sizeof(name) - 1;
	asked.length -= sizeof(name) - 1;
	s = decode(asked, &token);
	if (s == STATUS_OK)
		s = secret_append(&summed, api_key, strlen(api_key));
	if (s == STATUS_OK)
		s = secret_append(&summed, token.bytes, token.length);
	if (s == STATUS_OK)
		s = secret_append(
		    &summed, api_secret->bytes, api_secret->length);
	if (s == STATUS_OK)
		s = form_put(ret, "api_key", text_of(api_key));
	if (s == STATUS_OK)
		s = form_put(ret, "request_token",
		    (struct text){token.bytes, token.length});
	return s == STATUS_OK ? checksum(&summed, ret) : s;
}
