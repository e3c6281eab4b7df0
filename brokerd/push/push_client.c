/* SPDX-License-Identifier: ISC */
/* Pushing over HTTP. A receiver is somebody else's server: what it answers is
 * read up to a limit, and believed about nothing but its own refusal. */
#include "push/push_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "scopegate/buf.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

struct push_client {
	CURL *curl;
	const atomic_bool *stop;
	struct buf answer;
};

static size_t
on_answer(char *data, size_t size, size_t count, void *context)
{
	struct push_client *c = context;

	return buf_append(&c->answer, data, size * count) == STATUS_OK
		   ? size * count
		   : 0;
}

static int
on_progress(void *context, curl_off_t down_total, curl_off_t down,
    curl_off_t up_total, curl_off_t up)
{
	const struct push_client *c = context;

	(void)down_total;
	(void)down;
	(void)up_total;
	(void)up;
	return atomic_load(c->stop) ? 1 : 0;
}

static bool
set_options(struct push_client *c)
{
	CURL *h = c->curl;

	return curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR, "http,https") ==
		   CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_PROXY, "") == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_SSLVERSION,
		   (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT, 2L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)PUSH_SECONDS_MAX) ==
		   CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_answer) ==
		   CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_WRITEDATA, c) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_XFERINFOFUNCTION, on_progress) ==
		   CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_XFERINFODATA, c) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
}

enum status
push_client_new(const atomic_bool *stop, struct push_client **ret)
{
	struct push_client *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return STATUS_NOMEM;
	c->stop = stop;
	buf_init(&c->answer, PUSH_ANSWER_MAX);
	c->curl = curl_easy_init();
	if (c->curl == NULL || !set_options(c)) {
		push_client_free(c);
		return STATUS_IO;
	}
	*ret = c;
	return STATUS_OK;
}

void
push_client_free(struct push_client *c)
{
	if (c == NULL)
		return;
	curl_easy_cleanup(c->curl);
	buf_clear(&c->answer);
	free(c);
}

static void
free_list(struct curl_slist **l)
{
	curl_slist_free_all(*l);
}

/* false: no memory. */
static bool
add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer != NULL)
		*list = longer;
	return longer != NULL;
}

static bool
make_headers(struct curl_slist **list, const char *bearer)
{
	_cleanup_(buf_clear) struct buf line = {0};

	if (!add_header(list, "Content-Type: application/secevent+jwt") ||
	    !add_header(list, "Accept: application/json") ||
	    !add_header(list, "Expect:"))
		return false;
	if (bearer[0] == '\0')
		return true;
	buf_init_sensitive(&line, 2048);
	buf_format(&line, "Authorization: Bearer %s", bearer);
	return buf_string(&line) != NULL && add_header(list, buf_string(&line));
}

/* RFC 8935 section 2.3: {"err": code, "description": text}. Only the code is
 * repeated, and only if it looks like one. */
static void
describe_refusal(
    const struct push_client *c, long status, char ret[PUSH_PROBLEM_SIZE])
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz_";
	_cleanup_(json_freep) struct json *j = NULL;
	const char *err = "", *reason = NULL;

	if (status == 400 && buf_string(&c->answer) != NULL &&
	    json_parse(buf_string(&c->answer), c->answer.length, &j, &reason) ==
		STATUS_OK &&
	    json_string(json_get(json_top(j), "err"), &err) == STATUS_OK &&
	    (strlen(err) > 64 || strspn(err, allowed) != strlen(err)))
		err = "";
	(void)snprintf(ret, PUSH_PROBLEM_SIZE,
	    "the receiver answered %ld%s%s, not 202", status,
	    err[0] == '\0' ? "" : " ", err);
}

enum status
push_client_send(struct push_client *c, const char *url, const char *bearer,
    const char *set, char ret_problem[PUSH_PROBLEM_SIZE])
{
	_cleanup_(free_list) struct curl_slist *headers = NULL;
	long status = 0;
	CURLcode code = CURLE_OUT_OF_MEMORY;

	ret_problem[0] = '\0';
	buf_clear(&c->answer);
	if (make_headers(&headers, bearer) &&
	    curl_easy_setopt(c->curl, CURLOPT_URL, url) == CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, headers) ==
		CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE,
		(long)strlen(set)) == CURLE_OK &&
	    curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, set) == CURLE_OK)
		code = curl_easy_perform(c->curl);
	(void)curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, NULL);
	(void)curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, NULL);
	if (code != CURLE_OK) {
		(void)snprintf(ret_problem, PUSH_PROBLEM_SIZE, "%s",
		    curl_easy_strerror(code));
		return STATUS_IO;
	}
	(void)curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
	if (status == 202)
		return STATUS_OK;
	describe_refusal(c, status, ret_problem);
	return STATUS_FORBIDDEN;
}
