// What trigger types are: described as task types are, in one C++ file each.
//
//   struct NewMail {
//     model::Dynamic<std::string> folder;
//     base::Duration interval = base::Duration::of_seconds(60);
//     static plugin::TriggerType describe();
//     base::Task<plugin::PollResult> poll(plugin::RunContext& context) const;
//   };
//
//   TriggerType NewMail::describe() {
//     return trigger_type<NewMail>("io.kestra.plugin.mail.Trigger", TriggerKind::polling)
//         .title("Starts an execution for new mail")
//         .property("folder", &NewMail::folder, {.title = "Folder to check", .required = true})
//         .property("interval", &NewMail::interval, {.title = "Time between two checks"})
//         .build();
//   }
//
// A realtime type has listen() instead: it opens its source, says so, and gives each event to the sink.
//
//   base::Task<base::Result<void>> listen(plugin::RunContext& context, plugin::EventSink& sink) const {
//     GYR_CO_TRY(auto inbox, co_await open(context));
//     sink.listening();
//     while (auto mail = co_await inbox.next(context.cancel_token())) {
//       GYR_CO_CHECK(co_await sink.accept(mail->to_value()));
//       co_await inbox.acknowledge(*mail);  // only now
//     }
//   }
#pragma once

#include <concepts>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/instant.h"
#include "base/task.h"
#include "base/value.h"
#include "plugin_api/task_runner.h"
#include "plugin_api/task_type.h"
#include "plugin_api/type_builder.h"

namespace gyr::plugin {

/// Which component evaluates a trigger, and when (spec 03, "who evaluates what").
enum class TriggerKind : uint8_t {
  schedule,  ///< dates, by the partition's timers
  flow,      ///< changes of other executions, by the executor
  webhook,   ///< a request, by the web server
  polling,   ///< evaluated at every `interval` by a worker
  realtime,  ///< held open by a worker; every event is an execution
};

/// The result of one evaluation of a polling trigger: nothing, or the variables (a map) of the execution to start.
using PollResult = std::expected<std::optional<base::Value>, Failure>;

/// Takes the events of a realtime trigger. On the loop of the trigger, while its listen() runs.
class EventSink {
 public:
  virtual ~EventSink() = default;
  /// The source is open. What fails before this, or before the first event, could not be started (TRIG-149).
  virtual void listening() = 0;
  /// Creates one execution with these variables (a map). Completes once the execution is stored: only then is the event
  /// acknowledged to the source. On an error nothing was stored and the source has to keep the event; listen() ends
  /// with that error and is started again later.
  virtual base::Task<base::Result<void>> accept(base::Value variables) = 0;
};

/// A registered trigger type. Immutable; lives as long as the registry.
struct TriggerType : TypeDescription {
  TriggerKind kind = TriggerKind::polling;
  /// One look, of polling types. The object outlives the task.
  base::Task<PollResult> (*poll)(const model::PluginObject& object, RunContext& context) = nullptr;
  /// Listens until cancelled or failed, of realtime types. Cancelling ends it at once.
  base::Task<base::Result<void>> (*listen)(const model::PluginObject& object, RunContext& context,
                                           EventSink& sink) = nullptr;
  /// Time between two evaluations of polling types; nothing if neither the flow nor the type sets one (TRIG-140).
  std::optional<base::Duration> (*interval)(const model::PluginObject& object) = nullptr;
};

/// Describes a trigger type; T is the struct of its properties. A poll() or listen() of T is taken over, and its member
/// `interval`. Begun by trigger_type<T>().
template <class T>
class TriggerTypeBuilder : public TypeBuilder<TriggerTypeBuilder<T>, T, TriggerType> {
 public:
  TriggerTypeBuilder(std::string_view type, TriggerKind kind)
      : TypeBuilder<TriggerTypeBuilder<T>, T, TriggerType>(type) {
    this->result_.kind = kind;
    if constexpr (requires(const T& trigger, RunContext& context) {
                    { trigger.poll(context) } -> std::same_as<base::Task<PollResult>>;
                  }) {
      this->result_.poll = [](const model::PluginObject& object, RunContext& context) {
        return static_cast<const HeldObject<T>&>(object).properties.poll(context);
      };
    }
    if constexpr (requires(const T& trigger, RunContext& context, EventSink& sink) {
                    { trigger.listen(context, sink) } -> std::same_as<base::Task<base::Result<void>>>;
                  }) {
      this->result_.listen = [](const model::PluginObject& object, RunContext& context, EventSink& sink) {
        return static_cast<const HeldObject<T>&>(object).properties.listen(context, sink);
      };
    }
    if constexpr (requires(const T& trigger) {
                    { trigger.interval } -> std::convertible_to<std::optional<base::Duration>>;
                  }) {
      this->result_.interval = [](const model::PluginObject& object) {
        return std::optional<base::Duration>(static_cast<const HeldObject<T>&>(object).properties.interval);
      };
    }
  }
};

template <class T>
TriggerTypeBuilder<T> trigger_type(std::string_view type, TriggerKind kind) {
  return TriggerTypeBuilder<T>(type, kind);
}

}  // namespace gyr::plugin
