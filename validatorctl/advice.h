/* SPDX-License-Identifier: ISC */
/* What an operator can do about a decision, by its record in the audit log. */
#ifndef VALIDATORCTL_ADVICE_H
#define VALIDATORCTL_ADVICE_H

#include "scopegate/json.h"

/* A paragraph to standard output; nothing where nothing is to be done. */
void advice_print(const struct json_value *record);

#endif
