/* SPDX-License-Identifier: ISC */
/* Which files make up a configuration. */
#ifndef VALIDATORD_CONFIG_FILES_H
#define VALIDATORD_CONFIG_FILES_H

#include "scopegate/conf.h"

#define CONFIG_FILES_MAX 256

/*
 * The main file and policy.d/ *.conf beside it, in byte order of their names.
 * No folder is no error; one that others may write is.
 */
enum status config_files_list(const char *path, struct word_list *ret,
    struct conf_error *ret_error);

/* Adds those of one folder in that order. */
enum status config_folder_list(
    const char *path, struct word_list *l, struct conf_error *e);

#endif
