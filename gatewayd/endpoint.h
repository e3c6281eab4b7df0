/* SPDX-License-Identifier: ISC */
/* What the table of routes leads to; each stands in a file of its own. */
#ifndef GATEWAYD_ENDPOINT_H
#define GATEWAYD_ENDPOINT_H

#include "visit.h"

endpoint endpoint_link;
endpoint endpoint_callback;
endpoint endpoint_confirm;
endpoint endpoint_code;
endpoint endpoint_authorize;
endpoint endpoint_events;
endpoint endpoint_metrics;
endpoint endpoint_resource;
endpoint endpoint_health;
endpoint endpoint_ready;

/* The names of the routes, in the order of the counters; NULL at the end. */
const char *route_name(size_t index);

#endif
