/* SPDX-License-Identifier: ISC */
/* Why an exchange failed, for a person who has to mend it. */
#ifndef VALIDATORD_FETCH_INSPECT_FAULT_H
#define VALIDATORD_FETCH_INSPECT_FAULT_H

#include <curl/curl.h>
#include <stdbool.h>

/* `verified`: libcrypto's word on the chain. Both are static sentences. false:
 * libcurl's own words say more. */
bool inspect_fault(CURLcode code, long verified, bool connected,
    const char **ret_fault, const char **ret_remedy);

#endif
