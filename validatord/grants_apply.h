/* SPDX-License-Identifier: ISC */
/* Following a configuration: are grants needed, and are they open? */
#ifndef VALIDATORD_GRANTS_APPLY_H
#define VALIDATORD_GRANTS_APPLY_H

#include "config.h"
#include "scopegate/conf.h"
#include "scopegate/status.h"

struct server;

/* Opens server->grants where an issuer of `c` is validated by grants and they
 * are not open yet; once open they stay. As grants_open(). */
enum status grants_apply(struct server *server, const struct config *c,
    struct conf_error *ret_error);

#endif
