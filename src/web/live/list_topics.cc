#include "web/live/list_topics.h"

#include <algorithm>

#include "base/clock.h"
#include "catalog/flow_cache.h"
#include "cluster/operator_holds.h"
#include "web/executions/values.h"
#include "web/holds/kill_switches.h"
#include "web/http/answers.h"
#include "web/http/await.h"
#include "web/http/limits.h"
#include "web/triggers/trigger_values.h"

namespace gyr::web {
namespace {

/// What of a list changed, as JSON.
struct ListChange {
  std::string rows;
  std::vector<std::string> gone;

  void add_row(std::string_view json) {
    if (!rows.empty()) rows += ',';
    rows += json;
  }
  std::string content() const {
    std::string text = fmt::format(R"("rows":[{}])", rows);
    if (gone.empty()) return text;
    text += R"(,"gone":)";
    append_json(text, gone);
    return text;
  }
  bool empty() const { return rows.empty() && gone.empty(); }
};

/// A topic about every change of one kind.
class ListTopic : public LiveTopic {
 public:
  using Wanted = bool (*)(const executor::Change& change);
  ListTopic(std::string name, Wanted wanted) : LiveTopic(std::move(name)), wanted_(wanted) {}

  executor::ChangeHub::Subscription watch(executor::ChangeHub& hub, std::function<void()> noted) override {
    return hub.subscribe_all(
        [changes = changes(), noted = std::move(noted), wanted = wanted_](const executor::Change& change) {
          if (!wanted(change)) return;
          changes->note(change);
          noted();
        });
  }
  /// What was lost is not known: the page asks once.
  void resume(int64_t) override { changes()->note_all(); }

  base::Task<base::Result<void>> look(LiveLook& look, LiveChanges::Taken taken) override {
    set_revision(look.revision());
    if (taken.overflow) {
      look.add_overflow(name(), look.revision());
      co_return base::Result<void>();
    }
    GYR_CO_TRY(const ListChange change,
               co_await read<ListChange>(&look.services().store, &look.loop(),
                                         [this, services = &look.services(), visible = look.visible(may_see_executions),
                                          taken = std::move(taken)](store::Reader& reader) {
                                           return changed(reader, *services, visible, taken);
                                         }));
    if (!change.empty()) look.add(name(), look.revision(), change.content());
    co_return base::Result<void>();
  }

 protected:
  /// Runs on a thread of the store, while the topic waits for it.
  virtual base::Result<ListChange> changed(store::Reader& reader, const Services& services,
                                           const store::Visible& visible, const LiveChanges::Taken& taken) const = 0;

 private:
  const Wanted wanted_;
};

bool is_of_execution(const executor::Change& change) { return !change.execution.is_none() && !change.logs_only; }
bool is_of_trigger(const executor::Change& change) { return change.flow != nullptr && !change.trigger.empty(); }
bool is_of_flow(const executor::Change& change) { return change.flow != nullptr && change.trigger.empty(); }

class ExecutionsTopic final : public ListTopic {
 public:
  ExecutionsTopic(std::string name, Selection<store::ExecutionQuery> selection)
      : ListTopic(std::move(name), is_of_execution), selection_(std::move(selection)) {}

 private:
  base::Result<ListChange> changed(store::Reader& reader, const Services& services, const store::Visible& visible,
                                   const LiveChanges::Taken& taken) const override {
    ListChange change;
    std::set<base::Id> missing = taken.executions;
    if (missing.empty() || selection_.nothing) return change;
    store::ExecutionQuery query = selection_.query;
    query.visible = visible;
    std::vector<std::string> ids;
    for (const base::Id id : missing) ids.push_back(id.to_text());
    query.execution_ids.push_back({store::Operator::in, std::move(ids)});
    query.order.clear();
    query.paging = {.page = 1, .size = LiveChanges::max_rows, .count_limit = 1};
    GYR_TRY(const auto page, reader.search_executions(query));
    const base::Instant now = services.clock.now();
    for (const auto& row : page.results) {
      missing.erase(row.execution.id);
      change.add_row(to_json(json::Execution{.execution = &row.execution, .now = now, .max_value = event_value_bytes}));
    }
    // The page may show them; but nobody is told of executions that it may not see.
    for (const base::Id id : missing) {
      GYR_TRY(const auto row, reader.execution(id));
      const bool is_seen =
          row ? row->execution.flow->tenant == query.tenant && visible.covers(row->execution.flow->namespace_)
              : visible.everything();
      if (is_seen) change.gone.push_back(id.to_text());
    }
    return change;
  }

  const Selection<store::ExecutionQuery> selection_;
};

class TriggersTopic final : public ListTopic {
 public:
  TriggersTopic(std::string name, Selection<store::TriggerQuery> selection)
      : ListTopic(std::move(name), is_of_trigger), selection_(std::move(selection)) {}

 private:
  base::Result<ListChange> changed(store::Reader& reader, const Services& services, const store::Visible& visible,
                                   const LiveChanges::Taken& taken) const override {
    ListChange change;
    if (selection_.nothing) return change;
    for (const auto& [flow, id] : taken.triggers) {
      if (flow.tenant != selection_.query.tenant || !visible.covers(flow.namespace_)) continue;
      store::TriggerQuery query = selection_.query;
      query.visible = visible;
      query.namespaces.push_back({store::Operator::equals, {flow.namespace_}});
      query.flow_ids.push_back({store::Operator::equals, {flow.id}});
      query.trigger_ids.push_back({store::Operator::equals, {id}});
      query.order.clear();
      query.paging = {.page = 1, .size = 1, .count_limit = 1};
      GYR_TRY(const auto page, reader.search_triggers(query));
      if (page.results.empty()) {
        change.gone.push_back(fmt::format("{}/{}/{}", flow.namespace_, flow.id, id));
        continue;
      }
      GYR_TRY(const auto loaded, services.flows.get(reader, flow, 0));
      change.add_row(to_json(trigger_with_definition(page.results.front(), loaded.get(), services.flows.registry())));
    }
    return change;
  }

  const Selection<store::TriggerQuery> selection_;
};

class FlowTopic final : public LiveTopic {
 public:
  FlowTopic(std::string name, model::FlowKey flow) : LiveTopic(std::move(name)), flow_(std::move(flow)) {
    changes()->note_all();
  }
  executor::ChangeHub::Subscription watch(executor::ChangeHub& hub, std::function<void()> noted) override {
    return hub.subscribe_all(
        [changes = changes(), noted = std::move(noted), flow = flow_](const executor::Change& change) {
          if (!is_of_flow(change) || *change.flow != flow) return;
          changes->note(change);
          noted();
        });
  }
  void resume(int64_t) override { changes()->note_all(); }

  base::Task<base::Result<void>> look(LiveLook& look, LiveChanges::Taken) override {
    set_revision(look.revision());
    GYR_CO_TRY(const auto row, co_await read<std::optional<store::FlowRow>>(
                                   &look.services().store, &look.loop(),
                                   [flow = flow_](store::Reader& reader) { return reader.flow(flow, 0); }));
    if (!row || !look.visible(may_see_flows).covers(flow_.namespace_)) {
      std::string gone = R"("gone":)";
      append_json(gone, std::vector<std::string>{flow_.namespace_ + "/" + flow_.id});
      look.add(name(), look.revision(), gone);
    } else {
      look.add(name(), look.revision(),
               fmt::format(R"("patch":{{"revision":{},"disabled":{},"deleted":{}}})", row->revision, row->disabled,
                           row->deleted));
    }
    co_return base::Result<void>();
  }

 private:
  const model::FlowKey flow_;
};

class SystemTopic final : public LiveTopic {
 public:
  explicit SystemTopic(std::string name) : LiveTopic(std::move(name)) { changes()->note_all(); }

  executor::ChangeHub::Subscription watch(executor::ChangeHub&, std::function<void()>) override { return {}; }
  void resume(int64_t) override {
    told_.clear();
    changes()->note_all();
  }
  /// What operators hold back is in memory, and changes seldom: it is compared with each other look and heartbeat.
  bool looks_always() const override { return true; }

  base::Task<base::Result<void>> look(LiveLook& look, LiveChanges::Taken) override {
    if (!look.visible(may_see_instance).everything()) co_return base::Result<void>();
    const executor::OperatorHolds* holds = look.services().operator_holds;
    bool maintenance = false;
    std::vector<json::KillSwitch> switches;
    if (holds != nullptr) {
      maintenance = holds->maintenance().on;
      for (const auto& row : holds->switches_at(look.services().clock.now())) switches.push_back(kill_switch_json(row));
    }
    std::string patch = fmt::format(R"("patch":{{"inMaintenance":{},"killSwitches":)", maintenance);
    append_json(patch, switches);
    patch += '}';
    if (patch == told_) co_return base::Result<void>();
    told_ = patch;
    set_revision(look.revision());
    look.add(name(), look.revision(), patch);
    co_return base::Result<void>();
  }

 private:
  std::string told_;
};

}  // namespace

std::shared_ptr<LiveTopic> make_executions_topic(std::string name, Selection<store::ExecutionQuery> selection) {
  return std::make_shared<ExecutionsTopic>(std::move(name), std::move(selection));
}
std::shared_ptr<LiveTopic> make_triggers_topic(std::string name, Selection<store::TriggerQuery> selection) {
  return std::make_shared<TriggersTopic>(std::move(name), std::move(selection));
}
std::shared_ptr<LiveTopic> make_flow_topic(std::string name, model::FlowKey flow) {
  return std::make_shared<FlowTopic>(std::move(name), std::move(flow));
}
std::shared_ptr<LiveTopic> make_system_topic(std::string name) {
  return std::make_shared<SystemTopic>(std::move(name));
}

}  // namespace gyr::web
