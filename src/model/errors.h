// Codes of what can be wrong with a flow (F) and with the inputs of an execution (I). Each has a page in docs/errors/.
#pragma once

#include "base/error.h"

namespace gyr::model {

// The source cannot be read as a flow.
inline constexpr base::ErrorCode unreadable_flow{"GYR-F001"};  ///< no YAML, or no mapping at the top (FLOW-2)
inline constexpr base::ErrorCode wrong_kind{"GYR-F002"};    ///< a value of the wrong kind or outside its enum (FLOW-2)
inline constexpr base::ErrorCode unknown_type{"GYR-F003"};  ///< `type` is missing or unknown (FLOW-2)
inline constexpr base::ErrorCode wrong_label{"GYR-F004"};   ///< labels of a shape that is none (FLOW-50)
inline constexpr base::ErrorCode unknown_property{"GYR-F014"};  ///< FLOW-2

// One property breaks its constraint.
inline constexpr base::ErrorCode missing_value{"GYR-F010"};         ///< must not be null, blank, empty
inline constexpr base::ErrorCode wrong_size{"GYR-F011"};            ///< too small, too large, too long
inline constexpr base::ErrorCode wrong_pattern{"GYR-F012"};         ///< does not match the pattern it must match
inline constexpr base::ErrorCode invalid_regex{"GYR-F013"};         ///< a pattern of the author that is none
inline constexpr base::ErrorCode wrong_retry{"GYR-F015"};           ///< FLOW-73
inline constexpr base::ErrorCode wrong_plugin_default{"GYR-F016"};  ///< FLOW-60, FLOW-65
inline constexpr base::ErrorCode system_label{"GYR-F017"};          ///< a label that only the platform sets
inline constexpr base::ErrorCode wrong_trigger{"GYR-F018"};  ///< rules of a trigger type (cron, time zone, webhook …)
inline constexpr base::ErrorCode wrong_task{"GYR-F019"};     ///< rules of a task type (Dag, Switch, WorkingDirectory …)

// The flow as a whole breaks a rule of the table in FLOW-6.
inline constexpr base::ErrorCode reserved_flow_id{"GYR-F020"};  ///< FLOW-5
inline constexpr base::ErrorCode duplicate_id{"GYR-F021"};
inline constexpr base::ErrorCode conflicting_inputs{"GYR-F022"};
inline constexpr base::ErrorCode wrong_dependency{"GYR-F023"};
inline constexpr base::ErrorCode recursive_flow{"GYR-F024"};
inline constexpr base::ErrorCode dash_reference{"GYR-F025"};
inline constexpr base::ErrorCode assets_refused{"GYR-F026"};
inline constexpr base::ErrorCode missing_namespace{"GYR-F027"};
inline constexpr base::ErrorCode flow_exists{"GYR-F028"};       ///< FLOW-4: create and update
inline constexpr base::ErrorCode changed_identity{"GYR-F029"};  ///< FLOW-4: an update with another id or namespace

// Advice: the flow is valid.
inline constexpr base::ErrorCode trigger_for_everything{"GYR-F040"};
inline constexpr base::ErrorCode useless_property{"GYR-F041"};
inline constexpr base::ErrorCode plain_secret{"GYR-F042"};
inline constexpr base::ErrorCode deprecated_use{"GYR-F043"};
inline constexpr base::ErrorCode replaced_type{"GYR-F044"};
inline constexpr base::ErrorCode broken_expression{"GYR-F045"};
inline constexpr base::ErrorCode unknown_input{
    "GYR-X008"};  ///< an expression reads an input that the flow does not have
inline constexpr base::ErrorCode unknown_task{"GYR-X009"};  ///< the outputs of a task that the flow does not have
inline constexpr base::ErrorCode early_output{"GYR-X010"};  ///< outputs before their task can have run

// Inputs and outputs of a flow.
inline constexpr base::ErrorCode wrong_input_definition{"GYR-I001"};  ///< FLOW-21 to FLOW-26
inline constexpr base::ErrorCode missing_input{"GYR-I002"};           ///< FLOW-23: `Missing required input:x`
inline constexpr base::ErrorCode unreadable_input{"GYR-I003"};  ///< a value that does not have the type of its input
inline constexpr base::ErrorCode refused_input{"GYR-I004"};     ///< a value outside its bounds, pattern or list
inline constexpr base::ErrorCode unrenderable_input{
    "GYR-I005"};                                             ///< a default or an expression that cannot be rendered
inline constexpr base::ErrorCode no_encryption{"GYR-I006"};  ///< SECRET without a key
inline constexpr base::ErrorCode wrong_output{"GYR-I007"};   ///< a flow output that does not have its type

/// Whether the text could not be read as a flow at all, in contrast to a violated constraint. The reference reports
/// such messages without a path (FLOW-2).
bool is_parse_error(base::ErrorCode code);

}  // namespace gyr::model
