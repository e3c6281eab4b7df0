/* SPDX-License-Identifier: ISC */
/* The API on one screen: method, path, who may, handler. */
#ifndef BROKERD_ROUTES_H
#define BROKERD_ROUTES_H

#include "broker.h"
#include "http/http_server.h"
#include "visit.h"

/* For programs: no cookie, no form token; each checks its own credentials. */
typedef void endpoint(struct broker *b, const struct http_request *request,
    struct http_response *response);

endpoint endpoint_metadata;
endpoint endpoint_device;
endpoint endpoint_token;
endpoint endpoint_introspect;
endpoint endpoint_revoke;
endpoint endpoint_userinfo;
endpoint endpoint_jwks;
endpoint endpoint_account_live; /* GET /v2/account, as Alpaca has it */
endpoint endpoint_account_paper;
endpoint endpoint_style;
endpoint endpoint_icon;

/* For people. */
page_handler page_authorize; /* GET shows, POST decides */
page_handler page_device;    /* GET asks for the code, POST goes on */
page_handler page_device_done;
page_handler page_sign_in;
page_handler page_sign_up;
page_handler page_sign_out;
page_handler page_connected;
page_handler page_connection;
page_handler page_connection_revoke;
page_handler page_account;
page_handler page_account_live; /* asks for one */
page_handler page_password;     /* GET shows, POST changes */

/* An http_handler; `context` is the struct broker. */
void routes_handle(void *context, const struct http_request *request,
    struct http_response *response);

#endif
