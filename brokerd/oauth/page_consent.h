/* SPDX-License-Identifier: ISC */
/* The consent page. */
#ifndef BROKERD_PAGE_CONSENT_H
#define BROKERD_PAGE_CONSENT_H

#include "oauth/authorization.h"
#include "visit.h"

/* `problem`: why an answer was not taken (the status is 400 then); or NULL. */
void page_consent(
    struct visit *v, const struct authorization *a, const char *problem);

#endif
