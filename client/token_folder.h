/* SPDX-License-Identifier: ISC */
/* The folder that tokens and locks are in. */
#ifndef CLIENT_TOKEN_FOLDER_H
#define CLIENT_TOKEN_FOLDER_H

/* For messages, once token_folder_open() has been called. */
const char *token_folder_path(void);

#endif
