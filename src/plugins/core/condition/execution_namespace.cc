// io.kestra.plugin.core.condition.ExecutionNamespace (TRIG-170)
#include "plugins/core/condition/condition.h"

namespace gyr::plugins::core {

enum class NamespaceComparison : uint8_t { equals, prefix, suffix };

}  // namespace gyr::plugins::core

namespace gyr::model {

GYR_NAMED_ENUM(plugins::core::NamespaceComparison, "io.kestra.plugin.core.condition.ExecutionNamespace$Comparison");

std::span<const std::pair<std::string_view, plugins::core::NamespaceComparison>>
EnumNames<plugins::core::NamespaceComparison>::names() {
  static constexpr std::pair<std::string_view, plugins::core::NamespaceComparison> all[] = {
      {"EQUALS", plugins::core::NamespaceComparison::equals},
      {"PREFIX", plugins::core::NamespaceComparison::prefix},
      {"SUFFIX", plugins::core::NamespaceComparison::suffix}};
  return all;
}

}  // namespace gyr::model

namespace gyr::plugins::core {
namespace {

/// The namespace of the upstream execution equals, begins or ends with a text (TRIG-170).
struct ExecutionNamespaceCondition {
  model::Dynamic<std::string> namespace_;
  model::Dynamic<NamespaceComparison> comparison;
  model::Dynamic<bool> prefix;
  Truth holds(plugin::ConditionEvaluation& evaluation) const;
  std::optional<plugin::FlowRestriction> restriction() const;
};

Truth ExecutionNamespaceCondition::holds(plugin::ConditionEvaluation& evaluation) const {
  const model::Execution* execution = evaluation.observed();
  if (execution == nullptr) return std::nullopt;
  auto namespace_ = evaluation.rendered(this->namespace_);
  auto comparison = evaluation.rendered(this->comparison);
  auto prefix = evaluation.rendered(this->prefix);
  if (evaluation.stopped()) return std::nullopt;
  const std::string& own = execution->flow->namespace_;
  auto unset = prefix.value_or(false) ? NamespaceComparison::prefix : NamespaceComparison::equals;
  switch (comparison.value_or(unset)) {
    case NamespaceComparison::prefix: return own.starts_with(namespace_.value_or(""));
    case NamespaceComparison::suffix: return own.ends_with(namespace_.value_or(""));
    case NamespaceComparison::equals: return namespace_ == own;
  }
  return false;
}

std::optional<plugin::FlowRestriction> ExecutionNamespaceCondition::restriction() const {
  const bool equals = literal(comparison) == "EQUALS";
  const bool usual = !comparison.is_set() && (!prefix.is_set() || prefix.source() == base::Value::boolean(false));
  if (equals || usual) return plugin::FlowRestriction{literal(namespace_), std::nullopt};
  return std::nullopt;
}

}  // namespace

plugin::ConditionType execution_namespace_condition() {
  return core_condition<ExecutionNamespaceCondition>("ExecutionNamespace")
      .title("Matches executions of a namespace")
      .on_execution()
      .property("namespace", &ExecutionNamespaceCondition::namespace_,
                {.title = "Namespace, or the prefix or suffix to compare with", .required = true})
      .property("comparison", &ExecutionNamespaceCondition::comparison, {.title = "Comparison of the namespace"})
      .property("prefix", &ExecutionNamespaceCondition::prefix,
                {.title = "Whether `namespace` is a prefix", .default_value = base::Value::boolean(false)})
      .example("Matches executions of a namespace and its child namespaces",
               "type: io.kestra.plugin.core.condition.ExecutionNamespace\nnamespace: company\ncomparison: PREFIX\n")
      .build();
}

}  // namespace gyr::plugins::core
