/* SPDX-License-Identifier: ISC */
/*
 * The schema, as the steps that lead to it. A step that has been released is
 * never edited: a change is one more step.
 */
#ifndef BROKERD_STORE_SCHEMA_H
#define BROKERD_STORE_SCHEMA_H

#include <stddef.h>

#define STORE_APPLICATION_ID 0x5367426b /* "SgBk" */

extern const char *const store_schema_steps[];
extern const size_t store_schema_step_count;

#endif
