/* SPDX-License-Identifier: ISC */
/*
 * HTTP in, HTTP out; the only user of <microhttpd.h>. It reads a whole
 * request within limits, hands it over, and sends the answer.
 */
#ifndef HTTP_HTTP_SERVER_H
#define HTTP_HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/form.h"
#include "scopegate/buf.h"
#include "scopegate/status.h"

#define HTTP_BODY_MAX (64 * 1024)    /* of a request */
#define HTTP_UPLOAD_MAX (512 * 1024) /* of one that carries a file */
#define HTTP_ADDRESS_SIZE 46         /* of a peer, as text */
#define HTTP_ANSWER_MAX (256 * 1024)
#define HTTP_HEADERS_MAX 16         /* of an answer */
#define HTTP_MEMORY_MAX (32 * 1024) /* a connection's header memory */
#define HTTP_CONNECTIONS_MAX 1024
#define HTTP_IDLE_SECONDS 30
#define HTTP_THREADS 4
#define HTTP_STACK (256 * 1024) /* of a thread a connection */
#define HTTP_FORWARDED_MAX 4096 /* X-Forwarded-For */

enum http_method { HTTP_OTHER, HTTP_GET, HTTP_POST };

/* A file in a multipart/form-data body (RFC 7578); at most one. */
struct http_file {
	const char *field; /* the form field's name; NULL: no file came */
	const uint8_t *data;
	size_t size; /* 0: the field was there and left empty */
};

struct http_request {
	enum http_method method;
	bool head; /* HEAD, which is GET here: the answer's body is not sent */
	const char *path; /* as sent: routes are compared byte for byte */
	char remote[HTTP_ADDRESS_SIZE]; /* the peer's address, "" if unknown */
	struct http_file file;
	struct form query, form;
	/* What form_parse() said. Of the form also: STATUS_TOO_BIG if the body
	 * was, STATUS_FORBIDDEN if it had more than one file. */
	enum status query_status, form_status;
	const char *body; /* as it came, NULL if there is none; of a multipart
	                   * body, form-encoded */
	size_t body_size;
	/* Headers, the first of that name; NULL if absent. */
	const char *authorization, *accept, *cookie, *content_type;
	const char *fetch_site;    /* Sec-Fetch-Site */
	const char *purpose;       /* Purpose */
	const char *sec_purpose;   /* Sec-Purpose */
	const char *forwarded_for; /* X-Forwarded-For, all of its lines */
	bool header_repeats;       /* one of them, but for the list, is twice */
};

struct http_header {
	const char *name; /* static */
	char *value;
};

struct http_response {
	unsigned int status;
	struct http_header headers[HTTP_HEADERS_MAX];
	size_t header_count;
	struct buf body; /* sensitive */
	bool drop;       /* close the connection and answer nothing */
};

/* In place of an earlier value of that name, but for Set-Cookie. A value with
 * a control character makes the answer a 500. */
void http_response_header(
    struct http_response *r, const char *name, const char *value);

typedef void http_handler(void *context, const struct http_request *request,
    struct http_response *response);

struct http_server;
struct http_server_options {
	int listen_fd; /* bound and listening; taken over */
	const char *tls_certificate, *tls_key; /* PEM, or both NULL */
	http_handler *handler; /* called from several threads */
	void *context;
	/* A thread a connection, so that a handler may wait; else HTTP_THREADS,
	 * and one that waits holds up others. */
	bool thread_each;
	unsigned int connections; /* at most; 0: HTTP_CONNECTIONS_MAX */
	unsigned int per_address; /* of them from one address; 0: all */
};
enum status http_server_start(
    const struct http_server_options *options, struct http_server **ret);
void http_server_stop(struct http_server *s); /* NULL is fine */
void http_server_stopp(struct http_server **s);

/* Value of the cookie of this name into `ret`; false if absent, repeated or
 * too long. */
bool http_cookie(const struct http_request *request, const char *name,
    char *ret, size_t size);

#endif
