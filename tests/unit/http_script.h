/* SPDX-License-Identifier: ISC */
/*
 * A small HTTP/1.1 server for tests: the request's path names what it does,
 * good and bad. One thread a connection, on 127.0.0.1 and a free port.
 */
#ifndef TESTS_HTTP_SCRIPT_H
#define TESTS_HTTP_SCRIPT_H

struct http_script;

struct http_script *http_script_start(void); /* NULL: no socket, no thread */
void http_script_stop(struct http_script *s);
unsigned int http_script_port(const struct http_script *s);

/* What has been seen so far. */
unsigned int http_script_connections(struct http_script *s);
unsigned int http_script_requests(struct http_script *s);
/* Connections that the client closed while an answer was still due. */
unsigned int http_script_abandoned(struct http_script *s);
/* The whole of an earlier one, counted from 0; NULL: not so many, or more than
 * are kept. Until the script is stopped. */
const char *http_script_request(struct http_script *s, unsigned int number);
/* /guarded takes none of the tokens that /token has issued so far. */
void http_script_expire(struct http_script *s);
/* The last request, head and body, at most `size` - 1 octets. */
void http_script_last(struct http_script *s, char *ret, unsigned int size);

#endif
