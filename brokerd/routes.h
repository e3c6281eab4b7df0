/* SPDX-License-Identifier: ISC */
/* The API on one screen: method, path, handler. */
#ifndef BROKERD_ROUTES_H
#define BROKERD_ROUTES_H

#include "broker.h"
#include "http/http_server.h"

typedef void endpoint(struct broker *b, const struct http_request *request,
    struct http_response *response);

endpoint endpoint_metadata;
endpoint endpoint_authorize; /* the request; shows sign-in or consent */
endpoint endpoint_sign_in;   /* the sign-in form */
endpoint endpoint_sign_out;
endpoint endpoint_decide; /* the consent form */
endpoint endpoint_token;
endpoint endpoint_introspect;
endpoint endpoint_revoke;
endpoint endpoint_home;
endpoint endpoint_style;

/* An http_handler; `context` is the struct broker. */
void routes_handle(void *context, const struct http_request *request,
    struct http_response *response);

#endif
