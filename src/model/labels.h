// Rules of labels (FLOW-50 to FLOW-55).
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/value.h"
#include "model/execution.h"
#include "model/schema.h"

namespace gyr::model {

inline constexpr std::string_view correlation_label = "system.correlationId";
/// What a kill switch has made of an execution: `killed` or `cancelled`; and which one it was (OPS-13).
inline constexpr std::string_view kill_switch_label = "system.killSwitch";
inline constexpr std::string_view kill_switch_id_label = "system.killSwitchId";

bool is_system_label(std::string_view key);
/// What a kill switch has put on an execution it ended: it tells nothing about those made of that one (OPS-13).
inline bool is_kill_switch_label(std::string_view key) {
  return key == kill_switch_label || key == kill_switch_id_label;
}

/// `System labels can only be set by Kestra itself, offending label: k=v`
std::string system_label_message(const Label& label);

/// Sets labels over earlier ones: the same key takes the later value and keeps its place (FLOW-51).
void put_labels(std::vector<Label>& labels, std::span<const Label> over);
const std::string* find_label(std::span<const Label> labels, std::string_view key);

/// `key:value` as callers send it, split at the first colon; nothing where the value is empty or there is no colon.
std::optional<Label> parse_label(std::string_view text);

/// Labels a caller sends with a start: an error for the first system label other than the correlation id (FLOW-52).
base::Result<void> check_caller_labels(std::span<const Label> labels);

/// The flow's own labels that its executions take (all but system ones), the caller's over them, the trigger's over
/// those, and the correlation id where none is there yet.
std::vector<Label> execution_labels(std::span<const Label> flow, std::span<const Label> caller,
                                    std::span<const Label> trigger, std::string_view correlation_id);

/// The nested map that expressions see as `labels`: keys split at dots; where one key is the beginning of another, the
/// first listed wins (FLOW-55).
base::Value nested_labels(std::span<const Label> labels);

/// Reports labels that only the platform sets, one finding a label, for properties of tasks, triggers, conditions and
/// SLAs.
void check_no_system_labels(std::span<const Label> labels, std::string_view property, const syntax::NodePtr& owner,
                            BindContext& context);

/// The constraints of a flow's own labels (FLOW-50): key pattern, values that are not empty.
void check_flow_labels(std::span<const Label> labels, std::string_view property, const syntax::NodePtr& owner,
                       BindContext& context);

}  // namespace gyr::model
