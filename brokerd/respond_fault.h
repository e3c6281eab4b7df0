/* SPDX-License-Identifier: ISC */
#ifndef BROKERD_RESPOND_FAULT_H
#define BROKERD_RESPOND_FAULT_H

#include "http/http_server.h"
#include "oauth_error.h"

/* RFC 6749 section 5.2; 401 carries WWW-Authenticate. */
void respond_fault(struct http_response *r, struct oauth_fault fault);

#endif
