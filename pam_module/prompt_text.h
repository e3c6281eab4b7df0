/* SPDX-License-Identifier: ISC */
/* What a PROMPT of the daemon looks like to the person. */
#ifndef PAM_MODULE_PROMPT_TEXT_H
#define PAM_MODULE_PROMPT_TEXT_H

#include "options.h"
#include "outcome.h"
#include "scopegate/buf.h"
#include "scopegate/message.h"

#define PROMPT_TEXT_MAX 20480 /* the longest link and drawing, and the words   \
			       */
#define PROMPT_TEXT_COLUMNS 79

/*
 * Appends to `ret` (PROMPT_TEXT_MAX) the one text that is shown with echo off,
 * in lines of at most PROMPT_TEXT_COLUMNS, a longer link excepted. `asked` is
 * what the conversation asks for: the prompt itself, or for PROMPT_NOT_YET the
 * one before. END_VERDICT: written. END_REPLY: the prompt lacks what it is to
 * show, or holds what a terminal must not get. END_NO_MEMORY.
 */
enum end prompt_text(const struct message *prompt, enum prompt asked,
    const struct options *options, struct buf *ret);

/* May the answer be an access token? */
bool prompt_takes_token(const struct message *prompt);

#endif
