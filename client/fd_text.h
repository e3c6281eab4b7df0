/* SPDX-License-Identifier: ISC */
#ifndef CLIENT_FD_TEXT_H
#define CLIENT_FD_TEXT_H

#include "scopegate/buf.h"
#include "scopegate/status.h"

/* Appends what is left of a file; STATUS_IO, or what the buffer says. */
enum status fd_read(int fd, struct buf *ret);

#endif
