/* SPDX-License-Identifier: ISC */
/* Private to lib/: values by type. */
#ifndef SCOPEGATE_CONF_VALUE_H
#define SCOPEGATE_CONF_VALUE_H

#include "scopegate/conf.h"

/* yes on true | no off false */
enum status conf_parse_bool(const char *text, bool *ret);

#endif
