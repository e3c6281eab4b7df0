/* SPDX-License-Identifier: ISC */
/* Redirect URIs: what may be registered, and what matches (RFC 9700 2.1). */
#ifndef BROKERD_REDIRECT_H
#define BROKERD_REDIRECT_H

#include <stdbool.h>
#include <stddef.h>

#include "scopegate/buf.h"
#include "scopegate/status.h"

#define REDIRECT_URI_SIZE 1024

/*
 * NULL if the URI may be registered, else a sentence that says why not:
 * https, or http on a loopback host; a private-use scheme with a dot in it
 * (RFC 8252 section 7.1); no user, fragment or wildcard.
 */
const char *redirect_uri_problem(const char *uri);

/*
 * Byte for byte, but for the port of http://127.0.0.1 and http://[::1]
 * (RFC 8252 section 7.3), and only where none is registered.
 */
bool redirect_uri_matches(const char *registered, const char *presented);

/* What form-action must name so that a form may end at this URI: its origin,
 * or its scheme where CSP has no way to write the host. */
enum status redirect_uri_csp_source(const char *uri, struct buf *ret);

/* The part that tells a person where it leads: scheme, host and port, or the
 * scheme alone where there is no host. */
enum status redirect_uri_origin(const char *uri, struct buf *ret);
/* Does it lead to a program on the person's own computer? */
bool redirect_uri_is_local(const char *uri);

/* The URI with a parameter more, percent-encoded. */
enum status redirect_uri_begin(struct buf *out, const char *uri);
void redirect_uri_add(struct buf *out, const char *name, const char *value);

#endif
