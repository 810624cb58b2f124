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
#include "plugin/registry.h"
#include "plugin/render.h"
#include "plugin/run_context.h"
#include "plugin/type_builder.h"
#include "precompiled.h"
#include "syntax/json.h"
