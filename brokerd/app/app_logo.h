/* SPDX-License-Identifier: ISC */
/* Pictures of apps, as PNG that this broker has written itself. */
#ifndef BROKERD_APP_LOGO_H
#define BROKERD_APP_LOGO_H

#include <stddef.h>
#include <stdint.h>

#include "scopegate/buf.h"
#include "scopegate/status.h"
#include "store/store.h"

/* In place of an earlier one. */
enum status app_logo_set(
    struct store *s, int64_t app, const void *png, size_t size, int64_t now);
/* STATUS_NOT_FOUND if there is none, or the app was deleted. */
enum status app_logo_read(struct store *s, int64_t app, struct buf *ret);
enum status app_logo_remove(struct store *s, int64_t app);

#endif
