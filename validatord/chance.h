/* SPDX-License-Identifier: ISC */
/* Random bytes from the kernel, drawn in batches: one system call serves many
 * short references and delays. */
#ifndef VALIDATORD_CHANCE_H
#define VALIDATORD_CHANCE_H

#include <stdbool.h>
#include <stdint.h>

#define SHORT_REF_LENGTH 8
#define NO_REF "--------" /* where none could be drawn */

/* A short reference of digits and capitals that cannot be misread, and NUL.
 * false: the kernel gave no random bytes. */
bool chance_ref(char ret[SHORT_REF_LENGTH + 1]);
/* 0..most-1, evenly spread; 1 <= most <= 256. Without random bytes: most-1. */
unsigned int chance_below(unsigned int most);

#endif
