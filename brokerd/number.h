/* SPDX-License-Identifier: ISC */
/* Numbers and times of the command line, read strictly. */
#ifndef BROKERD_NUMBER_H
#define BROKERD_NUMBER_H

#include <stdint.h>

#include "scopegate/status.h"

/* Decimal digits alone, within the bounds. STATUS_INVALID. */
enum status number_parse(
    const char *text, int64_t min, int64_t max, int64_t *ret);
/* Digits and a unit: 90s 15m 1h 7d, in seconds, at least `min`. */
enum status number_parse_time(const char *text, int64_t min, int64_t *ret);

#endif
