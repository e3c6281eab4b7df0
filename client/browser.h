/* SPDX-License-Identifier: ISC */
#ifndef CLIENT_BROWSER_H
#define CLIENT_BROWSER_H

#include <stdbool.h>

/* Opens the URL by $BROWSER, else by xdg-open. false: nothing was started. */
bool browser_open(const char *url);

#endif
