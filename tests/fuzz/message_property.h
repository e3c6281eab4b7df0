/* SPDX-License-Identifier: ISC */
#ifndef SCOPEGATE_TESTS_MESSAGE_PROPERTY_H
#define SCOPEGATE_TESTS_MESSAGE_PROPERTY_H

#include "scopegate/message.h"

/*
 * Opens the packet. What is accepted must, written anew, open to the same
 * values; what is refused must leave the result alone. True, with *ret, when
 * it was accepted.
 */
bool message_property(const uint8_t *data, size_t size,
    enum message_direction direction, struct message *ret);

#endif
