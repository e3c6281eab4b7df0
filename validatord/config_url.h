/* SPDX-License-Identifier: ISC */
/* URLs of a configuration: strict, and compared by origin. */
#ifndef VALIDATORD_CONFIG_URL_H
#define VALIDATORD_CONFIG_URL_H

#include <stdbool.h>

#define URL_ORIGIN_MAX 300

/*
 * NULL: fine, and *ret_origin is scheme, host in small letters and port. Else
 * a static sentence: what is wrong and how to mend it. http:// passes only to
 * a literal loopback address and with `loopback`.
 */
const char *config_url_fault(
    const char *url, bool loopback, char ret_origin[URL_ORIGIN_MAX]);
/* Is there nothing after the authority (but perhaps one slash)? Of a URL that
 * has no fault. */
bool config_url_is_origin(const char *url);

#endif
