// What happened to an execution, as JSON.
#pragma once

#include "web/http/described.h"

namespace gyr::web {
namespace json {

/// Who or what caused an entry.
struct HistoryCause {
  std::string type;
  std::optional<std::string> id;
  std::optional<std::string> name;
};

/// One thing that happened.
struct HistoryEntry {
  base::Instant at;
  std::string kind;
  std::optional<std::string> task_run_id;
  std::optional<std::string> task_id;
  std::optional<std::string> value;
  std::optional<std::string> from;
  std::optional<std::string> to;
  std::string text;
  std::optional<HistoryCause> by;
};

/// A page of a history.
struct HistoryPage {
  std::vector<HistoryEntry> results;
  std::optional<std::string> next;
};

}  // namespace json

template <>
struct Described<json::HistoryCause> {
  using T = json::HistoryCause;
  static constexpr std::string_view name = "HistoryCause";
  static constexpr auto fields =
      std::tuple(field("type", &T::type,
                       {.documentation = "person, trigger, task, worker, executor or limit", .example = "worker"}),
                 field("id", &T::id), field("name", &T::name));
};
template <>
struct Described<json::HistoryEntry> {
  using T = json::HistoryEntry;
  static constexpr std::string_view name = "HistoryEntry";
  static constexpr auto fields =
      std::tuple(field("at", &T::at),
                 field("kind", &T::kind,
                       {.documentation = "created, replay, queued, state, attempt, retry, pause, resume or kill",
                        .example = "state"}),
                 field("taskRunId", &T::task_run_id), field("taskId", &T::task_id), field("value", &T::value),
                 field("from", &T::from, {.documentation = "The state before"}),
                 field("to", &T::to, {.documentation = "The state"}), field("text", &T::text),
                 field("by", &T::by, {.documentation = "Absent where it is not known, as after a pause"}));
};
template <>
struct Described<json::HistoryPage> {
  using T = json::HistoryPage;
  static constexpr std::string_view name = "HistoryPage";
  static constexpr auto fields = std::tuple(field("results", &T::results, {.documentation = "The oldest first"}),
                                            field("next", &T::next, {.documentation = "`after` of the next page"}));
};

}  // namespace gyr::web
