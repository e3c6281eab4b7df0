/* SPDX-License-Identifier: ISC */
/* The scopes that the broker knows, each in plain words for the owner. */
#ifndef BROKERD_SCOPE_STORE_H
#define BROKERD_SCOPE_STORE_H

#include <stdint.h>

#include "scopegate/status.h"
#include "store/store.h"
#include "word_set.h"

#define SCOPE_WORDS_SIZE 256

enum status scope_add(
    struct store *s, const char *name, const char *words, int64_t position);
enum status scope_words(
    struct store *s, const char *name, char ret[SCOPE_WORDS_SIZE]);
/* All names, in order, with one space between. */
enum status scope_names(struct store *s, char ret[WORD_SET_TEXT_SIZE]);

#endif
