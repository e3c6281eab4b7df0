/* SPDX-License-Identifier: ISC */
/* The exchange of Zerodha's Kite Connect: a request token and a checksum. */
#ifndef VALIDATORD_FETCH_KITE_H
#define VALIDATORD_FETCH_KITE_H

#include "scopegate/message.h"
#include "scopegate/secret.h"
#include "scopegate/status.h"

/*
 * From the asker's form, which is `request_token=...` and nothing else, to the
 * one that Kite takes: api_key, request_token, and as checksum the SHA-256 of
 * key, request token and secret in hexadecimal. STATUS_INVALID: another form.
 */
enum status kite_form(const char *api_key, const struct secret *api_secret,
    struct text asked, struct secret *ret);

#endif
