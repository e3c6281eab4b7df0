/* SPDX-License-Identifier: ISC */
#include "transfer.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "scopegate/cleanup.h"

/*
 * Every rule of an exchange with a server that may be broken or hostile: TLS
 * always verified, no redirect, no proxy, no cookie, no compression, bounded
 * in octets and time. Nothing here may be made switchable.
 */

#define CONNECTION_LIFE_S 300L
#define BUFFER_SIZE 16384L
#define RETRY_AFTER_MAX 86400u
#define PINS_MAX 4096

static size_t
on_body(char *bytes, size_t one, size_t size, void *argument)
{
	struct transfer *t = argument;

	(void)one;
	/* A compressed body is refused unread. */
	if (t->encoded)
		return size;
	if (buf_append(&t->body, bytes, size) == STATUS_OK)
		return size;
	t->too_large = true;
	return 0;
}

/* The header's value without blanks if `line` is that header. */
static bool
header_is(const char *line, size_t size, const char *name, struct text *ret)
{
	size_t length = strlen(name);

	if (size <= length || strncasecmp(line, name, length) != 0 ||
	    line[length] != ':')
		return false;
	line += length + 1;
	size -= length + 1;
	while (size > 0 && (*line == ' ' || *line == '\t')) {
		line++;
		size--;
	}
	while (size > 0 && strchr(" \t\r\n", line[size - 1]) != NULL)
		size--;
	*ret = (struct text){line, size};
	return true;
}

/* delta-seconds of RFC 9110 section 10.2.3; a date counts as one second, so
 * that the server's wish for a pause is not lost. */
static uint32_t
retry_after(struct text value)
{
	uint32_t seconds = 0;

	for (size_t i = 0; i < value.length; i++) {
		char c = value.bytes[i];

		if (c < '0' || c > '9')
			return 1;
		seconds = seconds * 10 + (uint32_t)(c - '0');
		if (seconds > RETRY_AFTER_MAX)
			seconds = RETRY_AFTER_MAX;
	}
	return seconds;
}

static void
note_header(struct transfer *t, const char *line, size_t size)
{
	struct text value;

	if (header_is(line, size, "Content-Type", &value)) {
		/* Twice or too long: no type that can be trusted. */
		bool fits = t->content_type[0] == '\0' &&
			    value.length < sizeof(t->content_type);

		if (fits)
			memcpy(t->content_type, value.bytes, value.length);
		else
			memcpy(t->content_type, "?", 2);
	} else if (header_is(line, size, "Content-Encoding", &value)) {
		t->encoded |= value.length != 8 ||
			      strncasecmp(value.bytes, "identity", 8) != 0;
	} else if (header_is(line, size, "Retry-After", &value)) {
		t->retry_after_s = retry_after(value);
	}
}

static void
forget_answer(struct transfer *t)
{
	buf_clear(&t->body);
	memset(t->content_type, 0, sizeof(t->content_type));
	t->retry_after_s = 0;
	t->header_octets = t->header_lines = 0;
	t->header_done = t->encoded = t->too_large = false;
	t->error[0] = '\0';
}

static size_t
on_header(char *line, size_t one, size_t size, void *argument)
{
	struct transfer *t = argument;

	(void)one;
	t->header_octets += size;
	t->header_lines++;
	if (t->header_octets > HEADER_OCTETS_MAX ||
	    t->header_lines > HEADER_LINES_MAX) {
		t->too_large = true;
		return 0;
	}
	if (size > 5 && memcmp(line, "HTTP/", 5) == 0) {
		/* A final answer after a 1xx one; the totals keep counting. */
		size_t octets = t->header_octets, lines = t->header_lines;

		forget_answer(t);
		t->header_octets = octets;
		t->header_lines = lines;
	} else if (size <= 2 && (line[0] == '\r' || line[0] == '\n')) {
		t->header_done = true;
	} else {
		note_header(t, line, size);
	}
	return size;
}

static bool
set_tls(CURL *e, const struct issuer *issuer)
{
	/* Without CAPATH: a directory costs 20 ms a handle and would widen the
	 * trust that the configuration names. */
	return curl_easy_setopt(e, CURLOPT_SSLVERSION,
		   (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_CAPATH, NULL) == CURLE_OK &&
	       (issuer->ca_file == NULL || curl_easy_setopt(e, CURLOPT_CAINFO,
					       issuer->ca_file) == CURLE_OK);
}

/* One match is enough: the key of today, or that of the next certificate. */
static bool
set_pins(CURL *e, const struct word_list *pins)
{
	_cleanup_(buf_clear) struct buf all;

	buf_init(&all, PINS_MAX);
	for (size_t i = 0; i < pins->count; i++) {
		(void)buf_append_string(&all, i > 0 ? ";" : "");
		(void)buf_append_string(&all, pins->words[i]);
	}
	return all.error == STATUS_OK &&
	       (pins->count == 0 || curl_easy_setopt(e, CURLOPT_PINNEDPUBLICKEY,
					buf_string(&all)) == CURLE_OK);
}

static bool
set_http(CURL *e, const struct issuer *issuer)
{
	const char *protocols =
	    issuer->insecure_loopback ? "https,http" : "https";

	return curl_easy_setopt(e, CURLOPT_PROTOCOLS_STR, protocols) ==
		   CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_NOPROXY, "*") == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED) ==
		   CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_HTTP_VERSION,
		   (long)CURL_HTTP_VERSION_1_1) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_HTTP_CONTENT_DECODING, 0L) ==
		   CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) ==
		   CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_USERAGENT,
		   "scopegate/" PACKAGE_VERSION) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_MAXFILESIZE, (long)FETCH_BODY_MAX) ==
		   CURLE_OK;
}

static bool
set_connection(CURL *e)
{
	/* Without QUICK_EXIT libcurl waits for a look-up that has been given
	 * up, and one issuer's silent name servers would stop all others. */
	return curl_easy_setopt(e, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_QUICK_EXIT, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_CONNECTTIMEOUT_MS,
		   (long)CONNECT_MS) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_TCP_KEEPALIVE, 1L) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_MAXLIFETIME_CONN,
		   CONNECTION_LIFE_S) == CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_BUFFERSIZE, BUFFER_SIZE) ==
		   CURLE_OK &&
	       curl_easy_setopt(e, CURLOPT_UPLOAD_BUFFERSIZE, BUFFER_SIZE) ==
		   CURLE_OK;
}

/*
 * libcurl is about to send on this connection. What was lost on a kept one it
 * sends again by itself, octet for octet: not so an assertion, which the server
 * may have seen.
 */
static int
on_send(void *argument, char *theirs, char *ours, int their_port, int our_port)
{
	struct transfer *t = argument;

	(void)theirs;
	(void)ours;
	(void)their_port;
	(void)our_port;
	t->sent_again = t->sent;
	t->sent = true;
	return t->good_once && t->sent_again ? CURL_PREREQFUNC_ABORT
					     : CURL_PREREQFUNC_OK;
}

static bool
set_callbacks(struct transfer *t)
{
	return curl_easy_setopt(t->easy, CURLOPT_PRIVATE, t) == CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_PREREQFUNCTION, on_send) ==
		   CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_PREREQDATA, t) == CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_ERRORBUFFER, t->error) ==
		   CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_WRITEFUNCTION, on_body) ==
		   CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_WRITEDATA, t) == CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_HEADERFUNCTION, on_header) ==
		   CURLE_OK &&
	       curl_easy_setopt(t->easy, CURLOPT_HEADERDATA, t) == CURLE_OK;
}

struct transfer *
transfer_new(const struct issuer *issuer)
{
	struct transfer *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	buf_init_sensitive(&t->body, FETCH_BODY_MAX);
	t->easy = curl_easy_init();
	if (t->easy == NULL || !set_tls(t->easy, issuer) ||
	    !set_pins(t->easy, &issuer->tls_pins) ||
	    !set_http(t->easy, issuer) || !set_connection(t->easy) ||
	    !set_callbacks(t)) {
		transfer_free(t);
		return NULL;
	}
	return t;
}

void
transfer_free(struct transfer *t)
{
	if (t == NULL)
		return;
	transfer_reset(t);
	curl_easy_cleanup(t->easy);
	free(t);
}

/* libcurl only frees them. */
void
transfer_drop_headers(struct transfer *t)
{
	for (struct curl_slist *l = t->headers; l != NULL; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	curl_slist_free_all(t->headers);
	t->headers = NULL;
}

void
transfer_reset(struct transfer *t)
{
	forget_answer(t);
	secret_clear(&t->asked);
	secret_clear(&t->form);
	transfer_drop_headers(t);
	free_ptr(&t->url);
	t->retry_at_us = 0;
	t->retried = t->once = t->good_once = t->own = false;
}

enum status
transfer_arm(struct transfer *t, int64_t now_us)
{
	int64_t left_ms = (t->deadline_us - now_us + 999) / 1000;

	forget_answer(t);
	t->retry_at_us = 0;
	t->sent = t->sent_again = false;
	if (left_ms <= 0)
		return STATUS_TIMEOUT;
	/* A second try must not find the same dead connection. And libcurl
	 * sends again by itself what was lost on one that it had kept, so what
	 * is good once gets one of its own. */
	if (curl_easy_setopt(t->easy, CURLOPT_TIMEOUT_MS, (long)left_ms) !=
		CURLE_OK ||
	    curl_easy_setopt(t->easy, CURLOPT_FRESH_CONNECT,
		t->retried || t->once ? 1L : 0L) != CURLE_OK)
		return STATUS_NOMEM;
	return STATUS_OK;
}

int
transfer_status(const struct transfer *t)
{
	long status = 0;

	(void)curl_easy_getinfo(t->easy, CURLINFO_RESPONSE_CODE, &status);
	return (int)status;
}

enum fetch_result
transfer_result(const struct transfer *t, CURLcode code)
{
	if (t->too_large)
		return FETCH_TOO_LARGE;
	switch (code) {
	case CURLE_OK:
		/* Closed within its headers: libcurl calls it 200 and empty. */
		return t->header_done ? FETCH_ANSWERED : FETCH_UNREACHABLE;
	case CURLE_OPERATION_TIMEDOUT:
		return FETCH_TIMEOUT;
	case CURLE_FILESIZE_EXCEEDED:
		return FETCH_TOO_LARGE;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
	case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
		return FETCH_TLS;
	default:
		return FETCH_UNREACHABLE;
	}
}

static bool
lost_connection(const struct transfer *t, CURLcode code)
{
	long opened = 1;

	if (t->good_once && t->sent_again)
		return code == CURLE_ABORTED_BY_CALLBACK;
	(void)curl_easy_getinfo(t->easy, CURLINFO_NUM_CONNECTS, &opened);
	return opened == 0 && t->header_octets == 0 &&
	       (code == CURLE_GOT_NOTHING || code == CURLE_SEND_ERROR ||
		   code == CURLE_RECV_ERROR);
}

static bool
gateway_failed(const struct transfer *t, CURLcode code)
{
	int status = transfer_status(t);

	return code == CURLE_OK && t->header_done && t->retry_after_s == 0 &&
	       status >= 502 && status <= 504;
}

bool
transfer_has_try(const struct transfer *t, int64_t now_us)
{
	return !t->retried && !t->once &&
	       t->deadline_us - now_us >= RETRY_LEFT_MS * 1000;
}

bool
transfer_may_retry(const struct transfer *t, CURLcode code, int64_t now_us)
{
	return transfer_has_try(t, now_us) &&
	       (lost_connection(t, code) || gateway_failed(t, code));
}
