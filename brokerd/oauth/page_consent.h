/* SPDX-License-Identifier: ISC */
/* The consent page. */
#ifndef BROKERD_PAGE_CONSENT_H
#define BROKERD_PAGE_CONSENT_H

#include "oauth/authorization.h"
#include "visit.h"

/* `query`: the authorization request, encoded. */
void page_consent(
    struct visit *v, const struct authorization *a, const char *query);

#endif
