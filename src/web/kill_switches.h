// Kill switches over the interface: what a body may say, and how one is shown (OPS-13).
#pragma once

#include <string>

#include "base/error.h"
#include "base/instant.h"
#include "base/value.h"
#include "executor/operator_holds.h"
#include "store/rows.h"
#include "web/request.h"

namespace gyr::web {

/// Executions that one switch names.
inline constexpr size_t max_switch_executions = 10'000;
/// Bytes of a name, of an id and of a description.
inline constexpr size_t max_switch_name = 256;
inline constexpr size_t max_switch_description = 4'096;
/// Switches that are stored, archived ones included: each server keeps them in memory.
inline constexpr size_t max_kill_switches = 10'000;

/// What a body makes of a switch, `before` as it stands; 422 where it breaks a rule. Its id stays that of `before`.
base::Result<store::KillSwitchRow> kill_switch_of(const base::Value& body, store::KillSwitchRow before);

base::Value kill_switch_value(const store::KillSwitchRow& row);

/// What is held back now.
executor::HoldSetPtr operator_holds_of(const Request* request);
/// 409 for what is ignored, where it would be loaded before the executor can say so.
base::Result<void> check_not_ignored(const Request* request, const model::Execution& execution);

}  // namespace gyr::web
