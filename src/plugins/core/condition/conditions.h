// The core conditions, one file each in this folder.
#pragma once

#include "plugin_api/registry.h"

namespace gyr::plugins::core {

plugin::ConditionType date_time_between_condition();
plugin::ConditionType day_week_condition();
plugin::ConditionType day_week_in_month_condition();
plugin::ConditionType execution_flow_condition();
plugin::ConditionType execution_labels_condition();
plugin::ConditionType execution_namespace_condition();
plugin::ConditionType execution_outputs_condition();
plugin::ConditionType execution_status_condition();
plugin::ConditionType expression_condition();
plugin::ConditionType flow_condition();
plugin::ConditionType flow_namespace_condition();
plugin::ConditionType has_retry_attempt_condition();
plugin::ConditionType multiple_condition();
plugin::ConditionType not_condition();
plugin::ConditionType or_condition();
plugin::ConditionType public_holiday_condition();
plugin::ConditionType time_between_condition();
plugin::ConditionType weekend_condition();

}  // namespace gyr::plugins::core
