/* SPDX-License-Identifier: ISC */
/* Private to lib/. */
#ifndef SCOPEGATE_UTF8_H
#define SCOPEGATE_UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * The length, 1 to 4, of the UTF-8 sequence at `p`, which has `left` > 0
 * octets; 0 if it is none. Overlong forms, surrogates and code points past
 * U+10FFFF are none (RFC 3629 section 4).
 */
size_t utf8_sequence(const uint8_t *p, size_t left);

#endif
