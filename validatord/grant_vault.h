/* SPDX-License-Identifier: ISC */
/*
 * Grants on disk: records, sealed by the keys of the key file, in the store.
 * What is kept in memory, and when something goes, is the business of others.
 */
#ifndef VALIDATORD_GRANT_VAULT_H
#define VALIDATORD_GRANT_VAULT_H

#include "grant_record.h"
#include "grant_store.h"
#include "scopegate/conf.h"

struct grant_vault;

/* As grants_open(), but nothing is read yet. */
enum status grant_vault_open(const char *state_dir, struct grant_vault **ret,
    struct conf_error *ret_error);
void grant_vault_close(struct grant_vault *v); /* NULL is fine */

/* The callee takes the record's grant over on STATUS_OK only; another status
 * ends the walk. STATUS_MALFORMED: the key does not open a row. */
typedef enum status grant_vault_take(
    struct grant_record *record, void *argument);
enum status grant_vault_load(struct grant_vault *v, grant_vault_take *take,
    void *argument, struct conf_error *ret_error);

/* On disk when it returns, or at the commit of the store. */
enum status grant_vault_put(
    struct grant_vault *v, const struct grant_record *record);
struct grant_store *grant_vault_store(struct grant_vault *v);

/* Puts every record; runs inside a transaction. */
typedef enum status grant_vault_put_all(void *argument);
/* A new key for all, or the end of a rotation that stopped half-way. */
enum status grant_vault_rotate(
    struct grant_vault *v, grant_vault_put_all *put_all, void *argument);
/* A process died while it rotated: grant_vault_rotate() ends that. */
bool grant_vault_rotating(const struct grant_vault *v);

#endif
