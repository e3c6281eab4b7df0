/* SPDX-License-Identifier: ISC */
/* The table of what the API refuses. */
#include "api/api_fault.h"

#include <string.h>

#include "http/respond.h"
#include "scopegate/cleanup.h"
#include "scopegate/json.h"

static const struct {
	unsigned int status;
	int64_t code;
	const char *message;
} faults[] = {
#define X(name, status, code, message) {status, code, message},
    API_FAULT_LIST(X)
#undef X
};

void
api_refuse(struct http_response *response, enum api_fault fault)
{
	struct json_writer w;

	respond_json(response, faults[fault].status);
	json_writer_init(&w, &response->body);
	json_write_begin_object(&w, NULL);
	json_write_integer(&w, "code", faults[fault].code);
	json_write_string(&w, "message", faults[fault].message);
	json_write_end_object(&w);
}

bool
api_has_path(const char *path)
{
	static const char *const places[] = {"/v2/", "/paper/v2/"};

	for (size_t i = 0; i < ELEMENTS(places); i++) {
		if (strncmp(path, places[i], strlen(places[i])) == 0)
			return true;
	}
	return false;
}
