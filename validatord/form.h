/* SPDX-License-Identifier: ISC */
/* application/x-www-form-urlencoded, as RFC 6749 appendix B wants it. */
#ifndef VALIDATORD_FORM_H
#define VALIDATORD_FORM_H

#include "scopegate/message.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

/* Appends the encoded value. STATUS_NOMEM or OK. */
enum status form_encode(struct secret *out, struct text value);
/* Appends "name=value", after a "&" where something is there already. The name
 * is written as it is. */
enum status form_put(struct secret *out, const char *name, struct text value);

#endif
