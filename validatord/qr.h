/* SPDX-License-Identifier: ISC */
/* A link drawn for a telephone to read. */
#ifndef VALIDATORD_QR_H
#define VALIDATORD_QR_H

#define QR_COLUMNS_MAX 79

/*
 * The QR code of `link` with its quiet zone, as lines of U+2580, U+2584, U+2588
 * and blanks that end in \n: two rows of squares a line, the light ones drawn,
 * since most terminals are dark. malloc; NULL: it does not fit into
 * QR_COLUMNS_MAX columns and QR_MAX octets, or there is no memory. Then the
 * link has to do.
 */
char *qr_draw(const char *link);

#endif
