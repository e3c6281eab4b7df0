/* SPDX-License-Identifier: ISC */
/*
 * Who asks, and with which browser. A header is believed only from whom the
 * configuration trusts, and only as far as trusted proxies have written it.
 */
#include "visit.h"

#include <stdio.h>
#include <string.h>

#include "scopegate/cleanup.h"

#define COOKIE_SECONDS 3600 /* no login takes longer */
#define RETRY_AFTER_MAX 3600

/* The prefix makes browsers refuse it without Secure and Path=/, and from any
 * other host; without TLS they would refuse it always. */
static const char *
cookie_name(const struct visit *v)
{
	return v->gateway->settings->secure ? "__Host-scopegate" : "scopegate";
}

static bool
is_token(const char *text)
{
	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		/* RFC 6265 section 4.1.1, without what needs quotes. */
		if (*text <= 0x20 || *text >= 0x7f ||
		    strchr("\",;\\", *text) != NULL)
			return false;
	}
	return true;
}

/*
 * From right to left, each written by the one after it: the first that is no
 * trusted proxy is the client. What cannot be read is nobody's word, and so is
 * all that stands left of it.
 */
static struct address
forwarded_client(const struct visit *v, struct address peer)
{
	const struct network_list *proxies = &v->gateway->settings->proxies;
	const char *list = v->request->forwarded_for;
	size_t end = list != NULL ? strlen(list) : 0;

	while (end > 0 && network_list_holds(proxies, &peer)) {
		char text[ADDRESS_TEXT_SIZE];
		struct address next;
		size_t start = end;

		while (start > 0 && list[start - 1] != ',')
			start--;
		(void)snprintf(text, sizeof(text), "%.*s",
		    (int)(end - start - strspn(list + start, " \t")),
		    list + start + strspn(list + start, " \t"));
		text[strcspn(text, " \t")] = '\0';
		if (!address_parse(text, &next))
			break;
		peer = next;
		end = start > 0 ? start - 1 : 0;
	}
	return peer;
}

/* Without TLS, what comes from elsewhere could be read on its way by anybody:
 * whatever listens for it, the answer must teach nobody to send tokens so. */
static bool
is_readable_on_its_way(const struct settings *s, const struct address *peer)
{
	return s->tls_certificate_file == NULL && !address_is_loopback(peer) &&
	       !network_list_holds(&s->proxies, peer);
}

enum status
visit_open(struct visit *v)
{
	struct address peer;

	if (!address_parse(v->request->remote, &peer))
		return STATUS_INVALID;
	if (is_readable_on_its_way(v->gateway->settings, &peer))
		return STATUS_FORBIDDEN;
	v->client = forwarded_client(v, peer);
	address_text(&v->client, v->client_text);
	if (!http_cookie(
		v->request, cookie_name(v), v->browser, sizeof(v->browser)) ||
	    !is_token(v->browser))
		v->browser[0] = '\0';
	return STATUS_OK;
}

void
visit_close(struct visit *v)
{
	explicit_bzero(v->browser, sizeof(v->browser));
}

const char *
visit_query(const struct visit *v, const char *name)
{
	return form_get(&v->request->query, name);
}

const char *
visit_field(const struct visit *v, const char *name)
{
	return form_get(&v->request->form, name);
}

enum status
visit_set_browser(struct visit *v, const char *value)
{
	_cleanup_(buf_clear) struct buf cookie = {0};

	if (!is_token(value) || strlen(value) > BROWSER_MAX)
		return STATUS_INVALID;
	buf_init_sensitive(&cookie, 256);
	buf_format(&cookie, "%s=%s; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax",
	    cookie_name(v), value, COOKIE_SECONDS);
	if (v->gateway->settings->secure)
		buf_append_string(&cookie, "; Secure");
	if (buf_string(&cookie) == NULL)
		return STATUS_INVALID;
	http_response_header(v->response, "Set-Cookie", buf_string(&cookie));
	return STATUS_OK;
}

void
visit_retry_after(struct visit *v, int64_t seconds)
{
	char text[16];

	if (seconds < 1)
		seconds = 1;
	if (seconds > RETRY_AFTER_MAX)
		seconds = RETRY_AFTER_MAX;
	(void)snprintf(text, sizeof(text), "%d", (int)seconds);
	http_response_header(v->response, "Retry-After", text);
}
