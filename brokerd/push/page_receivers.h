/* SPDX-License-Identifier: ISC */
/* The operator's page of receivers of events. */
#ifndef BROKERD_PAGE_RECEIVERS_H
#define BROKERD_PAGE_RECEIVERS_H

#include "visit.h"

page_handler page_receivers; /* GET shows, POST adds */
page_handler page_receiver_remove;

#endif
