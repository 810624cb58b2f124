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
/// The effect of a kill switch on an execution: `killed` or `cancelled`, and the id of the kill switch (OPS-13).
inline constexpr std::string_view kill_switch_label = "system.killSwitch";
inline constexpr std::string_view kill_switch_id_label = "system.killSwitchId";

bool is_system_label(std::string_view key);
/// The labels that a kill switch has set on an execution that it ended; they do not apply to executions that this one
/// starts (OPS-13).
inline bool is_kill_switch_label(std::string_view key) {
  return key == kill_switch_label || key == kill_switch_id_label;
}

/// `System labels can only be set by Kestra itself, offending label: k=v`
std::string system_label_message(const Label& label);

/// Merges labels: for the same key, the later value wins and the position of the earlier stays (FLOW-51).
void put_labels(std::vector<Label>& labels, std::span<const Label> over);
const std::string* find_label(std::span<const Label> labels, std::string_view key);

/// Parses `key:value` of a request, split at the first colon; nothing if the value is empty or there is no colon.
std::optional<Label> parse_label(std::string_view text);

/// Labels a caller sends with a start: an error for the first system label other than the correlation id (FLOW-52).
base::Result<void> check_caller_labels(std::span<const Label> labels);

/// The labels of a new execution: those of the flow (except system labels), overridden by those of the caller,
/// overridden by those of the trigger, and the correlation id if there is none yet.
std::vector<Label> execution_labels(std::span<const Label> flow, std::span<const Label> caller,
                                    std::span<const Label> trigger, std::string_view correlation_id);

/// The nested map that expressions read as `labels`: keys are split at dots; if one key is a prefix of another, the
/// first one wins (FLOW-55).
base::Value nested_labels(std::span<const Label> labels);

/// Reports labels that only the platform may set, one finding for each label, in properties of tasks, triggers,
/// conditions and SLAs.
void check_no_system_labels(std::span<const Label> labels, std::string_view property, const syntax::NodePtr& owner,
                            BindContext& context);

/// The constraints of a flow's own labels (FLOW-50): key pattern, values that are not empty.
void check_flow_labels(std::span<const Label> labels, std::string_view property, const syntax::NodePtr& owner,
                       BindContext& context);

}  // namespace gyr::model
