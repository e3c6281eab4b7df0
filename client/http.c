/* SPDX-License-Identifier: ISC */
#include "http.h"

#include <stdio.h>
#include <string.h>

#include <curl/curl.h>

#include "scopegate/cleanup.h"

void
http_answer_clear(struct http_answer *a)
{
	buf_clear(&a->body);
}

static void
free_handle(CURL **h)
{
	curl_easy_cleanup(*h);
}

/* libcurl copies a header's line, and the copy may hold a token. */
static void
free_headers(struct curl_slist **list)
{
	for (struct curl_slist *l = *list; l != NULL; l = l->next)
		explicit_bzero(l->data, strlen(l->data));
	curl_slist_free_all(*list);
}

static size_t
on_body(char *data, size_t size, size_t count, void *context)
{
	struct http_answer *a = context;

	return buf_append(&a->body, data, size * count) == STATUS_OK
		   ? size * count
		   : 0;
}

static bool
set_transport(CURL *h, const struct http_request *r)
{
	bool secure = strncmp(r->url, "https://", 8) == 0;

	/* Plain HTTP goes to a loopback address, which no proxy reaches. */
	if (!secure && curl_easy_setopt(h, CURLOPT_PROXY, "") != CURLE_OK)
		return false;
	if (r->ca_file != NULL &&
	    curl_easy_setopt(h, CURLOPT_CAINFO, r->ca_file) != CURLE_OK)
		return false;
	return curl_easy_setopt(h, CURLOPT_URL, r->url) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_PROTOCOLS_STR,
		   secure ? "https" : "http") == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_SSL_VERIFYPEER, 1L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_SSL_VERIFYHOST, 2L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_SSLVERSION,
		   (long)CURL_SSLVERSION_TLSv1_2) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_CONNECTTIMEOUT,
		   (long)HTTP_CONNECT_SECONDS) == CURLE_OK &&
	       curl_easy_setopt(h, CURLOPT_TIMEOUT, (long)HTTP_SECONDS) ==
		   CURLE_OK;
}

static bool
add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer != NULL)
		*list = longer;
	return longer != NULL;
}

static bool
make_headers(const struct http_request *r, struct curl_slist **list)
{
	_cleanup_(buf_clear) struct buf line = {0};

	if (!add_header(list, "Accept: application/json") ||
	    !add_header(list, "Expect:"))
		return false;
	if (r->bearer == NULL)
		return true;
	buf_init_sensitive(&line, r->bearer->length + 64);
	buf_append_string(&line, "Authorization: Bearer ");
	buf_append(&line, r->bearer->bytes, r->bearer->length);
	return buf_string(&line) != NULL && add_header(list, buf_string(&line));
}

static bool
set_request(CURL *h, const struct http_request *r, struct curl_slist **headers)
{
	if (r->form != NULL && (buf_string(r->form) == NULL ||
				   curl_easy_setopt(h, CURLOPT_POSTFIELDSIZE,
				       (long)r->form->length) != CURLE_OK ||
				   curl_easy_setopt(h, CURLOPT_POSTFIELDS,
				       buf_string(r->form)) != CURLE_OK))
		return false;
	if (r->user != NULL &&
	    (curl_easy_setopt(h, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC) !=
		    CURLE_OK ||
		curl_easy_setopt(h, CURLOPT_USERNAME, r->user) != CURLE_OK ||
		curl_easy_setopt(h, CURLOPT_PASSWORD, r->password) != CURLE_OK))
		return false;
	return make_headers(r, headers) &&
	       curl_easy_setopt(h, CURLOPT_HTTPHEADER, *headers) == CURLE_OK;
}

/* scheme://host[:port], which is all that a message shows of a URL. */
static int
origin_length(const char *url)
{
	const char *authority = strstr(url, "://") + 3;

	return (int)(authority - url) + (int)strcspn(authority, "/?");
}

enum status
http_exchange(const struct http_request *request, struct http_answer *ret,
    char ret_problem[HTTP_PROBLEM_SIZE])
{
	_cleanup_(free_headers) struct curl_slist *headers = NULL;
	_cleanup_(free_handle) CURL *h = curl_easy_init();
	CURLcode code = CURLE_OUT_OF_MEMORY;

	*ret = (struct http_answer){0};
	buf_init_sensitive(&ret->body, HTTP_BODY_MAX);
	if (h != NULL && set_transport(h, request) &&
	    set_request(h, request, &headers) &&
	    curl_easy_setopt(h, CURLOPT_WRITEFUNCTION, on_body) == CURLE_OK &&
	    curl_easy_setopt(h, CURLOPT_WRITEDATA, ret) == CURLE_OK)
		code = curl_easy_perform(h);
	if (code == CURLE_OK) {
		(void)curl_easy_getinfo(
		    h, CURLINFO_RESPONSE_CODE, &ret->status);
		return STATUS_OK;
	}
	(void)snprintf(ret_problem, HTTP_PROBLEM_SIZE,
	    "%.*s cannot be asked: %s", origin_length(request->url),
	    request->url,
	    ret->body.error == STATUS_TOO_BIG ? "its answer is too large"
					      : curl_easy_strerror(code));
	http_answer_clear(ret);
	return code == CURLE_OPERATION_TIMEDOUT ? STATUS_TIMEOUT : STATUS_IO;
}
