// Kill switches in the API: the validation of bodies, and their JSON (OPS-13).
#pragma once

#include <string>

#include "base/error.h"
#include "base/instant.h"
#include "cluster/operator_holds.h"
#include "store/entities/kill_switch.h"
#include "web/holds/values.h"
#include "web/http/request.h"

namespace gyr::web {

/// The maximum number of executions in one switch.
inline constexpr size_t max_switch_executions = 10'000;
/// The maximum size of a name, an id and a description, in bytes.
inline constexpr size_t max_switch_name = 256;
inline constexpr size_t max_switch_description = 4'096;
/// The maximum number of stored switches, including archived ones: each server keeps them in memory.
inline constexpr size_t max_kill_switches = 10'000;

/// The switch of a body, based on the stored switch `before`; 422 if it breaks a rule. The id of `before` is kept.
base::Result<store::KillSwitchRow> kill_switch_of(json::KillSwitchToWrite body, store::KillSwitchRow before);

json::KillSwitch kill_switch_json(const store::KillSwitchRow& row);

/// The active holds.
executor::HoldSetPtr operator_holds_of(const Request* request);
/// 409 for an ignored target, before it is loaded and the executor can refuse it.
base::Result<void> check_not_ignored(const Request* request, const model::Execution& execution);

}  // namespace gyr::web
