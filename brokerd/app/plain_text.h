/* SPDX-License-Identifier: ISC */
/*
 * Texts that one person types and others read and trust, such as the name of
 * an app on the page that asks for consent. Pure.
 */
#ifndef BROKERD_PLAIN_TEXT_H
#define BROKERD_PLAIN_TEXT_H

#include <stdbool.h>

/*
 * NULL, or a sentence that says what is wrong: it must be UTF-8 (RFC 3629) of
 * visible characters; nothing that turns the direction of what follows, has no
 * width or is a control character (Unicode TR 36 section 2.7). `lines`: line
 * ends and tabs are allowed.
 */
const char *plain_text_problem(const char *text, bool lines);

#endif
