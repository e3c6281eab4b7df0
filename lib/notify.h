/* SPDX-License-Identifier: ISC */
/* What the service manager is told (sd_notify(3)), spoken by hand. */
#ifndef LIB_NOTIFY_H
#define LIB_NOTIFY_H

/* Remembers where $NOTIFY_SOCKET points; call before the environment goes. */
void notify_open(void);
void notify_ready(void);
void notify_reloading(void); /* notify_ready() says when it is over */
void notify_stopping(void);

#endif
