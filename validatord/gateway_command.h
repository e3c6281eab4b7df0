/* SPDX-License-Identifier: ISC */
/* The commands of gateway.c's table. */
#ifndef VALIDATORD_GATEWAY_COMMAND_H
#define VALIDATORD_GATEWAY_COMMAND_H

#include "connection.h"
#include "scopegate/message.h"

typedef void gateway_command(struct connection *c, const struct message *m);

/* gateway_login.c: the browser's part of a login. */
gateway_command gateway_link, gateway_callback, gateway_confirm;
/* gateway_token.c: tokens that programs bring. */
gateway_command gateway_code, gateway_authorize;
/* gateway_event.c: what an issuer says has ended. */
gateway_command gateway_event;
/* gateway_metrics.c: what the front may tell. */
gateway_command gateway_metadata, gateway_metrics;

#endif
