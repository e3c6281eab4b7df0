/* SPDX-License-Identifier: ISC */
/*
 * The request of a probe. decide makes the address, which holds no secret;
 * fetch makes the rest, since only there the token becomes octets of a message.
 */
#include "probe.h"

#include <stdlib.h>
#include <string.h>

#include "config_url.h"
#include "probe_template.h"
#include "scopegate/cleanup.h"

#define ADDRESS_MAX 2048

/* Who sent the token answer chose it, so it must be as good as a written one.
 * Whether its host may be asked at all is fetch's to say. */
static enum status
check_base(const char *base, const struct issuer *issuer)
{
	char origin[URL_ORIGIN_MAX];

	return config_url_fault(base, issuer->insecure_loopback, origin) == NULL
		   ? STATUS_OK
		   : STATUS_INVALID;
}

enum status
probe_url(const struct probe *p, const struct issuer *issuer,
    const char *api_base, char **ret)
{
	_cleanup_(buf_clear) struct buf url;
	struct probe_values values = {
	    .client_id = text_of(issuer->client_id),
	    .api_url = text_of(issuer->sign_in.api_url),
	    .paper_api_url = text_of(issuer->sign_in.paper_api_url),
	};
	enum status s;

	buf_init(&url, ADDRESS_MAX);
	if (api_base != NULL) {
		s = check_base(api_base, issuer);
		if (s != STATUS_OK)
			return s;
		values.api_url = text_of(api_base);
	}
	s = probe_template_fill(p->url, PLACE_URL, &values, &url);
	if (s != STATUS_OK)
		return s;
	*ret = buf_take(&url);
	return *ret != NULL ? STATUS_OK : STATUS_NOMEM;
}

/* Does the profile write this field itself? */
static bool
has_header(const struct probe *p, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < p->headers.count; i++) {
		if (strncasecmp(p->headers.words[i], name, n) == 0 &&
		    p->headers.words[i][n] == ':')
			return true;
	}
	return false;
}

static enum status
fill_headers(
    const struct probe *p, const struct probe_values *values, struct buf *ret)
{
	for (size_t i = 0; i < p->headers.count; i++) {
		enum status s = probe_template_fill(
		    p->headers.words[i], PLACE_HEADER, values, ret);

		if (s != STATUS_OK)
			return s;
		(void)buf_append_byte(ret, '\n');
	}
	if (!has_header(p, "Accept"))
		(void)buf_append_string(ret, "Accept: application/json\n");
	if (p->body != NULL)
		(void)buf_format(ret, "Content-Type: %s\n", p->content_type);
	return ret->error;
}

enum status
probe_fill(const struct probe *p, const struct issuer *issuer,
    struct text token, struct buf *ret_headers, struct buf *ret_body)
{
	const struct probe_values values = {
	    .token = token, .client_id = text_of(issuer->client_id)};
	enum status s;

	if (token.length == 0)
		return STATUS_INVALID;
	s = fill_headers(p, &values, ret_headers);
	if (s == STATUS_OK && p->body != NULL)
		s = probe_template_fill(p->body,
		    strcmp(p->content_type, PROBE_TYPE_FORM) == 0 ? PLACE_FORM
								  : PLACE_JSON,
		    &values, ret_body);
	if (s == STATUS_OK)
		return STATUS_OK;
	/* Half a request must not be sent by mistake. */
	buf_clear(ret_headers);
	buf_clear(ret_body);
	return s;
}
