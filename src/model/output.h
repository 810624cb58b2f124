// Outputs as a flow declares them (FLOW-45 to FLOW-48).
#pragma once

#include <string>

#include "base/error.h"
#include "base/value.h"
#include "model/dynamic.h"
#include "model/encryptor.h"
#include "model/input.h"
#include "model/schema.h"

namespace gyr::model {

/// One output of a flow. Immutable once bound.
struct FlowOutput {
  std::string id;  ///< a dot does not nest
  InputType type = InputType::string;
  Dynamic<Typed> value;
  std::string description;
  std::string display_name;
  bool required = true;
  syntax::NodePtr node;
};

/// The stored form of a rendered output. Null for an optional output without a value; for a required output null is an
/// error. The message of the error is complete: ``Invalid value for output `x`. Cause: …``.
base::Result<base::Value> convert_output(const FlowOutput& output, const base::Value& rendered,
                                         const Encryptor* encryptor);

template <>
struct Binder<FlowOutput> {
  static constexpr bool dynamic = false;
  static constexpr std::string_view type_name() { return "io.kestra.core.models.flows.Output"; }
  static TypeInfo type_info();
  static void bind(const syntax::NodePtr& node, FlowOutput& target, BindContext& context);
};

}  // namespace gyr::model
