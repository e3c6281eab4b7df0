/* SPDX-License-Identifier: ISC */
/* The pages of those who make apps. */
#ifndef BROKERD_DEVELOPER_H
#define BROKERD_DEVELOPER_H

#include "visit.h"

page_handler page_logo; /* GET: anyone may see an app's logo */

#endif
