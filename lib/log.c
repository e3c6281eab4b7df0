/* SPDX-License-Identifier: ISC */
#include "scopegate/log.h"

