// The results of playbooks, from the events that the callback kestra_logger writes (PLUG-101, PLUG-102, PLUG-107).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/value.h"

namespace gyr::plugins::cli {

/// Collects the events of all commands of one task, in their order. One thread.
class AnsibleResults {
 public:
  /// `explicit_outputs`: the output `outputs` is what the module `kestra` set, instead of the list of all results.
  explicit AnsibleResults(bool explicit_outputs) : explicit_(explicit_outputs) {}

  /// The events of one command: one JSON object a line. A line that is cut off, as the last one of a killed command,
  /// counts for nothing.
  void add(std::string_view lines);

  base::Value outputs();    ///< of `vars.outputs`
  base::Value playbooks();  ///< PLUG-102
  base::Value hosts();      ///< one row for each host that took part (PLUG-107)
  bool empty() const { return books_.empty(); }

 private:
  struct Count {
    int64_t ok = 0, changed = 0, failed = 0, unreachable = 0, skipped = 0, rescued = 0, ignored = 0;
    void add(const Count& other);
  };
  struct Task {
    std::string name;
    std::string uid;
    base::Value started, ended;
    base::ListBuilder hosts;
  };
  struct Play {
    std::string name;
    base::Value batch, batch_hosts;
    std::vector<Task> tasks;
  };
  struct Host {
    bool listed = false;  ///< whether it is in `order_`
    base::Value groups;
    Count counted;  ///< since the last statistics of a playbook
    Count total;    ///< of the playbooks that printed statistics
    base::ListBuilder changed_tasks, failed_tasks, diffs;
    base::MapBuilder facts;
  };

  void event(const base::Value& event);
  void add_hosts(const base::Value& rows);
  void add_result(const base::Value& event);
  void add_stats(const base::Value& rows);
  Play& play();
  Task& task(const base::Value& event);
  Host& host(std::string_view name);

  bool explicit_;
  std::vector<std::vector<Play>> books_;
  base::ListBuilder results_;
  base::MapBuilder set_;
  std::vector<std::string> order_;  ///< of the inventory
  std::unordered_map<std::string, Host> hosts_;
};

}  // namespace gyr::plugins::cli
