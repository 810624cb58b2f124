#include "model/output.h"

#include "model/bind.h"
#include "model/errors.h"
#include "model/input_value.h"
#include "syntax/json.h"
#include "syntax/time.h"

namespace gyr::model {

using base::Result;
using base::Value;

namespace {

const Schema& output_schema() {
  static const Schema schema =
      describe<FlowOutput>("io.kestra.core.models.flows.Output")
          .property("id", &FlowOutput::id,
                    {.title = "Name of the output",
                     .required = true,
                     .not_blank = true,
                     .pattern = "^[a-zA-Z0-9][.a-zA-Z0-9_-]*"})
          .property("type", &FlowOutput::type, {.title = "Type of the output", .required = true})
          .property("value", &FlowOutput::value,
                    {.title = "Value of the output",
                     .documentation = "It is rendered when the execution has ended.",
                     .required = true})
          .property("description", &FlowOutput::description, {.title = "Description of the output, in Markdown"})
          .property("displayName", &FlowOutput::display_name,
                    {.title = "Display name", .documentation = "The user interface shows it instead of the id."})
          .property("required", &FlowOutput::required,
                    {.title = "Whether a missing value is an error", .default_value = Value::boolean(true)})
          .build();
  return schema;
}

Result<Value> convert(const FlowOutput& output, const Value& rendered, const Encryptor* encryptor) {
  switch (output.type) {
    case InputType::array:
    case InputType::multiselect: {
      // Items are not converted: an output has no item type.
      Value list = rendered;
      if (rendered.is_string()) {
        GYR_TRY(list, syntax::parse_json(rendered.text()));
      }
      if (!list.is_list())
        return base::fail(wrong_output, fmt::format("`{}` is not a list", expression::to_text(rendered)));
      return list;
    }
    case InputType::date_time: {
      GYR_TRY(const base::Instant instant, syntax::parse_instant(expression::to_text(rendered)));
      return Value::string(syntax::format_instant(instant));
    }
    case InputType::secret: return encrypt_value(encryptor, expression::to_text(rendered));
    default: return parse_value(output.type, InputType::string, rendered);
  }
}

}  // namespace

TypeInfo Binder<FlowOutput>::type_info() { return {.type = ValueType::object, .object = output_schema}; }

void Binder<FlowOutput>::bind(const syntax::NodePtr& node, FlowOutput& target, BindContext& context) {
  target.node = node;
  output_schema().bind(node, &target, context);
}

Result<Value> convert_output(const FlowOutput& output, const Value& rendered, const Encryptor* encryptor) {
  if (rendered.is_null()) {
    if (!output.required) return Value::null();
    return base::fail(wrong_output, output_message(output.id, "must not be null"));
  }
  auto converted = convert(output, rendered, encryptor);
  if (converted) return converted;
  const base::ErrorCode code = converted.error().code() == no_encryption ? no_encryption : wrong_output;
  return base::fail(code, output_message(output.id, converted.error().message()));
}

}  // namespace gyr::model
