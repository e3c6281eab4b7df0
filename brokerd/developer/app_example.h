/* SPDX-License-Identifier: ISC */
/* The first requests of an app, ready to be copied. */
#ifndef BROKERD_APP_EXAMPLE_H
#define BROKERD_APP_EXAMPLE_H

#include "app/app_store.h"
#include "scopegate/buf.h"

/* Where to send a browser. `redirect_uri` is one of the app's. */
enum status app_example_authorize(const char *issuer, const struct app *a,
    const char *redirect_uri, struct buf *ret);
/* What to say with the code that comes back: a command for curl. */
enum status app_example_token(const char *issuer, const struct app *a,
    const char *redirect_uri, struct buf *ret);
/* What a device asks first, and then again and again (RFC 8628). */
enum status app_example_device(
    const char *issuer, const struct app *a, struct buf *ret);
enum status app_example_poll(
    const char *issuer, const struct app *a, struct buf *ret);

#endif
