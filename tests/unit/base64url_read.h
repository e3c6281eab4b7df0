/* SPDX-License-Identifier: ISC */
/* Base64url for tests, by other code than what they test. */
#ifndef SCOPEGATE_TESTS_BASE64URL_READ_H
#define SCOPEGATE_TESTS_BASE64URL_READ_H

#include <stddef.h>
#include <stdint.h>

/* The number of octets; fails the test for a character of no alphabet. */
size_t base64url_read(const char *text, size_t length, uint8_t *ret);

#endif
