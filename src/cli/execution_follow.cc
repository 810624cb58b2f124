#include "cli/execution_follow.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "base/clock.h"
#include "cli/errors.h"
#include "cli/follow/remote_view.h"
#include "cli/listing.h"
#include "syntax/json.h"

namespace gyr::cli {
namespace {

using base::Value;

bool has_ended(const Value& execution) {
  const std::string state = cell_text(value_at(execution, "state.current"));
  for (std::string_view ended : {"SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED", "SKIPPED", "RETRIED"}) {
    if (state == ended) return true;
  }
  return false;
}

/// Prints what is new in an execution and its log.
class FollowedExecution {
 public:
  FollowedExecution(const Console& console, const base::Clock& clock, FollowedParts parts)
      : console_(console), clock_(clock), parts_(parts) {
    if (parts.states && is_live(console)) view_.emplace(console.out, console.color(console.out));
  }

  /// Once a second: durations of a live tree.
  void tick() {
    if (!view_) return;
    view_->show_again(clock_.now());
    drawn_ = base::monotonic_now();
  }

  void show_states(const Value& execution) {
    if (view_) return view_->show(execution, clock_.now());
    const Value runs = value_at(execution, "taskRunList");
    if (!parts_.states || !runs.is_list()) return;
    std::string out;
    for (const Value& run : runs.items()) {
      const std::string state = cell_text(value_at(run, "state.current"));
      std::string& known = states_[cell_text(value_at(run, "id"))];
      if (known == state) continue;
      known = state;
      const std::string value = cell_text(value_at(run, "value"));
      out += fmt::format("{} {}{}\n", painted(paint_of_state(state), state, console_.color(console_.out)),
                         cell_text(value_at(run, "taskId")), value.empty() ? "" : "[" + value + "]");
    }
    if (!out.empty()) console_.out.write(out);
  }

  void show_line(const Value& entry) {
    if (!parts_.logs || !entry.is_map() || entry.find("message") == nullptr) return;
    if (!lines_.insert(syntax::write_json(entry)).second) return;
    std::string line = log_entry_line(entry, console_.color(console_.out));
    if (view_) {
      view_->log(std::move(line));
      // Not for each of many lines; tick() shows the rest.
      constexpr std::chrono::milliseconds between{100};
      if (base::monotonic_now() - drawn_ >= between) tick();
    } else {
      console_.out.write(line);
    }
  }

 private:
  const Console& console_;
  const base::Clock& clock_;
  FollowedParts parts_;
  std::optional<RemoteView> view_;
  base::MonotonicTime drawn_{};
  std::map<std::string, std::string> states_;  // of task runs, by id
  std::set<std::string> lines_;                // that were shown
};

}  // namespace

std::string log_entry_line(const Value& entry, bool color) {
  const std::string level = cell_text(value_at(entry, "level"));
  const Value message = value_at(entry, "message");
  std::string text = message.is_string() ? printable(message.text()) : cell_text(message);
  while (text.ends_with('\n')) text.pop_back();
  return fmt::format("{} {} {}  {}\n", painted(Paint::dim, cell_text(value_at(entry, "timestamp")), color),
                     painted(paint_of_state(level), fmt::format("{:<5}", level), color),
                     painted(Paint::cyan, cell_text(value_at(entry, "taskId")), color), text);
}

std::string execution_line(const Value& execution, const Console& console) {
  const std::string state = cell_text(value_at(execution, "state.current"));
  return fmt::format("{} {}\n", cell_text(value_at(execution, "id")),
                     painted(paint_of_state(state), state, console.color(console.out)));
}

int exit_code_of_execution(const Value& execution) {
  const std::string state = cell_text(value_at(execution, "state.current"));
  return state == "SUCCESS" || state == "WARNING" ? exit_ok : exit_failed;
}

base::Result<Value> follow_execution(const Session& session, const ApiClient& client, const std::string& id,
                                     FollowedParts parts) {
  FollowedExecution shown(session.console, session.clock, parts);
  std::vector<ApiCall> calls{{.path = "executions/" + path_part(id) + "/follow", .timeout = {}}};
  if (parts.logs) calls.push_back({.path = "logs/" + path_part(id) + "/follow", .timeout = {}});
  Value last;
  while (true) {
    bool heard = false;  // of the execution: a server that says nothing and ends the stream is not asked for ever
    bool ended = false;
    const auto next = [&](const ServerEvent& event) {
      if (event.ended) return event.stream != 0;
      auto data = syntax::parse_json(event.data);
      if (!data || session.console.out.failure() != 0) return session.console.out.failure() == 0;
      if (event.stream != 0) {
        shown.show_line(*data);
        return true;
      }
      heard = true;
      shown.show_states(*data);
      ended = event.id == "end";
      return !ended;
    };
    GYR_CHECK(client.streams(calls, next, [&shown] { shown.tick(); }));
    GYR_TRY(last, client.call_json({.path = "executions/" + path_part(id)}));
    shown.show_states(last);
    if (ended || has_ended(last) || session.console.out.failure() != 0) break;
    if (!heard) return base::fail(unreachable, "the server ended the stream of the execution");
  }
  if (parts.logs) {
    // Lines that came after the last one of the stream.
    GYR_TRY(Value lines, client.call_json({.path = "logs/" + path_part(id)}));
    for (const Value& line : lines.is_list() ? lines.items() : std::span<const Value>()) shown.show_line(line);
    shown.tick();
  }
  return last;
}

}  // namespace gyr::cli
