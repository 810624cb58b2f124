// Everything that happened to an execution, in order of time, derived from the states of the execution, of its task
// runs and of their attempts. Task runs are shown to it one by one, so that it never has more than a page in memory.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "store/api/executions.h"
#include "web/history/values.h"

namespace gyr::web {

/// The place of an entry: those of one moment are in the order of the execution, its task runs and their attempts.
struct HistoryPlace {
  int64_t at_us = 0;
  uint64_t source = 0;   ///< 0: the execution; otherwise the position of the task run + 1
  uint32_t attempt = 0;  ///< 0: the task run itself
  uint32_t change = 0;
  friend auto operator<=>(const HistoryPlace&, const HistoryPlace&) = default;
};
/// `after` of a page; opaque for clients.
std::string to_text(const HistoryPlace& place);
std::optional<HistoryPlace> parse_history_place(std::string_view text);

/// One page. Not thread-safe.
class History {
 public:
  History(std::optional<HistoryPlace> after, size_t size) : after_(after), size_(size) {}
  void add(const model::Execution& execution);
  /// Call it for every task run of the execution, in any order.
  void add(const store::TaskRunHead& head);
  json::HistoryPage page() const;

 private:
  struct Entry {
    HistoryPlace place;
    json::HistoryEntry shown;
  };
  void add(HistoryPlace place, json::HistoryEntry entry);
  bool is_wanted(const HistoryPlace& place) const;

  std::optional<HistoryPlace> after_;
  size_t size_;
  std::vector<Entry> heap_;  // the first entries after the place, at most size + 1, the last one on top
};

}  // namespace gyr::web
