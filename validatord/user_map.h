/* SPDX-License-Identifier: ISC */
/*
 * The file of `user_map`: one line "ISSUER ENV SUBJECT LOCAL-USER [SSH-KEY]",
 * blanks between, `*` as ENV for any, # comments. ISSUER is the section's name,
 * SSH-KEY a fingerprint. A subject may have several local users, and a user
 * several keys, one line each.
 */
#ifndef VALIDATORD_USER_MAP_H
#define VALIDATORD_USER_MAP_H

#include <stdbool.h>

#include "scopegate/conf.h"
#include "scopegate/message.h"
#include "scopegate/status.h"

#define USER_MAP_FILE_MAX (1024 * 1024)

struct user_map;

/* Same demands on the file as a configuration file, but USER_MAP_FILE_MAX. */
enum status user_map_load(const char *path, struct user_map **ret,
    struct conf_error *ret_error);
void user_map_free(struct user_map *m);

/* The first line whose issuer is not `known`; NULL: there is none. */
const char *user_map_stray(const struct user_map *m,
    bool (*known)(const char *issuer, const void *context),
    const void *context, unsigned int *ret_line);

/* How the subject stands to the user. */
enum user_map_answer { USER_MAP_SAME, USER_MAP_OTHER, USER_MAP_ABSENT };
/* `environment` may be NULL (not stated): then only `*` lines match. */
enum user_map_answer user_map_look_up(const struct user_map *m,
    const char *issuer, const char *environment, const char *subject,
    struct text user);
/* The subject's one user; SAME sets *ret (borrowed), OTHER: there are more. */
enum user_map_answer user_map_only(const struct user_map *m,
    const char *issuer, const char *environment, const char *subject,
    const char **ret);
/* Does a line that makes the subject this user name that key? */
bool user_map_has_key(const struct user_map *m, const char *issuer,
    const char *environment, const char *subject, struct text user,
    const char *ssh_key);

#endif
