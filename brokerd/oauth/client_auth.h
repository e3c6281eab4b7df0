/* SPDX-License-Identifier: ISC */
/* Client authentication (RFC 6749 section 2.3.1): client_secret_basic,
 * client_secret_post, or none for public clients. */
#ifndef BROKERD_CLIENT_AUTH_H
#define BROKERD_CLIENT_AUTH_H

#include "broker.h"
#include "app/app_store.h"
#include "http/http_server.h"
#include "oauth_error.h"

/* Unknown client, wrong secret and a secret where none belongs are told apart
 * by nothing in the answer. */
struct oauth_fault client_authenticate(
    struct broker *b, const struct http_request *request, struct app *ret);

/* Of a token or device request: is its body a form with each parameter once,
 * the resource among them? */
struct oauth_fault client_form_check(const struct http_request *request);

#endif
