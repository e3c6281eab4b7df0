/* SPDX-License-Identifier: ISC */
#include "inspect.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "http_pool.h"
#include "inspect_fault.h"
#include "scopegate/cleanup.h"
#include "scopegate/deadline.h"

/*
 * It looks on while the client of the fetch process works. libcurl's own talk
 * is read for the TLS version alone; requests, which hold our secret, are not.
 */

struct inspector {
	struct http_client *client;
	const struct issuer *issuer;
	struct http_watch watch;
	uint32_t id;
	bool done;
	struct inspection *result;
	struct buf body;
	char type[FRAME_NAME_MAX + 1];
};

static int
on_talk(CURL *easy, curl_infotype kind, char *text, size_t size, void *argument)
{
	static const char start[] = "SSL connection using ";
	struct inspector *i = argument;
	size_t n = sizeof(start) - 1, length = 0;

	(void)easy;
	if (kind != CURLINFO_TEXT || i->result == NULL || size < n ||
	    memcmp(text, start, n) != 0)
		return 0;
	while (n + length < size && text[n + length] > ' ')
		length++;
	(void)snprintf(i->result->protocol, sizeof(i->result->protocol), "%.*s",
	    (int)length, text + n);
	return 0;
}

static void
handle_made(CURL *easy, void *argument)
{
	/* What is not set is not told, and nothing else. */
	(void)curl_easy_setopt(easy, CURLOPT_CERTINFO, 1L);
	(void)curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_talk);
	(void)curl_easy_setopt(easy, CURLOPT_DEBUGDATA, argument);
	(void)curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
}

static void
read_certificate(const struct curl_slist *fields, struct inspection *ret)
{
	static const char subject[] = "Subject:", expires[] = "Expire date:";
	struct tm tm = {0};
	int64_t at;

	for (; fields != NULL; fields = fields->next) {
		const char *text = fields->data;

		if (ret->subject[0] == '\0' &&
		    strncmp(text, subject, strlen(subject)) == 0)
			(void)snprintf(ret->subject, sizeof(ret->subject), "%s",
			    text + strlen(subject));
		if (strncmp(text, expires, strlen(expires)) != 0 ||
		    strptime(text + strlen(expires), "%b %d %H:%M:%S %Y",
			&tm) == NULL)
			continue;
		at = (int64_t)timegm(&tm);
		if (ret->expires_at == 0 || at < ret->expires_at)
			ret->expires_at = at;
	}
}

/* The server's own comes first, so that the subject is its. */
static void
read_chain(CURL *easy, struct inspection *ret)
{
	const struct curl_certinfo *chain = NULL;

	if (curl_easy_getinfo(easy, CURLINFO_CERTINFO, &chain) != CURLE_OK ||
	    chain == NULL)
		return;
	for (int i = 0; i < chain->num_of_certs; i++)
		read_certificate(chain->certinfo[i], ret);
}

static void
read_headers(CURL *easy, struct inspection *ret)
{
	struct curl_header *h;

	if (curl_easy_header(easy, "Date", 0, CURLH_HEADER, -1, &h) ==
	    CURLHE_OK) {
		time_t at = curl_getdate(h->value, NULL);

		ret->date = at > 0 ? (int64_t)at : 0;
	}
	if (curl_easy_header(easy, "Location", 0, CURLH_HEADER, -1, &h) ==
	    CURLHE_OK)
		(void)snprintf(
		    ret->redirect, sizeof(ret->redirect), "%s", h->value);
}

static void
read_connection(CURL *easy, struct inspection *ret)
{
	const char *address = NULL;

	(void)curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
	(void)snprintf(ret->address, sizeof(ret->address), "%s",
	    address != NULL ? address : "");
}

static void
exchange_ended(const struct transfer *t, CURLcode code, void *argument)
{
	struct inspector *i = argument;
	struct inspection *r = i->result;
	curl_off_t connect_us = 0;
	long verified = 0;

	if (r == NULL)
		return;
	if (t->id != i->id) {
		/* One that the client had to make first. */
		(void)inspect_fault(code, 0, true, &r->fault, &r->remedy);
		return;
	}
	(void)curl_easy_getinfo(t->easy, CURLINFO_CONNECT_TIME_T, &connect_us);
	(void)curl_easy_getinfo(t->easy, CURLINFO_SSL_VERIFYRESULT, &verified);
	r->connected = code == CURLE_OK || connect_us > 0 ||
		       transfer_result(t, code) == FETCH_TLS;
	r->arrived_at = (int64_t)time(NULL);
	read_connection(t->easy, r);
	read_chain(t->easy, r);
	read_headers(t->easy, r);
	r->error[0] = '\0';
	if (code == CURLE_OK && t->header_done)
		return;
	if (!inspect_fault(code == CURLE_OK ? CURLE_GOT_NOTHING : code,
		verified, r->connected, &r->fault, &r->remedy))
		(void)snprintf(r->error, sizeof(r->error), "%s", t->error);
}

/* The frame is good until this returns, the inspection longer. */
static void
on_answer(const struct frame *answer, void *argument)
{
	struct inspector *i = argument;

	if (i->result == NULL || answer->id != i->id)
		return;
	(void)buf_append(&i->body, answer->body.bytes, answer->body.length);
	(void)snprintf(i->type, sizeof(i->type), "%.*s",
	    (int)answer->name.length, answer->name.bytes);
	i->result->reply = (struct fetch_reply){
	    .result = (enum fetch_result)answer->code,
	    .http_status = answer->status,
	    .content_type = i->type,
	    .encoded = answer->encoded,
	    .retry_after_s = answer->retry_after,
	    .elapsed_us = answer->time_us,
	};
	i->done = true;
}

enum status
inspector_new(struct config *config, const struct issuer *issuer,
    struct inspector **ret, struct conf_error *ret_error)
{
	struct inspector *i = calloc(1, sizeof(*i));
	enum status s = i != NULL ? http_client_init() : STATUS_NOMEM;

	conf_error_set(ret_error, config->path, 0, "out of memory: free some");
	if (s == STATUS_OK)
		s = http_client_new(
		    config, on_answer, i, &i->client, ret_error);
	if (s != STATUS_OK) {
		free(i);
		return s;
	}
	i->issuer = issuer;
	i->watch = (struct http_watch){handle_made, exchange_ended, i};
	i->client->watch = &i->watch;
	buf_init_sensitive(&i->body, FETCH_BODY_MAX);
	*ret = i;
	return STATUS_OK;
}

void
inspector_free(struct inspector *i)
{
	if (i == NULL)
		return;
	i->result = NULL;
	http_client_free(i->client);
	buf_clear(&i->body);
	free(i);
}

/* poll(2)'s time; the client ends each question by itself. */
static int
wait_ms(const struct inspector *i)
{
	int64_t next = http_client_next_us(i->client);

	return next == INT64_MAX
		   ? -1
		   : deadline_left_ms((struct deadline){.at_us = next});
}

void
inspector_ask(struct inspector *i, enum fetch_slot slot, const char *url,
    const struct secret *form, struct inspection *ret)
{
	struct frame ask = {
	    .kind = FRAME_ASK,
	    .id = ++i->id,
	    .code = (uint8_t)slot,
	    .time_us = monotonic_us() + TOTAL_MS * 1000,
	    .name = text_of(i->issuer->name),
	    .text = text_of(url),
	};
	struct pollfd fd = {http_client_fd(i->client), POLLIN, 0};

	if (form != NULL)
		ask.body = (struct text){form->bytes, form->length};
	*ret = (struct inspection){.fault = "it could not be asked",
	    .remedy = "mend what else is told here"};
	buf_clear(&i->body);
	i->type[0] = '\0';
	i->done = false;
	i->result = ret;
	http_client_ask(i->client, &ask);
	while (!i->done) {
		(void)poll(&fd, 1, wait_ms(i));
		http_client_run(i->client);
	}
	i->result = NULL;
	ret->reply.content_type = i->type;
	ret->reply.body = i->body.data != NULL ? buf_string(&i->body) : "";
	ret->reply.body_length = i->body.length;
}
