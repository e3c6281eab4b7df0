/* SPDX-License-Identifier: ISC */
/* From a PAM service name to the policies that speak of it, in file order. */
#ifndef VALIDATORD_SERVICE_INDEX_H
#define VALIDATORD_SERVICE_INDEX_H

#include <stddef.h>

#include "config.h"
#include "scopegate/message.h"

/* NULL and *ret_count == 0 if no policy names the service. */
const struct policy *const *service_index_find(
    const struct service_index *s, struct text service, size_t *ret_count);

#endif
