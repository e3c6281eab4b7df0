/* SPDX-License-Identifier: ISC */
/*
 * Token sets as files in one folder of the user's, mode 0700, and a lock a
 * name. A file is made anew and renamed over the old one, never written in
 * place; links are not followed.
 */
#ifndef CLIENT_TOKEN_FILE_H
#define CLIENT_TOKEN_FILE_H

#include "issuer.h"
#include "scopegate/buf.h"
#include "scopegate/conf.h"
#include "scopegate/status.h"

/* $XDG_STATE_HOME/scopegate or ~/.local/state/scopegate, made if need be. A
 * descriptor of it, or -1 and ret_problem. */
int token_folder_open(char ret_problem[PROBLEM_SIZE]);

enum status token_file_get(int folder, const char *name, struct buf *ret,
    char ret_problem[PROBLEM_SIZE]);
enum status token_file_put(int folder, const char *name,
    const struct buf *text, char ret_problem[PROBLEM_SIZE]);
enum status token_file_remove(int folder, const char *name);
enum status token_file_names(int folder, struct word_list *ret);
/* A descriptor that holds the name's lock until it is closed; -1. */
int token_file_lock(int folder, const char *name);

#endif
