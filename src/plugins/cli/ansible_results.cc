#include "plugins/cli/ansible_results.h"

#include <algorithm>
#include <unordered_set>

#include "syntax/json.h"

namespace gyr::plugins::cli {
namespace {

using base::Value;

/// Empty where it is missing or not a text: the events come from a process that a playbook can influence.
std::string_view text_of(const Value& event, std::string_view key) {
  const Value* value = event.find(key);
  return value != nullptr && value->is_string() ? value->text() : std::string_view();
}

Value value_of(const Value& event, std::string_view key) {
  const Value* value = event.find(key);
  return value == nullptr ? Value() : *value;
}

bool flag_of(const Value& event, std::string_view key) {
  const Value* value = event.find(key);
  return value != nullptr && value->is_boolean() && value->as_boolean();
}

int64_t count_of(const Value& row, std::string_view key) {
  const Value* value = row.find(key);
  return value != nullptr && value->is_integer() ? value->as_integer() : 0;
}

}  // namespace

void AnsibleResults::Count::add(const Count& other) {
  ok += other.ok;
  changed += other.changed;
  failed += other.failed;
  unreachable += other.unreachable;
  skipped += other.skipped;
  rescued += other.rescued;
  ignored += other.ignored;
}

void AnsibleResults::add(std::string_view lines) {
  while (!lines.empty()) {
    const size_t end = lines.find('\n');
    if (end == std::string_view::npos) return;  // cut off
    auto parsed = syntax::parse_json(lines.substr(0, end));
    if (parsed && parsed->is_map()) event(*parsed);
    lines.remove_prefix(end + 1);
  }
}

void AnsibleResults::event(const Value& event) {
  const std::string_view kind = text_of(event, "e");
  if (kind == "playbook") {
    books_.emplace_back();
  } else if (kind == "play") {
    if (books_.empty()) books_.emplace_back();
    Play& play = books_.back().emplace_back();
    play.name = text_of(event, "name");
    play.batch = value_of(event, "batch");
    play.batch_hosts = value_of(event, "hosts");
  } else if (kind == "task") {
    Play& current = play();
    Task& task = current.tasks.emplace_back();
    task.name = text_of(event, "name");
    task.uid = fmt::format("{} | {}", current.name, task.name);
    task.started = task.ended = value_of(event, "at");
  } else if (kind == "hosts") {
    add_hosts(value_of(event, "hosts"));
  } else if (kind == "result") {
    add_result(event);
  } else if (kind == "stats") {
    add_stats(value_of(event, "hosts"));
  }
}

/// Rows of all hosts so far, in the order of the inventory. Hosts of earlier commands that are not in it stay before.
void AnsibleResults::add_hosts(const Value& rows) {
  if (!rows.is_list()) return;
  std::vector<std::string> order;
  std::unordered_set<std::string> named;
  for (const Value& row : rows.items()) {
    const std::string_view name = text_of(row, "host");
    if (name.empty() || !named.emplace(name).second) continue;
    Host& known = host(name);
    known.groups = value_of(row, "groups");
    known.listed = true;
    order.emplace_back(name);
  }
  std::erase_if(order_, [&](const std::string& name) { return named.contains(name); });
  order_.insert(order_.end(), order.begin(), order.end());
}

void AnsibleResults::add_result(const Value& event) {
  const std::string name(text_of(event, "host"));
  const std::string_view status = text_of(event, "status");
  const Value result = value_of(event, "result");
  const bool changed = flag_of(event, "changed");
  const bool ignored = flag_of(event, "ignored");
  Task& current = task(event);
  current.ended = value_of(event, "at");
  current.hosts.push(
      Value::map({{"host", Value::string(name)}, {"status", Value::string(status)}, {"result", result}}));
  if (!explicit_) results_.push(result);
  const Value set = value_of(event, "outputs");
  if (set.is_map()) {
    for (const auto& entry : set.entries()) set_.set(entry.key, entry.value);
  }
  Host& row = host(name);
  if (!std::exchange(row.listed, true)) order_.push_back(name);
  Count& count = row.counted;
  if (status == "ok") {
    ++count.ok;
    if (changed) ++count.changed;
  } else if (status == "failed" && ignored) {
    ++count.ok;
    ++count.ignored;
    if (changed) ++count.changed;
  } else if (status == "failed") {
    ++count.failed;
  } else if (status == "unreachable") {
    ++count.unreachable;
  } else if (status == "skipped") {
    ++count.skipped;
  }
  if (changed && status == "ok") row.changed_tasks.push(Value::string(current.name));
  if (!ignored && (status == "failed" || status == "unreachable")) {
    row.failed_tasks.push(Value::map({{"task", Value::string(current.name)}, {"msg", value_of(event, "msg")}}));
  }
  const Value diffs = value_of(event, "diffs");
  if (diffs.is_list()) {
    for (const Value& diff : diffs.items()) {
      row.diffs.push(Value::map({{"task", Value::string(current.name)},
                                 {"path", value_of(diff, "path")},
                                 {"before", value_of(diff, "before")},
                                 {"after", value_of(diff, "after")}}));
    }
  }
  const Value facts = value_of(event, "facts");
  if (!facts.is_map()) return;
  for (const auto& fact : facts.entries()) row.facts.set(fact.key, fact.value);
}

/// What Ansible itself counted: only it knows which failures were rescued.
void AnsibleResults::add_stats(const Value& rows) {
  if (!rows.is_map()) return;
  for (const auto& entry : rows.entries()) {
    const Value& row = entry.value;
    Host& counted = host(entry.name());
    counted.counted = {};
    counted.total.add({.ok = count_of(row, "ok"),
                       .changed = count_of(row, "changed"),
                       .failed = count_of(row, "failed"),
                       .unreachable = count_of(row, "unreachable"),
                       .skipped = count_of(row, "skipped"),
                       .rescued = count_of(row, "rescued"),
                       .ignored = count_of(row, "ignored")});
  }
}

AnsibleResults::Play& AnsibleResults::play() {
  if (books_.empty()) books_.emplace_back();
  if (books_.back().empty()) books_.back().emplace_back().name = "implicit_play";
  return books_.back().back();
}

/// The task of a result: the last one, or the last one with the name that the event gives.
AnsibleResults::Task& AnsibleResults::task(const Value& event) {
  Play& current = play();
  const std::string_view name = text_of(event, "task");
  if (name.empty() && !current.tasks.empty()) return current.tasks.back();
  auto found =
      std::find_if(current.tasks.rbegin(), current.tasks.rend(), [&](const Task& task) { return task.name == name; });
  if (found != current.tasks.rend()) return *found;
  Task& task = current.tasks.emplace_back();
  task.name = name.empty() ? "unnamed_task_1" : name;
  task.uid = fmt::format("{} | {}", current.name, task.name);
  task.started = value_of(event, "at");
  return task;
}

AnsibleResults::Host& AnsibleResults::host(std::string_view name) { return hosts_[std::string(name)]; }

Value AnsibleResults::outputs() { return explicit_ ? set_.build() : results_.build(); }

Value AnsibleResults::playbooks() {
  base::ListBuilder books;
  for (auto& plays : books_) {
    base::ListBuilder list;
    for (Play& play : plays) {
      base::ListBuilder tasks;
      for (Task& task : play.tasks) {
        tasks.push(Value::map({{"uid", Value::string(task.uid)},
                               {"name", Value::string(task.name)},
                               {"startedAt", task.started},
                               {"endedAt", task.ended},
                               {"hosts", task.hosts.build()}}));
      }
      list.push(Value::map({{"name", Value::string(play.name)},
                            {"batch", play.batch},
                            {"batchHosts", play.batch_hosts},
                            {"tasks", tasks.build()}}));
    }
    books.push(Value::map({{"plays", list.build()}}));
  }
  return books.build();
}

Value AnsibleResults::hosts() {
  base::ListBuilder rows;
  for (const std::string& name : order_) {
    Host& host = hosts_[name];
    Count count = host.total;
    count.add(host.counted);
    auto number = [](int64_t value) { return Value::fitting_integer(value); };
    rows.push(Value::map({{"host", Value::string(name)},
                          {"groups", host.groups.is_list() ? host.groups : Value::empty_list()},
                          {"changed", Value::boolean(count.changed > 0)},
                          {"failed", Value::boolean(count.failed > 0)},
                          {"unreachable", Value::boolean(count.unreachable > 0)},
                          {"stats", Value::map({{"ok", number(count.ok)},
                                                {"changed", number(count.changed)},
                                                {"failed", number(count.failed)},
                                                {"unreachable", number(count.unreachable)},
                                                {"skipped", number(count.skipped)},
                                                {"rescued", number(count.rescued)},
                                                {"ignored", number(count.ignored)}})},
                          {"changedTasks", host.changed_tasks.build()},
                          {"failedTasks", host.failed_tasks.build()},
                          {"diffs", host.diffs.build()},
                          {"facts", host.facts.build()}}));
  }
  return rows.build();
}

}  // namespace gyr::plugins::cli
