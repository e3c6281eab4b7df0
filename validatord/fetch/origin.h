/* SPDX-License-Identifier: ISC */
/* Which hosts an issuer's questions may go to. */
#ifndef VALIDATORD_FETCH_ORIGIN_H
#define VALIDATORD_FETCH_ORIGIN_H

#include <stdbool.h>

#include "config.h"
#include "scopegate/status.h"

/*
 * The origins, normalised, of all that the configuration or the profile names:
 * issuer->url, the endpoints that are written, APIs, probes, endpoint_origins.
 * What is discovered or answered must have one of these. STATUS_INVALID: one
 * of them is no https URL (or http to a literal loopback address with
 * insecure_loopback).
 */
enum status origins_of(const struct issuer *issuer, struct word_list *ret);

/* Is the URL fit to be fetched, and its origin in the list? Parsed by the
 * same parser that will fetch it, so the two cannot disagree. */
bool origin_allowed(const struct word_list *origins,
    const struct issuer *issuer, const char *url);

#endif
