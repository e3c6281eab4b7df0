/* SPDX-License-Identifier: ISC */
/* Text for people, safe for their terminals. */
#ifndef VALIDATORCTL_PRINT_H
#define VALIDATORCTL_PRINT_H

#include <stdbool.h>
#include <stdio.h>

/* Control characters as '?'. */
void print_text_to(FILE *out, const char *text);
/* The same to standard output. */
void print_text(const char *text);
/* An indented line: label, then the value, as above. */
void print_row(const char *label, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
#define TIME_TEXT_SIZE 32
/* Seconds since 1970 as RFC 3339, or "?". */
const char *time_text(long long at, char ret[TIME_TEXT_SIZE]);
const char *plural(unsigned long long count); /* "s", or "" for one */

#endif
