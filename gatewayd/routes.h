/* SPDX-License-Identifier: ISC */
/* Every address of this gate, in one table. */
#ifndef GATEWAYD_ROUTES_H
#define GATEWAYD_ROUTES_H

#include "http/http_server.h"

http_handler routes_handle; /* the context is a struct gateway */

#endif
