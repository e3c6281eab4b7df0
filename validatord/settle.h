/* SPDX-License-Identifier: ISC */
/* Memory that only start-up needed. */
#ifndef VALIDATORD_SETTLE_H
#define VALIDATORD_SETTLE_H

/*
 * Gives back pages of program code that ran once (relocation, constructors,
 * self-tests of libraries) and free heap. Whatever is needed again comes back
 * from the page cache by itself. Call once, when a process is ready.
 */
void memory_settle(void);

#endif
