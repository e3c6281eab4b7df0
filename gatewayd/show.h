/* SPDX-License-Identifier: ISC */
/* decide's answers to people, as pages. */
#ifndef GATEWAYD_SHOW_H
#define GATEWAYD_SHOW_H

#include "visit.h"

/* Asks; false: a page that says why not is shown already. */
bool show_asked(struct visit *v, const char *command,
    const struct relay_field *fields, struct relay_answer *ret);
/* The page of any result but "redirect". */
void show_result(struct visit *v, const struct relay_answer *answer);

#endif
