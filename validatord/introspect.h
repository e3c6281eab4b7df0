/* SPDX-License-Identifier: ISC */
/* RFC 7662: the request form, and the answer made into facts. Pure. */
#ifndef VALIDATORD_INTROSPECT_H
#define VALIDATORD_INTROSPECT_H

#include <stdint.h>

#include "config.h"
#include "facts.h"
#include "fetcher.h"
#include "scopegate/message.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

/* token=...&token_type_hint=access_token, form-encoded. The credentials of
 * client_secret_post are added by the fetch process. */
enum status introspect_form(
    const struct issuer *issuer, struct text token, struct secret *ret);

/*
 * The answer as facts. REASON_NONE: *ret_facts is set (possibly inactive).
 * Otherwise an UNAVAILABLE reason; *ret_what is a static sentence for the log
 * or NULL. Never trusts a 200 without a parsed JSON object whose `active` is a
 * boolean; a known member of the wrong type is malformed, never absent.
 */
enum reason introspect_read(const struct fetch_reply *reply, int64_t now,
    struct facts **ret_facts, const char **ret_what);

/* The part that all answers share: REASON_NONE when an HTTP answer came, else
 * why it did not. */
enum reason answer_arrived(
    const struct fetch_reply *reply, const char **ret_what);
/* 200, or what another status means; *ret_what as above. */
enum reason introspect_status(
    const struct fetch_reply *reply, const char **ret_what);
/* Is its type application/json, whatever the parameters? */
bool answer_is_json(const struct fetch_reply *reply);

#endif
