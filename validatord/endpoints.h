/* SPDX-License-Identifier: ISC */
/*
 * Where an issuer introspects: one endpoint, or several that stand in for each
 * other, each with a breaker of its own. The first has the issuer's, which also
 * stands before all else that is asked of it.
 */
#ifndef VALIDATORD_ENDPOINTS_H
#define VALIDATORD_ENDPOINTS_H

#include <stdbool.h>

#include "breaker.h"
#include "config.h"
#include "issuers.h"
#include "scopegate/status.h"

struct further_endpoint {
	char *url;
	struct breaker breaker;
};

/* Follows the configuration; what stays keeps its breaker. NOMEM. */
enum status endpoints_follow(
    struct issuer_state *s, const struct word_list *urls);
void endpoints_clear(struct issuer_state *s);

/*
 * The first behind `after` (NULL: of all) that its breaker lets be asked, or
 * NULL. Who gets one must report how it went. Borrowed until the next turn of
 * the event loop.
 */
const char *endpoint_next(struct issuer_state *s, const char *after);
/* Is there another behind it, whatever its breaker says? */
bool endpoint_has_next(const struct issuer_state *s, const char *url);
/* An endpoint that a reload took away is nobody's business any more. */
void endpoint_report(struct issuer_state *s, const char *url,
    enum issuer_outcome outcome, unsigned int retry_after_s);

#endif
