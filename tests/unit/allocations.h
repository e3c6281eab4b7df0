/* SPDX-License-Identifier: ISC */
/*
 * For programs linked with --wrap=malloc, realloc and free: memory that runs
 * out on demand, and a look at what freed blocks still hold.
 */
#ifndef SCOPEGATE_TESTS_ALLOCATIONS_H
#define SCOPEGATE_TESTS_ALLOCATIONS_H

/* The next malloc() or realloc() gives NULL. */
void allocation_fail_next(void);
/* From now on, count the freed blocks that hold this text; NULL: stop. */
void frees_watch(const char *text);
unsigned int frees_with_text(void); /* since frees_watch() */
unsigned int frees_seen(void);      /* the same, whatever they held */

#endif
