/* SPDX-License-Identifier: ISC */
/* One packet over a connected SOCK_SEQPACKET socket. Private to lib/. */
#ifndef SCOPEGATE_CHANNEL_H
#define SCOPEGATE_CHANNEL_H

#include "scopegate/buf.h"
#include "scopegate/client.h"
#include "scopegate/deadline.h"

/*
 * Checks owner and mode of the folder and the socket, connects, and checks who
 * listens. Sets *ret_fd (>= 3, non-blocking, close-on-exec). After the
 * deadline nothing is connected and nothing sent.
 */
enum status channel_connect(
    const struct client_server *server, struct deadline deadline, int *ret_fd);
enum status packet_send(
    int fd, const struct buf *packet, struct deadline deadline);
/* Replaces the contents of `ret`. STATUS_CLOSED at the end of the stream. */
enum status packet_receive(int fd, struct deadline deadline, struct buf *ret);

#endif
