/* SPDX-License-Identifier: ISC */
/*
 * One HTTP exchange; the only user of libcurl here. TLS is always verified, no
 * redirect is followed, and what comes back is bounded in size and time.
 */
#ifndef CLIENT_HTTP_H
#define CLIENT_HTTP_H

#include "scopegate/buf.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

#define HTTP_BODY_MAX (128 * 1024)
#define HTTP_CONNECT_SECONDS 5
#define HTTP_SECONDS 20 /* for the whole exchange */
#define HTTP_PROBLEM_SIZE 320

struct http_request {
	const char *url;
	const struct buf *form;	     /* NULL: GET, else POST of this form */
	const char *user, *password; /* Basic, if user is not NULL */
	const struct secret *bearer; /* or a bearer token; or NULL */
	const char *ca_file;	     /* NULL: the system's */
};

struct http_answer {
	long status;
	struct buf body; /* wiped by http_answer_clear() */
};

/*
 * STATUS_OK: there is an answer, whatever its status. Else ret_problem says in
 * one phrase why not, without an octet of a secret.
 */
enum status http_exchange(const struct http_request *request,
    struct http_answer *ret, char ret_problem[HTTP_PROBLEM_SIZE]);
void http_answer_clear(struct http_answer *a); /* for _cleanup_() */

#endif
