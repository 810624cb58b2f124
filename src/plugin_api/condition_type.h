// What condition types are: described as task types are, in one C++ file each.
//
//   struct Weekend {
//     model::Dynamic<std::string> date;
//     std::optional<bool> holds(plugin::ConditionEvaluation& evaluation) const;
//   };
//
//   plugin::ConditionType weekend_condition() {
//     return plugin::condition_type<Weekend>("io.kestra.plugin.core.condition.Weekend")
//         .title("Matches Saturdays and Sundays")
//         .on_schedule()
//         .property("date", &Weekend::date, {.title = "Date to test"})
//         .build();
//   }
#pragma once

#include <concepts>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "model/trigger.h"
#include "plugin_api/type_builder.h"

namespace gyr::plugin {

class ConditionEvaluation;

/// The flow to which an upstream execution must belong, as far as the text of a condition says so.
struct FlowRestriction {
  std::optional<std::string> namespace_;
  std::optional<std::string> flow_id;
};

/// A registered condition type. Immutable; lives as long as the registry. All functions are pure.
struct ConditionType : TypeDescription {
  bool on_schedule = false;      ///< allowed in a schedule (column S of TRIG-160 ff)
  bool on_execution = false;     ///< needs an upstream execution (column E)
  bool about_dates = false;      ///< only depends on dates, so that it can be evaluated in advance (TRIG-51)
  bool reads_task_runs = false;  ///< needs ObservedExecution::task_runs
  /// Whether the condition holds (nothing: the evaluation stopped). Null: it needs more than one event.
  std::optional<bool> (*holds)(const model::PluginObject& object, ConditionEvaluation& evaluation) = nullptr;
  /// Whether it says the same for all moments of a day of a schedule. Null: no.
  bool (*is_about_days)(const model::PluginObject& object) = nullptr;
  /// The conditions inside it. Null: it has none.
  std::span<const model::ConditionSpec> (*parts)(const model::PluginObject& object) = nullptr;
  /// The flows to which it restricts upstream executions; nothing: to none. Null: it never does.
  std::optional<FlowRestriction> (*restriction)(const model::PluginObject& object) = nullptr;
};

/// Describes a condition type; T is the struct of its properties. Its functions holds(), is_about_days(), parts() and
/// restriction() are taken over. Begun by condition_type<T>().
template <class T>
class ConditionTypeBuilder : public TypeBuilder<ConditionTypeBuilder<T>, T, ConditionType> {
 public:
  explicit ConditionTypeBuilder(std::string_view type) : TypeBuilder<ConditionTypeBuilder<T>, T, ConditionType>(type) {
    if constexpr (requires(const T& condition, ConditionEvaluation& evaluation) {
                    { condition.holds(evaluation) } -> std::same_as<std::optional<bool>>;
                  }) {
      this->result_.holds = [](const model::PluginObject& object, ConditionEvaluation& evaluation) {
        return properties_of(object).holds(evaluation);
      };
    }
    if constexpr (requires(const T& condition) {
                    { condition.is_about_days() } -> std::same_as<bool>;
                  }) {
      this->result_.is_about_days = [](const model::PluginObject& object) {
        return properties_of(object).is_about_days();
      };
    }
    if constexpr (requires(const T& condition) {
                    { condition.parts() } -> std::same_as<std::span<const model::ConditionSpec>>;
                  }) {
      this->result_.parts = [](const model::PluginObject& object) { return properties_of(object).parts(); };
    }
    if constexpr (requires(const T& condition) {
                    { condition.restriction() } -> std::same_as<std::optional<FlowRestriction>>;
                  }) {
      this->result_.restriction = [](const model::PluginObject& object) { return properties_of(object).restriction(); };
    }
  }

  ConditionTypeBuilder& on_schedule() {
    this->result_.on_schedule = true;
    return *this;
  }
  ConditionTypeBuilder& on_execution() {
    this->result_.on_execution = true;
    return *this;
  }
  ConditionTypeBuilder& about_dates() {
    this->result_.about_dates = true;
    return *this;
  }
  ConditionTypeBuilder& reads_task_runs() {
    this->result_.reads_task_runs = true;
    return *this;
  }

 private:
  static const T& properties_of(const model::PluginObject& object) {
    return static_cast<const HeldObject<T>&>(object).properties;
  }
};

template <class T>
ConditionTypeBuilder<T> condition_type(std::string_view type) {
  return ConditionTypeBuilder<T>(type);
}

}  // namespace gyr::plugin
