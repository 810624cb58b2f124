#include "model/input.h"

#include "base/text.h"
#include "model/bind.h"
#include "model/errors.h"
#include "model/variant.h"

namespace gyr::model {

using base::Value;
using syntax::NodePtr;

std::span<const std::pair<std::string_view, InputType>> EnumNames<InputType>::names() {
  static constexpr std::pair<std::string_view, InputType> all[] = {{"STRING", InputType::string},
                                                                   {"SECRET", InputType::secret},
                                                                   {"INT", InputType::integer},
                                                                   {"FLOAT", InputType::number},
                                                                   {"BOOL", InputType::bool_},
                                                                   {"BOOLEAN", InputType::boolean},
                                                                   {"DATETIME", InputType::date_time},
                                                                   {"DATE", InputType::date},
                                                                   {"TIME", InputType::time},
                                                                   {"DURATION", InputType::duration},
                                                                   {"FILE", InputType::file},
                                                                   {"JSON", InputType::json},
                                                                   {"YAML", InputType::yaml},
                                                                   {"URI", InputType::uri},
                                                                   {"EMAIL", InputType::email},
                                                                   {"SELECT", InputType::select},
                                                                   {"ENUM", InputType::enum_},
                                                                   {"MULTISELECT", InputType::multiselect},
                                                                   {"ARRAY", InputType::array},
                                                                   {"FORM", InputType::form},
                                                                   {"REUSABLE_INPUTS", InputType::reusable_inputs}};
  return all;
}

std::string_view to_text(InputType type) { return EnumNames<InputType>::names()[static_cast<size_t>(type)].first; }

std::optional<InputType> parse_input_type(std::string_view text) {
  for (const auto& [name, type] : EnumNames<InputType>::names()) {
    if (name == text) return type;
  }
  return std::nullopt;
}

const Schema& DependsOn::schema() {
  static const Schema schema =
      describe<DependsOn>("io.kestra.core.models.flows.DependsOn")
          .property("inputs", &DependsOn::inputs, {.title = "Ids of the inputs that must have a value first"})
          .property("condition", &DependsOn::condition, {.title = "Condition that must be true", .text_only = true})
          .build();
  return schema;
}

const std::vector<std::string>* Input::listed_values() const {
  if (values) return &*values;
  return options ? &*options : nullptr;
}

void Binder<Pattern>::bind(const NodePtr& node, Pattern& target, BindContext& context) {
  Binder<std::string>::bind(node, target.text, context);
  if (!node->is_scalar()) return;
  auto compiled = Regex::compile(target.text);
  if (compiled) {
    target.regex = *compiled;
  } else {
    syntax::Diagnostic& found = context.report(invalid_regex, fmt::format("invalid pattern [{}]", target.text), node);
    found.own_words = fmt::format("\"{}\" is not a valid regular expression", target.text);
    found.label = compiled.error().message();
  }
}

namespace {

using Builder = SchemaBuilder<Input>;

bool has_default(const Input& input) {
  if (input.defaults.is_set()) return true;
  const auto* values = input.listed_values();
  return input.auto_select_first && values != nullptr && !values->empty();
}

syntax::Diagnostic& refuse(const NodePtr& node, std::string_view property, std::string message, BindContext& context) {
  const NodePtr place = node->find_shared(property);
  return context.report(wrong_input_definition, std::move(message), place != nullptr ? place : node);
}

/// FLOW-21.
void check_defaults(const Input& input, const NodePtr& node, BindContext& context) {
  if (!has_default(input)) return;
  const std::string_view place = input.defaults.is_set() ? "defaults" : "autoSelectFirst";
  if (input.prefill.is_set())
    refuse(node, "prefill", "Inputs with a default value cannot also have a prefill.", context);
  if (!input.required) {
    refuse(node, place, "Inputs with a default value must be required, since the default is always applied.", context);
  }
}

void check_form(const Input& input, const NodePtr& node, BindContext& context) {
  if (input.defaults.is_set() || input.prefill.is_set()) {
    refuse(node, input.defaults.is_set() ? "defaults" : "prefill",
           "A FORM input groups other inputs and cannot declare a default value or a prefill.", context);
  }
  for (const Input& child : input.inputs) {
    if (child.type != InputType::form && child.type != InputType::reusable_inputs) continue;
    context.report(wrong_input_definition,
                   child.type == InputType::form
                       ? "A FORM input cannot contain another FORM input; grouping is limited to a single level."
                       : "A FORM input cannot contain a REUSABLE_INPUTS input; write it next to the FORM.",
                   child.node);
    return;
  }
}

/// The inputs of the set have their own values.
void check_reference(const Input& input, const NodePtr& node, BindContext& context) {
  if (!input.defaults.is_set() && !input.prefill.is_set()) return;
  refuse(node, input.defaults.is_set() ? "defaults" : "prefill",
         "A REUSABLE_INPUTS input stands for other inputs and cannot declare a default value or a prefill.", context);
}

void check_item_type(const Input& input, const NodePtr& node, BindContext& context) {
  switch (input.item_type) {
    case InputType::array:
    case InputType::multiselect:
    case InputType::select:
    case InputType::enum_:
    case InputType::secret:
    case InputType::reusable_inputs:
      refuse(node, "itemType", fmt::format("`itemType` cannot be {}", to_text(input.item_type)), context);
      return;
    default: return;
  }
}

/// FLOW-23 [+]: with neither or both the input could never be used.
void check_choices(const Input& input, const NodePtr& node, BindContext& context) {
  const bool listed = input.listed_values() != nullptr;
  if (listed == input.expression.has_value()) {
    refuse(node, listed ? "expression" : "type",
           fmt::format("A {} input must have exactly one of `values` and `expression`.", to_text(input.type)), context);
  }
}

/// A default of a FILE is the address of a file, known when the flow is saved.
void check_file(const Input& input, const NodePtr& node, BindContext& context) {
  if (!input.defaults.is_set()) return;
  const expression::ValueContext nothing(Value::empty_map());
  const expression::Outcome rendered = input.defaults.value_template().render(nothing, {});
  if (!rendered.ok()) {
    refuse(node, "defaults",
           "inputs of type 'FILE' only support `defaults` with expression that can be rendered immediately", context);
    return;
  }
  const std::string text = expression::to_text(rendered.value());
  if (text.starts_with("nsfile:") || text.starts_with("file:")) return;
  refuse(node, "defaults",
         "inputs of type 'FILE' only support `defaults` as local files using a file URI or as namespace files using a "
         "nsfile URI",
         context);
}

void add_common(Builder& builder) {
  builder
      .property("id", &Input::id,
                {.title = "Id of the input",
                 .documentation = "A dot in the id creates a nested value.",
                 .required = true,
                 .not_blank = true,
                 .pattern = "^[a-zA-Z0-9][.a-zA-Z0-9_-]*"})
      .property("name", &Input::name, {.title = "Deprecated name of `id`", .deprecated = true})
      .ignore("type")
      .property("description", &Input::description, {.title = "Description of the input, in Markdown"})
      .property("displayName", &Input::display_name,
                {.title = "Display name", .documentation = "Forms show it instead of the id."})
      .property("required", &Input::required,
                {.title = "Whether the input must have a value", .default_value = Value::boolean(true)})
      .property("defaults", &Input::defaults, {.title = "Default value"})
      .property("prefill", &Input::prefill,
                {.title = "Initial value in forms", .documentation = "It is not used outside of forms."})
      .property("dependsOn", &Input::depends_on, {.title = "Inputs on which this input depends"});
}

void add_choices(Builder& builder) {
  builder.property("values", &Input::values, {.title = "Allowed values"})
      .property("expression", &Input::expression, {.title = "Expression that returns the allowed values"})
      .property("allowCustomValue", &Input::allow_custom_value,
                {.title = "Whether other values are also allowed", .default_value = Value::boolean(false)})
      .property("autoSelectFirst", &Input::auto_select_first,
                {.title = "Whether the first allowed value is the default", .default_value = Value::boolean(false)})
      .check(check_choices);
}

Schema plain(std::string_view name) {
  return describe<Input>(fmt::format("io.kestra.core.models.flows.input.{}", name))
      .with(add_common)
      .check(check_defaults)
      .build();
}

template <class Member>
Schema bounded(std::string_view name, std::string_view low, Member Input::* lower, std::string_view high,
               Member Input::* upper) {
  return describe<Input>(fmt::format("io.kestra.core.models.flows.input.{}", name))
      .with(add_common)
      .property(low, lower, {.title = "Minimum value"})
      .property(high, upper, {.title = "Maximum value"})
      .check(check_defaults)
      .build();
}

Schema with_validator(std::string_view name) {
  return describe<Input>(fmt::format("io.kestra.core.models.flows.input.{}", name))
      .with(add_common)
      .property("validator", &Input::validator, {.title = "Regular expression that the whole value must match"})
      .check(check_defaults)
      .build();
}

template <InputType type>
Schema make_schema() {
  if constexpr (type == InputType::string) return with_validator("StringInput");
  if constexpr (type == InputType::secret) return with_validator("SecretInput");
  if constexpr (type == InputType::integer) {
    return bounded("IntInput", "min", &Input::min_integer, "max", &Input::max_integer);
  }
  if constexpr (type == InputType::number)
    return bounded("FloatInput", "min", &Input::min_number, "max", &Input::max_number);
  if constexpr (type == InputType::bool_) return plain("BoolInput");
  if constexpr (type == InputType::boolean) return plain("BooleanInput");
  if constexpr (type == InputType::date_time) {
    return bounded("DateTimeInput", "after", &Input::after_instant, "before", &Input::before_instant);
  }
  if constexpr (type == InputType::date)
    return bounded("DateInput", "after", &Input::after_date, "before", &Input::before_date);
  if constexpr (type == InputType::time)
    return bounded("TimeInput", "after", &Input::after_time, "before", &Input::before_time);
  if constexpr (type == InputType::duration) {
    return bounded("DurationInput", "min", &Input::min_duration, "max", &Input::max_duration);
  }
  if constexpr (type == InputType::file) {
    return describe<Input>("io.kestra.core.models.flows.input.FileInput")
        .with(add_common)
        .property("allowedFileExtensions", &Input::file_extensions, {.title = "Allowed file extensions"})
        .property("extension", &Input::extension,
                  {.title = "Deprecated name of `allowedFileExtensions`", .deprecated = true})
        .check(check_defaults)
        .check(check_file)
        .build();
  }
  if constexpr (type == InputType::json) return plain("JsonInput");
  if constexpr (type == InputType::yaml) return plain("YamlInput");
  if constexpr (type == InputType::uri) return plain("URIInput");
  if constexpr (type == InputType::email) return plain("EmailInput");
  if constexpr (type == InputType::select) {
    return describe<Input>("io.kestra.core.models.flows.input.SelectInput")
        .with(add_common)
        .with(add_choices)
        .property(
            "isRadio", &Input::is_radio,
            {.title = "Whether forms show radio buttons instead of a list", .default_value = Value::boolean(false)})
        .check(check_defaults)
        .build();
  }
  if constexpr (type == InputType::enum_) {
    return describe<Input>("io.kestra.core.models.flows.input.EnumInput")
        .with(add_common)
        .property("values", &Input::values, {.title = "Allowed values", .required = true})
        .check(check_defaults)
        .build();
  }
  if constexpr (type == InputType::multiselect) {
    return describe<Input>("io.kestra.core.models.flows.input.MultiselectInput")
        .with(add_common)
        .with(add_choices)
        .property("options", &Input::options, {.title = "Deprecated name of `values`", .deprecated = true})
        .property("itemType", &Input::item_type,
                  {.title = "Type of the items", .default_value = Value::string("STRING")})
        .check(check_defaults)
        .check(check_item_type)
        .build();
  }
  if constexpr (type == InputType::array) {
    return describe<Input>("io.kestra.core.models.flows.input.ArrayInput")
        .with(add_common)
        .property("itemType", &Input::item_type, {.title = "Type of the items", .required = true})
        .check(check_defaults)
        .check(check_item_type)
        .build();
  }
  if constexpr (type == InputType::form) {
    return describe<Input>("io.kestra.core.models.flows.input.FormInput")
        .with(add_common)
        .property("inputs", &Input::inputs, {.title = "Inputs of the group", .required = true})
        .check(check_form)
        .build();
  }
  if constexpr (type == InputType::reusable_inputs) {
    return describe<Input>("io.kestra.core.models.flows.input.ReusableInputsInput")
        .with(add_common)
        .property("ref", &Input::ref,
                  {.title = "Id of the reusable inputs",
                   .documentation = "The inputs of this set take the place of this input. Their ids begin with the id "
                                    "of this input and a dot.",
                   .required = true,
                   .not_blank = true})
        .property("namespace", &Input::ref_namespace,
                  {.title = "Namespace of the reusable inputs",
                   .documentation = "Its parent namespaces are searched, too. The default is that of the flow."})
        .property("revision", &Input::ref_revision,
                  {.title = "Revision of the reusable inputs",
                   .documentation = "Without it, each execution starts with the newest revision.",
                   .minimum = 1})
        .check(check_reference)
        .build();
  }
}

template <InputType type>
const Schema& schema_of() {
  static const Schema schema = make_schema<type>();
  return schema;
}

template <size_t... type>
constexpr std::array<SchemaSource, sizeof...(type)> schema_table(std::index_sequence<type...>) {
  return {&schema_of<static_cast<InputType>(type)>...};
}
constexpr size_t input_type_count = static_cast<size_t>(InputType::reusable_inputs) + 1;
constexpr auto schemas = schema_table(std::make_index_sequence<input_type_count>());

std::span<const Variant> variants() {
  static const auto all = [] {
    std::array<Variant, input_type_count> list{};
    for (size_t i = 0; i < list.size(); ++i) list[i] = {EnumNames<InputType>::names()[i].first, schemas[i]};
    return list;
  }();
  return all;
}

/// `name` replaces a missing `id` (FLOW-20).
NodePtr with_id(const NodePtr& node) {
  if (node->find("id") != nullptr) return node;
  const syntax::NodeEntry* name = node->find_entry("name");
  if (name == nullptr) return node;
  std::vector<syntax::NodeEntry> entries(node->entries().begin(), node->entries().end());
  entries.push_back({"id", name->key_span, name->value});
  return syntax::Node::mapping(std::move(entries), node->span());
}

}  // namespace

const Schema& Input::schema(InputType type) { return schemas[static_cast<size_t>(type)](); }

TypeInfo Binder<Input>::type_info() { return variant_type_info("Input", variants()); }

void Binder<Input>::bind(const NodePtr& node, Input& target, BindContext& context) {
  target.node = node;
  const auto chosen = choose_variant(node, type_name(), variants(), context);
  if (!chosen) {
    const syntax::Node* id = node->is_mapping() ? node->find("id") : nullptr;
    if (id != nullptr && id->is_scalar()) target.id = scalar_text(*id);
    return;
  }
  target.type = static_cast<InputType>(*chosen);
  if (target.type == InputType::enum_ || target.type == InputType::boolean) {
    context.deprecated(context.path(), node->find("type")->span(),
                       target.type == InputType::enum_ ? "use `SELECT`" : "use `BOOL`");
  }
  Input::schema(target.type).bind(with_id(node), &target, context);
}

std::vector<NamedInput> expand_inputs(std::span<const Input> inputs) {
  std::vector<NamedInput> all;
  for (const Input& input : inputs) {
    if (input.type != InputType::form) {
      all.push_back({input.id, &input});
      continue;
    }
    for (const Input& child : input.inputs) {
      if (child.type != InputType::form) all.push_back({input.id + "." + child.id, &child});
    }
  }
  return all;
}

}  // namespace gyr::model
