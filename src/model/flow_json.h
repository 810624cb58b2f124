// A flow as the REST interface shows it (API-60).
#pragma once

#include "base/value.h"
#include "model/flow.h"
#include "model/schema.h"

namespace gyr::model {

/// The flow's JSON: tasks as written, property values uninterpreted (an expression stays text), labels as a list of
/// pairs, defaults of inputs, retries and the like filled in. Text properties are text, however they were written.
base::Value flow_to_value(const Flow& flow, const TypeSource& types);

/// One task or trigger of a flow, in the same form.
base::Value task_to_value(const TaskSpec& task, const TypeSource& types);
base::Value trigger_to_value(const TriggerSpec& trigger, const TypeSource& types);

/// One input, under the name of its request field; `choices` are the rendered values of its expression and replace it
/// (FLOW-30).
base::Value input_to_value(const Input& input, std::string_view id, const std::vector<std::string>* choices = nullptr);
/// The input that a node declares, as flow_to_value() shows those of a flow.
base::Value input_to_value(const syntax::NodePtr& declared);

}  // namespace gyr::model
