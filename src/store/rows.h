// The rows of all subjects.
#pragma once

#include "store/api/entities.h"
#include "store/api/executions.h"
#include "store/api/files.h"
#include "store/api/flows.h"
#include "store/api/inbox.h"
#include "store/api/keys.h"
#include "store/api/triggers.h"
