/* SPDX-License-Identifier: ISC */
/* Which socket carries which message, and who answers it. */
#ifndef VALIDATORD_DISPATCH_H
#define VALIDATORD_DISPATCH_H

#include <stddef.h>
#include <stdint.h>

struct connection;

/* One received packet. The connection is answered, now or later; it may be
 * closed when this returns. */
void dispatch(struct connection *c, const uint8_t *packet, size_t size);

#endif
