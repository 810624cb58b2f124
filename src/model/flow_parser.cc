#include "model/flow_parser.h"

#include <unordered_set>

#include "base/text.h"
#include "model/bind.h"
#include "model/errors.h"
#include "model/expression_advice.h"
#include "syntax/yaml.h"

namespace gyr::model {

using syntax::Diagnostic;
using syntax::NodePtr;
using syntax::Severity;

const Diagnostic* ParsedFlow::first_problem() const {
  const auto found = std::ranges::find(diagnostics, Severity::error, &Diagnostic::severity);
  return found == diagnostics.end() ? nullptr : &*found;
}

std::string ParsedFlow::first_error() const {
  const Diagnostic* problem = first_problem();
  return problem == nullptr ? "" : problem->message;
}

std::vector<std::string> ParsedFlow::warnings() const {
  std::vector<std::string> texts;
  for (const Diagnostic& found : diagnostics) {
    if (found.severity == Severity::warning) texts.push_back(found.message);
  }
  return texts;
}

namespace {

constexpr std::string_view unreadable_prefix = "Illegal Flow source: YAML parsing error: ";

Diagnostic unreadable(const base::Error& error) {
  Diagnostic found = syntax::diagnostic_of(error);
  if (error.code() == syntax::yaml_duplicate_key) return found;
  const base::Place* place = error.place();
  found.own_words = fmt::format("the source is not valid YAML: {}", found.message);
  found.message = place != nullptr ? fmt::format("{}{} (at line {}, column {})", unreadable_prefix, found.message,
                                                 place->line, place->column)
                                   : fmt::format("{}{}", unreadable_prefix, found.message);
  return found;
}

std::string text_at(const NodePtr& node, std::string_view key) {
  const syntax::Node* value = node->find(key);
  return value != nullptr && value->is_scalar() && !value->is_null() ? scalar_text(*value) : "";
}

std::optional<int32_t> revision_of(const NodePtr& node) {
  const syntax::Node* value = node->find("revision");
  if (value == nullptr || !value->is_scalar() || !value->value().is_integer()) return std::nullopt;
  if (!std::in_range<int32_t>(value->value().as_integer())) return std::nullopt;
  return static_cast<int32_t>(value->value().as_integer());
}

/// The flow's own defaults, as far as they can be read: mistakes are reported when the flow is bound.
DefaultLevel own_defaults(const NodePtr& node, const TypeSource& types) {
  DefaultLevel level{.own = true};
  BindContext ignored(types);
  for (std::string_view key : {"pluginDefaults", "taskDefaults"}) {
    const NodePtr list = node->find_shared(key);
    if (list == nullptr || !list->is_sequence() || !level.defaults.empty()) continue;
    Binder<std::vector<PluginDefault>>::bind(list, level.defaults, ignored);
  }
  return level;
}

void report_unknown_refs(const MergedFlow& merged, BindContext& context) {
  if (merged.unknown_refs.empty()) return;
  std::vector<std::string> names;
  for (const auto& [ref, place] : merged.unknown_refs) names.push_back(fmt::format("'{}'", ref));
  BindContext::Scope scope(context, "pluginDefaultsRef");
  syntax::Diagnostic& found = context.report(
      wrong_plugin_default, fmt::format("No plugin-defaults exists for pluginDefaultsRef: {}", fmt::join(names, ", ")),
      merged.unknown_refs.front().second);
  found.own_words = fmt::format("no plugin defaults have the id {}", fmt::join(names, ", "));
}

void take_findings(BindContext& context, ParsedFlow& result) {
  for (const bool errors : {true, false}) {
    for (const Diagnostic& found : context.diagnostics()) {
      if ((found.severity == Severity::error) == errors) result.diagnostics.push_back(found);
    }
  }
  result.deprecated_paths = context.deprecated_paths();
  std::unordered_set<std::string_view> told;
  for (const auto& [alias, type] : context.replaced_types()) {
    if (told.insert(alias).second) result.infos.push_back(fmt::format("{} is replaced by {}", alias, type));
  }
}

/// A document that is nothing at all, or no mapping.
bool expect_flow(const NodePtr& node, ParsedFlow& result) {
  if (node->is_mapping()) return true;
  Diagnostic found{.code = unreadable_flow, .span = node->span()};
  if (found.span->line == 0) found.span.reset();
  found.message = node->is_null()
                      ? "Cannot create flow with null or blank source"
                      : fmt::format("{}a flow is a mapping with `id`, `namespace` and `tasks`", unreadable_prefix);
  found.own_words =
      node->is_null() ? "the source is empty" : "a flow must be a mapping with `id`, `namespace` and `tasks`";
  result.diagnostics.push_back(std::move(found));
  return false;
}

}  // namespace

static ParsedFlow parse_document(const NodePtr& document, std::string_view source, const TypeSource& types,
                                 const ParseOptions& options);

ParsedFlow parse_flow(std::string_view source, const TypeSource& types, const ParseOptions& options) {
  auto document = syntax::parse_yaml(source);
  if (document) return parse_document(*document, source, types, options);
  ParsedFlow result;
  result.diagnostics.push_back(unreadable(document.error()));
  return result;
}

ParsedFlow parse_flow(const NodePtr& document, const TypeSource& types, const ParseOptions& options) {
  return parse_document(document, {}, types, options);
}

/// `source` is what the document was read from, empty where that is not at hand.
static ParsedFlow parse_document(const NodePtr& document, std::string_view source, const TypeSource& types,
                                 const ParseOptions& options) {
  ParsedFlow result;
  result.node = document;
  if (!expect_flow(document, result)) return result;
  result.id = text_at(document, "id");
  result.namespace_ = text_at(document, "namespace");
  result.revision = revision_of(document);

  std::vector<DefaultLevel> levels;
  levels.push_back(own_defaults(document, types));
  if (options.namespaces != nullptr) {
    auto of_namespace = options.namespaces->levels(options.tenant, result.namespace_);
    std::ranges::move(of_namespace, std::back_inserter(levels));
  }
  levels.insert(levels.end(), options.defaults.begin(), options.defaults.end());
  const MergedFlow merged = merge_plugin_defaults(document, levels, types);

  BindContext context(types);
  context.set_foreign(&merged.foreign);
  auto flow = std::make_shared<Flow>();
  if (merged.too_large) {
    BindContext::Scope scope(context, "pluginDefaults");
    context.report(wrong_plugin_default, "The plugin defaults add too many values to the flow",
                   document->find_shared("id"));
  } else {
    Flow::schema().bind(merged.node, flow.get(), context);
    flow->node = document;
    if (!flow->variables.is_map()) flow->variables = base::Value::empty_map();
    report_unknown_refs(merged, context);
    check_flow(*flow, document, options.rules, context);
    if (options.advise) {
      advise_on_flow(*flow, context);
      const bool known = options.namespaces != nullptr;
      const base::Value variables =
          known ? options.namespaces->variables(options.tenant, result.namespace_) : base::Value();
      advise_on_expressions(*flow, source, known ? &variables : nullptr, context);
    }
  }
  take_findings(context, result);
  if (!context.failed()) result.flow = std::move(flow);
  return result;
}

namespace {

template <class Spec>
ParsedFlow parse_one(std::string_view source, const TypeSource& types) {
  ParsedFlow result;
  auto document = syntax::parse_yaml(source);
  if (!document) {
    result.diagnostics.push_back(unreadable(document.error()));
    return result;
  }
  result.node = *document;
  BindContext context(types);
  Spec spec;
  Binder<Spec>::bind(*document, spec, context);
  result.id = spec.id;
  take_findings(context, result);
  return result;
}

}  // namespace

ParsedFlow parse_task(std::string_view source, const TypeSource& types) { return parse_one<TaskSpec>(source, types); }
ParsedFlow parse_trigger(std::string_view source, const TypeSource& types) {
  return parse_one<TriggerSpec>(source, types);
}

namespace {

/// `revision: 3`, perhaps with a comment. Such a line at the first column is a key of the flow: block scalars are
/// indented.
bool is_revision_line(std::string_view line) {
  constexpr std::string_view key = "revision";
  if (!line.starts_with(key)) return false;
  std::string_view rest = base::trim(line.substr(key.size()));
  if (!rest.starts_with(':')) return false;
  rest.remove_prefix(1);
  rest = base::trim(rest.substr(0, rest.find(" #")));
  return !rest.empty() && std::ranges::all_of(rest, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string strip_revision_line(std::string_view source) {
  std::string kept;
  kept.reserve(source.size());
  size_t at = 0;
  while (at < source.size()) {
    const size_t end = std::min(source.find('\n', at), source.size() - 1) + 1;
    const std::string_view line = source.substr(at, end - at);
    if (!is_revision_line(line)) kept += line;
    at = end;
  }
  return kept;
}

}  // namespace gyr::model
