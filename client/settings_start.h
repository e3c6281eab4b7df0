/* SPDX-License-Identifier: ISC */
/* What the tables need of the reader: a struct for each section. `context` is
 * the struct settings. */
#ifndef CLIENT_SETTINGS_START_H
#define CLIENT_SETTINGS_START_H

void *settings_start_general(
    void *context, const char *name, const char *file, unsigned int line);
void *settings_start_issuer(
    void *context, const char *name, const char *file, unsigned int line);
void *settings_start_host(
    void *context, const char *name, const char *file, unsigned int line);

#endif
