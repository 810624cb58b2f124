// What a condition is evaluated on, and the evaluation itself (TRIG-160 to TRIG-180).
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "expression/context.h"
#include "expression/template.h"
#include "model/execution.h"
#include "model/trigger.h"
#include "plugin_api/render.h"

namespace gyr::plugin {

/// a value that the condition needs is missing or not a date
inline constexpr base::ErrorCode unevaluable_condition{"GYR-E090"};

/// The execution that a condition evaluates: the upstream execution of a Flow trigger, or the own execution of a
/// listener.
struct ObservedExecution {
  const model::Execution* execution = nullptr;        ///< null: conditions on executions fail (TRIG-179)
  std::vector<const model::TaskRun*> task_runs = {};  ///< only if ConditionType::reads_task_runs
};

/// The input of conditions. Lives for one evaluation, on one thread.
struct ConditionSubject {
  const expression::Context& names;            ///< `trigger`, `flow`, `vars`, …, provided by the caller
  const expression::Environment& environment;  ///< with the answers of the host so far
  ObservedExecution observed = {};
  const model::FlowKey* listener = nullptr;  ///< the flow that declares the condition
  std::string country = {};  ///< of the server's locale, for PublicHoliday without a country; may be empty
};

/// Evaluates one condition and the conditions inside it. Remembers why it stopped: an error, or a rendering that needs
/// the host. Lives for one evaluation, on one thread.
class ConditionEvaluation {
 public:
  using Truth = std::optional<bool>;  ///< nothing: stopped

  explicit ConditionEvaluation(const ConditionSubject& subject) : subject_(subject) {}

  const ConditionSubject& subject() const { return subject_; }
  bool stopped() const { return stopped_.has_value(); }
  /// The first reason counts. Returns nothing, for the caller to return.
  Truth stop(expression::Outcome why);
  /// Stops with `unevaluable_condition`.
  Truth fail(std::string message);

  /// The rendered property; nothing if it is not set, is empty, or stopped the evaluation.
  template <class T>
  std::optional<T> rendered(const model::Dynamic<T>& property) {
    return property.is_set() ? rendered(property, subject_.names) : std::nullopt;
  }
  template <class T>
  std::optional<T> rendered(const model::Dynamic<T>& property, const expression::Context& names) {
    constexpr bool typed = detail::Convert<T>::typed;
    const auto& source = property.value_template();
    expression::Outcome outcome =
        typed ? source.render_typed(names, subject_.environment) : source.render(names, subject_.environment);
    if (!outcome.ok()) {
      stop(std::move(outcome));
      return std::nullopt;
    }
    auto converted = detail::Convert<T>::from(outcome.value());
    if (!converted) stop(converted.error());
    return converted ? *converted : std::nullopt;
  }
  /// The execution to test; null if there is none, and the evaluation stopped.
  const model::Execution* observed();
  /// Whether a condition holds: this one, or one inside it.
  Truth holds(const model::ConditionSpec& condition);
  /// The result as a boolean value, or why the evaluation stopped.
  expression::Outcome outcome(const model::ConditionSpec& condition);

 private:
  const ConditionSubject& subject_;
  std::optional<expression::Outcome> stopped_;
};

}  // namespace gyr::plugin
