// Inputs as a flow declares them (FLOW-20 to FLOW-26).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.h"
#include "base/value.h"
#include "model/dynamic.h"
#include "model/regex.h"
#include "model/schema.h"
#include "model/temporal.h"
#include "syntax/node.h"

namespace gyr::model {

/// Types of inputs and of flow outputs. The order is that of the reference's documentation.
enum class InputType : uint8_t {
  string,
  secret,
  integer,
  number,
  bool_,
  boolean,
  date_time,
  date,
  time,
  duration,
  file,
  json,
  yaml,
  uri,
  email,
  select,
  enum_,
  multiselect,
  array,
  form,
  reusable_inputs,
};
std::string_view to_text(InputType type);
std::optional<InputType> parse_input_type(std::string_view text);

/// FLOW-27: the inputs that come first, and the condition of this input.
struct DependsOn {
  std::vector<std::string> inputs;
  Dynamic<Typed> condition;
  static const Schema& schema();
};

/// A text that is a regular expression of the author's.
struct Pattern {
  std::string text;
  std::shared_ptr<const Regex> regex;  ///< null where the text is none (reported when bound)
};

/// One declared input. The type decides which of the properties after `depends_on` exist. Immutable once bound.
struct Input {
  std::string id;  ///< a dot nests: `a.b` is read as `inputs.a.b`
  InputType type = InputType::string;
  std::string name;  ///< old spelling of id
  std::string description;
  std::string display_name;
  bool required = true;
  Dynamic<base::Value> defaults;
  Dynamic<base::Value> prefill;
  std::optional<DependsOn> depends_on;

  std::optional<Pattern> validator;                 // STRING, SECRET
  std::optional<int32_t> min_integer, max_integer;  // INT
  std::optional<float> min_number, max_number;      // FLOAT
  std::optional<base::Duration> min_duration, max_duration;
  std::optional<base::Instant> after_instant, before_instant;  // DATETIME
  std::optional<LocalDate> after_date, before_date;
  std::optional<LocalTime> after_time, before_time;
  std::vector<std::string> file_extensions;         // FILE: allowedFileExtensions
  std::string extension;                            // FILE, old
  std::optional<std::vector<std::string>> values;   // SELECT, ENUM, MULTISELECT
  std::optional<std::vector<std::string>> options;  // MULTISELECT, old
  std::optional<Dynamic<Typed>> expression;         // SELECT, MULTISELECT
  bool allow_custom_value = false;
  bool is_radio = false;
  bool auto_select_first = false;
  InputType item_type = InputType::string;  // ARRAY, MULTISELECT
  std::vector<Input> inputs;                // FORM
  std::string ref, ref_namespace;           // REUSABLE_INPUTS: the set, and where it is searched (empty: like the flow)
  std::optional<int32_t> ref_revision;      // REUSABLE_INPUTS: none: the newest one
  std::string problem;                      // REUSABLE_INPUTS: why the inputs of the set could not take its place
  syntax::NodePtr node;

  /// The values it lists, wherever they are written.
  const std::vector<std::string>* listed_values() const;
  /// The properties of one type of input.
  static const Schema& schema(InputType type);
};

/// An input with the name under which values are sent and stored: children of a FORM are `<form>.<child>` (FLOW-26).
struct NamedInput {
  std::string id;
  const Input* input;
};
/// All inputs that hold values, in order; FORMs replaced by their children. A REUSABLE_INPUTS whose set has not taken
/// its place (model/reusable_inputs.h) stands for all inputs below its id.
std::vector<NamedInput> expand_inputs(std::span<const Input> inputs);

/// Rules over all inputs of a flow: unique ids and paths, no path below another, dependencies that exist and have no
/// cycle (table of FLOW-6). Findings have an empty path, like all findings about the flow as a whole.
void check_inputs(std::span<const Input> inputs, const syntax::NodePtr& owner, BindContext& context);

GYR_NAMED_ENUM(InputType, "io.kestra.core.models.flows.Type");

template <>
struct Binder<Pattern> {
  static constexpr bool dynamic = false;
  static constexpr std::string_view type_name() { return "java.lang.String"; }
  static TypeInfo type_info() { return {.type = ValueType::string}; }
  static void bind(const syntax::NodePtr& node, Pattern& target, BindContext& context);
};

template <>
struct Binder<Input> {
  static constexpr bool dynamic = false;
  static constexpr std::string_view type_name() { return "io.kestra.core.models.flows.Input"; }
  static TypeInfo type_info();
  static void bind(const syntax::NodePtr& node, Input& target, BindContext& context);
};

}  // namespace gyr::model
