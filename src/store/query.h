// The queries of all subjects.
#pragma once

#include "store/api/executions.h"
#include "store/api/flows.h"
#include "store/api/keys.h"
#include "store/api/logs.h"
#include "store/api/triggers.h"
