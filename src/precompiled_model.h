// The precompiled header of the modules from `plugin` upwards: flows, executions and what a plugin is, which nearly all
// of them read.
#pragma once

#include "expression/context.h"
#include "expression/template.h"
#include "model/bind.h"
#include "model/execution.h"
#include "model/flow.h"
#include "model/flow_parser.h"
#include "model/temporal.h"
#include "plugin_api/registry.h"
#include "plugin_api/render.h"
#include "plugin_api/run_context.h"
#include "plugin_api/type_builder.h"
#include "precompiled.h"
#include "syntax/json.h"
